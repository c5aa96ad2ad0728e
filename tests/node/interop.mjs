// Another JOSE than ours, for the tests of crates/protocol: reads a list of tasks on standard input and answers each.
//   {do: "open", compact, key, alg}            → {payload, header} or {refused}
//   {do: "seal", header, payload, key, alg}    → {compact}
// Keys are JWKs, payloads base64url. For `ECDH-ES` the parties are taken from the header.
import { CompactEncrypt, CompactSign, base64url, compactDecrypt, compactVerify, importJWK } from "jose";

const AGREED = "ECDH-ES";
const encrypts = (alg) => alg === "dir" || alg === AGREED;

async function open({ compact, key, alg }) {
  const imported = await importJWK(key, alg === "dir" ? "A256GCM" : alg);
  const opened = encrypts(alg)
    ? await compactDecrypt(compact, imported, {
        keyManagementAlgorithms: [alg],
        contentEncryptionAlgorithms: ["A256GCM"],
      })
    : await compactVerify(compact, imported, { algorithms: [alg] });
  return { payload: base64url.encode(opened.plaintext ?? opened.payload), header: opened.protectedHeader };
}

async function seal({ header, payload, key, alg }) {
  const imported = await importJWK(key, alg === "dir" ? "A256GCM" : alg);
  const bytes = base64url.decode(payload);
  if (!encrypts(alg)) return { compact: await new CompactSign(bytes).setProtectedHeader(header).sign(imported) };
  const { apu, apv, ...rest } = header;
  const encrypt = new CompactEncrypt(bytes).setProtectedHeader(rest);
  if (alg === AGREED)
    encrypt.setKeyManagementParameters({ apu: base64url.decode(apu), apv: base64url.decode(apv) });
  return { compact: await encrypt.encrypt(imported) };
}

let input = "";
for await (const piece of process.stdin.setEncoding("utf8")) input += piece;
const answers = [];
for (const task of JSON.parse(input)) {
  if (task.do === "seal") answers.push(await seal(task));
  else answers.push(await open(task).catch((error) => ({ refused: error.code ?? error.name })));
}
console.log(JSON.stringify(answers));
