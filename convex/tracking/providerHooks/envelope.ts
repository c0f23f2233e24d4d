import { appError } from "../../lib/errors";
import type { WebhookRequest } from "../../delivery/providers/types";

// A provider's request as text, so that it can be kept as it came and read later. Pure.

/** Never kept: they are keys, not facts. */
const SECRET_HEADERS: readonly string[] = ["authorization", "cookie", "proxy-authorization"];

type Envelope = {
  method: "GET" | "POST";
  /** With its question mark; the secret in the path is left out. */
  query: string;
  headers: Record<string, string>;
  body: string;
  /** The body was no UTF-8. */
  isBase64?: true;
};

/** The request as JSON, without what gives access: the path's secret and authorisation headers. */
export function sealRequest({ method, url, headers, body }: WebhookRequest): string {
  const kept = Object.entries(headers).filter(([name]) => !SECRET_HEADERS.includes(name));
  const envelope: Envelope = { method, query: queryOf(url), headers: Object.fromEntries(kept), ...bodyText(body) };
  return JSON.stringify(envelope);
}

/**
 * The request that was sealed; its address is `baseUrl` and the query. Throws AppError `invalid` for text that is no
 * sealed request.
 */
export function openRequest(text: string, baseUrl: string, receivedAt: number): WebhookRequest {
  let envelope: Envelope;
  try {
    envelope = JSON.parse(text) as Envelope;
  } catch {
    throw appError("invalid", "The stored request cannot be read.", { field: "body" });
  }
  const { method, query, headers, body, isBase64 } = envelope;
  const bytes =
    isBase64 === true ? Uint8Array.from(atob(body), (char) => char.charCodeAt(0)) : new TextEncoder().encode(body);
  return { method, url: `${baseUrl}${query}`, headers, body: bytes, receivedAt };
}

/** What makes a repeated delivery the same one: method, query and body; signatures and their times differ. */
export function identityOf({ method, url, body }: WebhookRequest): Uint8Array {
  const head = new TextEncoder().encode(`${method} ${queryOf(url)}\n`);
  const all = new Uint8Array(head.length + body.length);
  all.set(head);
  all.set(body, head.length);
  return all;
}

function queryOf(url: string): string {
  const start = url.indexOf("?");
  return start < 0 ? "" : url.slice(start);
}

function bodyText(body: Uint8Array): Pick<Envelope, "body" | "isBase64"> {
  try {
    return { body: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body) };
  } catch {
    return { body: btoa(Array.from(body, (byte) => String.fromCharCode(byte)).join("")), isBase64: true };
  }
}
