import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from "node:crypto";

/** A browser's half of Web Push: what it hands out when it subscribes at `endpoint`, and how it reads what comes. */
export function pushBrowser(endpoint: string) {
  const keys = createECDH("prime256v1");
  keys.generateKeys();
  const secret = randomBytes(16);
  return {
    endpoint,
    p256dh: keys.getPublicKey("base64url"),
    auth: secret.toString("base64url"),
    /** Throws for what was encrypted for another browser. */
    read: (body: Buffer) => JSON.parse(decrypt(body, keys, secret)) as Record<string, unknown>,
  };
}

/** RFC 8291 section 3.4 and RFC 8188 section 2, for a message of one record. */
function decrypt(body: Buffer, keys: ECDH, secret: Buffer): string {
  const salt = body.subarray(0, 16);
  const sender = body.subarray(21, 21 + body.readUInt8(20));
  const record = body.subarray(21 + sender.length);
  const derive = (key: Buffer, salted: Buffer, info: Buffer, size: number) =>
    Buffer.from(hkdfSync("sha256", key, salted, info, size));
  const who = Buffer.concat([Buffer.from("WebPush: info\0"), keys.getPublicKey(), sender]);
  const key = derive(keys.computeSecret(sender), secret, who, 32);
  const contentKey = derive(key, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
  const nonce = derive(key, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
  const decipher = createDecipheriv("aes-128-gcm", contentKey, nonce);
  decipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
  // The last record ends with 2, then padding.
  return padded.subarray(0, padded.lastIndexOf(2)).toString();
}
