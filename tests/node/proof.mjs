// Checks the file that a patient saved: reads { proof, keys } on standard input, `keys` as published at /.well-known/jwks.json, prints
// when the portal received which answer, and fails if anything does not hold.
import { createDecipheriv, createHash } from "node:crypto";
import { compactVerify, createLocalJWKSet } from "jose";

const decode = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
const bytes = (text) => Buffer.from(text, "base64url");
const demand = (holds, words) => {
  if (!holds) throw new Error(words);
};

let input = "";
for await (const piece of process.stdin.setEncoding("utf8")) input += piece;
const { proof, keys } = JSON.parse(input);
demand(proof.v === 1, "another version");

const signed = await compactVerify(proof.receipt, createLocalJWKSet(keys), { algorithms: ["ES256"] });
demand(signed.protectedHeader.typ === "postern-receipt+jwt", "the receipt is of another type");
const receipt = decode(signed.payload);
const digest = createHash("sha256").update(proof.jwe, "ascii").digest("base64url");
demand(receipt.sha256 === digest, "the receipt is for another answer");

// RFC 7516, appendix B: the content encryption key alone opens that one answer, and only as it was sealed.
const [header, , iv, ciphertext, tag] = proof.jwe.split(".");
const cipher = createDecipheriv("aes-256-gcm", bytes(proof.cek), bytes(iv));
cipher.setAAD(Buffer.from(header, "ascii"));
cipher.setAuthTag(bytes(tag));
const opened = Buffer.concat([cipher.update(bytes(ciphertext)), cipher.final()]).toString("utf8");
const record = decode(bytes(opened.trim().split(".")[1]));
demand(record.rid === receipt.rid && record.lid === receipt.lid, "ids do not agree");
console.log(JSON.stringify({ rid: record.rid, received_at: receipt.received_at, resource: record.resource }));
