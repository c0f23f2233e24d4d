import { sha256Hex } from "../../lib/crypto";
import { joinBytes } from "./bytes";

// AWS Signature Version 4 (providers.md section 5), through WebCrypto.

type SignedRequest = {
  method: string;
  /** Without a query. */
  url: string;
  body: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** UTC ms. */
  at: number;
};

const SERVICE = "ses";
const ALGORITHM = "AWS4-HMAC-SHA256";

/** The headers of a JSON request to SES, its signature among them. The key goes into the signature only. */
export async function signedHeaders(request: SignedRequest): Promise<Record<string, string>> {
  const { method, region, accessKeyId, secretAccessKey, at, body } = request;
  const { host, pathname } = new URL(request.url);
  const time = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = time.slice(0, 8);
  const headers: Record<string, string> = {
    "content-type": "application/json",
    host,
    "x-amz-content-sha256": await sha256Hex(body),
    "x-amz-date": time,
  };
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join("");
  const signed = names.join(";");
  const canonical = [method, pathname, "", lines, signed, headers["x-amz-content-sha256"]].join("\n");
  const scope = `${date}/${region}/${SERVICE}/aws4_request`;
  const toSign = [ALGORITHM, time, scope, await sha256Hex(canonical)].join("\n");
  let key = joinBytes(`AWS4${secretAccessKey}`);
  for (const part of [date, region, SERVICE, "aws4_request"]) key = await hmac(key, part);
  const signature = Array.from(await hmac(key, toSign), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const { host: _host, ...sent } = headers; // `fetch` writes that one itself.
  const credential = `${accessKeyId}/${scope}`;
  return {
    ...sent,
    authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text)));
}
