// Encrypted attachments: AES-CTR with a fresh key, as `EncryptedFile` of the specification describes.
// https://spec.matrix.org/v1.19/client-server-api/#sending-encrypted-attachments

import { createHash, randomBytes, webcrypto } from "node:crypto";

const { subtle } = webcrypto;
const unpadded = (bytes) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

/** Returns the ciphertext, and the `file` object without its `url`. */
export async function encrypt(content) {
  const key = await subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
  // The counter's half begins at zero, so that it cannot overflow into the random half.
  const iv = Buffer.concat([randomBytes(8), Buffer.alloc(8)]);
  const ciphertext = Buffer.from(await subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, key, content));
  const { kty, alg, ext, k } = await subtle.exportKey("jwk", key);
  const file = {
    v: "v2", key: { kty, alg, ext, k, key_ops: ["encrypt", "decrypt"] }, iv: unpadded(iv),
    hashes: { sha256: unpadded(createHash("sha256").update(ciphertext).digest()) },
  };
  return { ciphertext, file };
}

/** The content again; throws if the ciphertext is not the one that `file` describes. */
export async function decrypt(ciphertext, file) {
  const hash = unpadded(createHash("sha256").update(ciphertext).digest());
  if (hash !== file.hashes.sha256) throw new Error(`the ciphertext has hash ${hash}, not ${file.hashes.sha256}`);
  const key = await subtle.importKey("jwk", { ...file.key, ext: true }, "AES-CTR", false, ["decrypt"]);
  return Buffer.from(await subtle.decrypt({ name: "AES-CTR", counter: Buffer.from(file.iv, "base64"), length: 64 }, key, ciphertext));
}
