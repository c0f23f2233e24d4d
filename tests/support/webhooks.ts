import { createHmac } from "node:crypto";

/** Where a webhook goes and what it is signed with. */
export interface WebhookSource {
  publicId: string;
  secret: string;
}

/** Posts a body to a booking source's address, with no headers but these. */
export function postBooking(
  siteUrl: string,
  publicId: string,
  body: string,
  headers: Record<string, string>,
): Promise<Response> {
  return fetch(`${siteUrl}/hooks/booking/${publicId}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body,
  });
}

/** cal.com's signature (providers.md 19.1): hex HMAC-SHA256 of the body. */
export function calcomHeaders({ secret }: WebhookSource, body: string): Record<string, string> {
  return { "X-Cal-Signature-256": createHmac("sha256", secret).update(body).digest("hex") };
}

/** Standard Webhooks 1.0.0: base64 HMAC-SHA256 of "id.timestamp.body" with the bytes behind `whsec_`. */
export function standardHeaders(
  { secret }: WebhookSource,
  body: string,
  { id, atMs }: { id: string; atMs: number },
): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
