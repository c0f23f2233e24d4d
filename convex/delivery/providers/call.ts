import { CATALOGUE } from "../../connections/catalogue";
import type { Provider } from "../../connections/schema";
import { HOUR_MS } from "../../lib/time";
import type { ErrorClass, Failure, SendResult } from "../schema";
import type { AdapterAccount } from "./types";

// What the adapters that speak HTTP have in common: one call, its answer or why there is none, and what that means.

/** Longest wait for an answer. With connecting it stays below what the sender keeps of its lease for one message. */
const CALL_TIMEOUT_MS = 25_000;

/** Answers to a send are a few hundred bytes; a page that goes on for ever is cut off here. */
const MAX_ANSWER_BYTES = 1_000_000;

/** What a person reads of a provider's words; the rest of an error page says nothing. */
const MAX_REASON_CHARS = 500;

/** A provider that asks for a longer pause is asked again after this. */
const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;

const SECOND_MS = 1_000;

export type ProviderCall = {
  method: "GET" | "POST";
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer> | FormData | URLSearchParams;
  /** Its time-out, else 25 seconds; and the way its calls take. */
  account: Pick<AdapterAccount, "timeoutMs" | "fetch">;
};

/** The provider's answer, whatever it says. */
export type Answer = { kind: "answer"; status: number; headers: Headers; text: string };

/** No answer that could be read. */
export type NoAnswer = {
  kind: "no_answer";
  /** The request had a connection: the provider may have acted on it. */
  mayHaveArrived: boolean;
  /** The settings are at fault (certificate, address), not the moment. */
  isConfig: boolean;
  /** Node's or undici's code: "ECONNREFUSED". */
  code?: string;
  reason: string;
};

/**
 * Calls a provider once. Never throws, never follows a redirect (it would turn a send into a GET). A time-out or a
 * connection lost after it stood counts as "may have arrived".
 */
export async function callProvider(call: ProviderCall): Promise<Answer | NoAnswer> {
  let response: Response;
  try {
    const { fetch: go = fetch } = call.account;
    response = await go(call.url, {
      method: call.method,
      headers: call.headers,
      body: call.body,
      redirect: "manual",
      signal: AbortSignal.timeout(call.account.timeoutMs ?? CALL_TIMEOUT_MS),
    });
  } catch (thrown) {
    return noAnswer(thrown);
  }
  const { status, headers } = response;
  try {
    return { kind: "answer", status, headers, text: await boundedText(response) };
  } catch (thrown) {
    // The status line of a refusal is answer enough; "accepted" without the id that follows is not.
    return response.ok ? noAnswer(thrown) : { kind: "answer", status, headers, text: "" };
  }
}

async function boundedText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; size < MAX_ANSWER_BYTES;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

// Codes of failures before there was a connection to send anything over.
const NOT_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);
/** Code of an address that must not be called (providerFetch.ts). */
export const REFUSED_ADDRESS = "ERR_ADDRESS_REFUSED";
const TLS_REFUSED = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/;

/** What a failed `fetch` says: undici puts the system's error into `cause`. */
export function noAnswer(thrown: unknown): NoAnswer {
  const cause: unknown = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const code = codeOf(cause);
  // undici's words for a header it cannot send quote the header, key and all.
  if (thrown instanceof TypeError && thrown.cause === undefined) {
    const told = "The request cannot be made: the address or the key has characters that are not allowed.";
    return { kind: "no_answer", mayHaveArrived: false, isConfig: true, reason: told };
  }
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : String(code ?? thrown);
  const isConfig = isUnusable(cause, code);
  const mayHaveArrived = !isConfig && !(code !== undefined && NOT_CONNECTED.has(code));
  return { kind: "no_answer", mayHaveArrived, isConfig, code, reason: shortReason(reason) };
}

function codeOf(cause: unknown): string | undefined {
  const code: unknown = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : undefined;
}

// An address no request can be made to, or a certificate that is not the host's.
function isUnusable(cause: unknown, code: string | undefined): boolean {
  if (code === "ERR_INVALID_URL" || code === REFUSED_ADDRESS || (code !== undefined && TLS_REFUSED.test(code)))
    return true;
  return cause instanceof Error && /^(bad port|unknown scheme)$/.test(cause.message);
}

/** What a send without a readable answer came to: it may have left, or it surely did not. */
export function resultWithoutAnswer(answer: NoAnswer): SendResult {
  if (answer.mayHaveArrived) return { kind: "lost", reason: answer.reason };
  return { kind: "refused", failure: failureWithoutAnswer(answer) };
}

/** How a provider says that it took a message, and what its refusals mean. */
type SendReading = {
  /** The provider's id of the message; undefined when there is none in the answer. */
  idIn: (answer: Answer) => string | undefined;
  failureIn: (answer: Answer) => Failure;
};

/** What a send came to, for a provider that tells acceptance and refusal apart by the HTTP status. */
export function sendResultOf(answer: Answer | NoAnswer, { idIn, failureIn }: SendReading): SendResult {
  if (answer.kind === "no_answer") return resultWithoutAnswer(answer);
  const providerMessageId = isSuccess(answer) ? idIn(answer) : undefined;
  if (providerMessageId !== undefined) return { kind: "accepted", providerMessageId };
  if (!isInDoubt(answer)) return { kind: "refused", failure: failureIn(answer) };
  return { kind: "lost", reason: `The provider answered ${answer.status} and named no message.` };
}

/** What is wrong when there was no answer to a call that sends nothing. */
export function failureWithoutAnswer({ isConfig, code, reason }: NoAnswer): Failure {
  return { class: isConfig ? "config" : "transient", code, reason };
}

/** True for a status of 200 to 299. */
export function isSuccess({ status }: Pick<Answer, "status">): boolean {
  return status >= 200 && status < 300;
}

const GATEWAY_TIMEOUT = 504;

/**
 * True for answers that leave open whether the message was taken: a gateway that stopped waiting for the provider, and
 * an "accepted" nobody can read.
 */
export function isInDoubt(answer: Pick<Answer, "status">): boolean {
  return answer.status === GATEWAY_TIMEOUT || isSuccess(answer);
}

/** What an HTTP status means where the provider's own code says no more (common to the tables of providers.md). */
export function classOfStatus(status: number): ErrorClass {
  if (status === 429) return "rate_limited";
  if (status >= 500 || status === 408 || status === 425) return "transient";
  // Wrong key, no leave, no money, wrong path, or a redirect: the settings, not the message.
  if (status < 400 || [401, 402, 403, 404, 405].includes(status)) return "config";
  return "permanent";
}

/** The failure in an answer. Where the provider says when to come back (Retry-After), that is in it. */
export function failureOf(answer: Answer, what: { class?: ErrorClass; code?: string; reason?: string } = {}): Failure {
  const errorClass = what.class ?? classOfStatus(answer.status);
  const pauses = errorClass === "rate_limited" || errorClass === "transient";
  return {
    class: errorClass,
    code: what.code ?? String(answer.status),
    reason: shortReason(what.reason || plainText(answer.text) || `The provider answered ${answer.status}.`),
    ...(pauses ? retryAfter(answer.headers) : {}),
  };
}

/** The pause of a Retry-After header, seconds or HTTP-date (RFC 9110 10.2.3); undefined when there is none to read. */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : (secondsUntil(value, headers, now) ?? NaN);
  if (!Number.isFinite(seconds) || seconds < 0) return undefined;
  return Math.min(Math.ceil(seconds * SECOND_MS), MAX_RETRY_AFTER_MS);
}

// By the provider's own clock where it tells it: ours may be another.
function secondsUntil(date: string, headers: Headers, now: number): number | undefined {
  const until = Date.parse(date);
  if (Number.isNaN(until)) return undefined;
  const theirNow = Date.parse(headers.get("date") ?? "");
  return Math.max(0, until - (Number.isNaN(theirNow) ? now : theirNow)) / SECOND_MS;
}

function retryAfter(headers: Headers): { retryAfterMs?: number } {
  const ms = retryAfterMs(headers);
  return ms === undefined ? {} : { retryAfterMs: ms };
}

function plainText(body: string): string {
  const isPage = /^\s*<(!doctype|html)/i.test(body);
  return isPage ? (/<title[^>]*>([^<]*)/i.exec(body)?.[1]?.trim() ?? "") : body.trim();
}

function shortReason(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= MAX_REASON_CHARS ? line : `${line.slice(0, MAX_REASON_CHARS - 1)}…`;
}

/** Where the account's API is: the setting `baseUrl`, else the catalogue's; without trailing slashes. */
export function baseUrlOf(provider: Provider, { settings }: Pick<AdapterAccount, "settings">): string {
  const fallback = CATALOGUE[provider].fields.find(({ name }) => name === "baseUrl")?.fallback;
  return (textSetting(settings.baseUrl) ?? textSetting(fallback) ?? "").replace(/\/+$/, "");
}

/** The value, if it is a text with something in it. */
export function textSetting(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
