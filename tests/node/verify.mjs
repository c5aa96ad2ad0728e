// Opens and verifies what a clinic received, with another JOSE than ours: reads the JSON of `postern desk export-keys` on
// standard input, prints the answers it could open, and fails at the first that does not hold.
import { createHash } from "node:crypto";
import { calculateJwkThumbprint, compactDecrypt, compactVerify, importJWK } from "jose";

const decode = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
const sha256 = (text) => createHash("sha256").update(text, "ascii").digest("base64url");
const demand = (holds, words) => {
  if (!holds) throw new Error(words);
};

/** Private keys by their RFC 7638 thumbprint. */
async function byThumbprint(keys) {
  return new Map(await Promise.all(keys.map(async (jwk) => [await calculateJwkThumbprint(jwk, "sha256"), jwk])));
}

/** JWE to the clinic's key, in it the patient's signature over the answer. */
async function open(record, clinic, clinicKeys, signer) {
  let header;
  const { plaintext } = await compactDecrypt(
    record.jwe,
    async (protectedHeader) => {
      header = protectedHeader;
      const jwk = clinicKeys.get(protectedHeader.kid);
      demand(jwk, `no private key ${protectedHeader.kid}`);
      return importJWK(jwk, "ECDH-ES");
    },
    { keyManagementAlgorithms: ["ECDH-ES"], contentEncryptionAlgorithms: ["A256GCM"] },
  );
  demand(header.typ === "postern-record+jwe" && header.cty === "postern-record+jws", "the seal is of another type");
  demand(header.apu === record.lid, "the seal names another link");
  demand(Buffer.from(header.apv, "base64url").toString("utf8") === clinic, "the seal names another clinic");
  // Padding stands inside the JWS, so the compact text is all of the plaintext.
  const compact = new TextDecoder().decode(plaintext).trim();
  const { payload, protectedHeader } = await compactVerify(compact, await importJWK(signer, "ES256"), {
    algorithms: ["ES256"],
  });
  demand(protectedHeader.kid === record.lid, "the signature names another link");
  return decode(payload);
}

/** The portal's receipt over exactly these bytes. */
async function receipt(record, portalKeys) {
  const { payload, protectedHeader } = await compactVerify(
    record.receipt,
    async ({ kid }) => {
      demand(portalKeys.has(kid), `no key ${kid} of the portal`);
      return importJWK(portalKeys.get(kid), "ES256");
    },
    { algorithms: ["ES256"] },
  );
  demand(protectedHeader.typ === "postern-receipt+jwt", "the receipt is of another type");
  const claims = decode(payload);
  demand(claims.sha256 === sha256(record.jwe), "the receipt is for other bytes");
  demand(claims.rid === record.rid && claims.lid === record.lid, "the receipt is for another answer");
  return claims;
}

let input = "";
for await (const piece of process.stdin.setEncoding("utf8")) input += piece;
const exported = JSON.parse(input);
const clinicKeys = await byThumbprint(exported.clinic_keys);
const portalKeys = await byThumbprint(exported.portal_keys);
const signers = new Map(exported.links.map(({ lid, signer }) => [lid, signer]));

const answers = [];
for (const record of exported.records) {
  const signer = signers.get(record.lid);
  demand(signer, `no signing key of link ${record.lid}`);
  const answer = await open(record, exported.clinic, clinicKeys, signer);
  demand(answer.rid === record.rid && answer.lid === record.lid && answer.mid === record.mid, "ids do not agree");
  const { seq } = await receipt(record, portalKeys);
  answers.push({ rid: answer.rid, seq, kind: answer.kind, resource: answer.resource });
}
console.log(JSON.stringify(answers, null, 2));
