"use node";

import type { Provider } from "../../connections/schema";
import { guardedFetch, GuardedFetchError, type GuardedAnswer } from "../../lib/guardedFetch";
import type { Failure } from "../schema";
import { baseUrlOf, callProvider, classOfStatus, failureOf, failureWithoutAnswer, textSetting } from "./call";
import { asText, objectIn } from "../../lib/json";
import { metaFailure } from "./metaErrors";
import type { AdapterAccount, InboundMedia, MediaResult } from "./types";
import { providerFetch } from "./providerFetch";
import { vonageToken } from "./vonage";

// Files of inbound messages, which providers keep for us (providers.md 8.5, 13.2, 13.10).

type Account = Omit<AdapterAccount, "ctx">;

/** Where a file is and how it is asked for. The key goes to the provider's own hosts only. */
type Source = { url: string; headers: Record<string, string>; trusted: readonly string[] };

/** Providers send on to a storage of theirs; more hops than this is a circle. */
const MAX_HOPS = 4;

/** Kept of what is too large: all headers of a real mail. */
const HEAD_BYTES = 64 * 1024;

/** A large video over a slow line. */
const TIMEOUT_MS = 60_000;

/** Meta's error for media that has expired or was never ours. */
const GONE = 404;

/**
 * Fetches a file of an inbound message with the account's key. At most `maxBytes`; longer ones are refused for good.
 * Redirects are followed to public addresses, without the key.
 */
export async function fetchMedia(
  provider: Provider,
  account: Account,
  media: InboundMedia,
  maxBytes: number,
): Promise<MediaResult> {
  const source = await sourceOf(provider, { ...account, fetch: providerFetch(provider) }, media);
  return "class" in source ? refused(source) : await download(source, media.contentType, maxBytes);
}

/** Fetches a file a provider keeps, as `fetchMedia` does; `type` is its content type where the answer names none. */
export async function download(source: Source, type: string, maxBytes: number): Promise<MediaResult> {
  let url = source.url;
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const answer = await get(url, isTrusted(url, source) ? source.headers : {}, maxBytes);
    if ("class" in answer) return refused(answer);
    const { status, bytes, isCut, text } = answer;
    const { location, "content-type": contentType = type } = answer.headers;
    if (status >= 300 && status < 400 && location !== undefined && URL.canParse(location, url)) {
      url = new URL(location, url).href;
      continue;
    }
    if (status !== 200) return refused(fileFailure(status, new Headers(answer.headers), text));
    if (!isCut) return { kind: "file", bytes, contentType };
    if (bytes.length < maxBytes) {
      return refused({
        class: "transient",
        code: "cut_off",
        reason: "The connection broke in the middle of the file.",
      });
    }
    const sizeBytes = Number(answer.headers["content-length"] ?? maxBytes + 1);
    return tooLarge(bytes, sizeBytes, `The file has more than ${maxBytes} bytes.`);
  }
  return refused({ class: "transient", code: "redirects", reason: "The file's address leads in a circle." });
}

async function get(
  url: string,
  headers: Record<string, string>,
  maxAnswerBytes: number,
): Promise<GuardedAnswer | Failure> {
  try {
    return await guardedFetch(url, { method: "GET", headers, timeoutMs: TIMEOUT_MS, maxAnswerBytes });
  } catch (thrown) {
    if (!(thrown instanceof GuardedFetchError)) throw thrown;
    const errorClass = thrown.kind === "refused" ? "permanent" : "transient";
    return { class: errorClass, code: thrown.kind, reason: thrown.message };
  }
}

function fileFailure(status: number, headers: Headers, text: string): Failure {
  const failure = failureOf({ kind: "answer", status, headers, text });
  // The account is right: it is the file that is not there (any more).
  return status === GONE || status === 410 ? { ...failure, class: "permanent" } : failure;
}

function isTrusted(address: string, { trusted }: Source): boolean {
  if (!URL.canParse(address)) return false;
  const { host, hostname } = new URL(address);
  return trusted.some((each) => each === host || (each.startsWith(".") && hostname.endsWith(each)));
}

async function sourceOf(provider: Provider, account: Account, media: InboundMedia): Promise<Source | Failure> {
  const { settings, secrets } = account;
  const direct = (headers: Record<string, string>, suffixes: readonly string[]): Source => ({
    url: media.url ?? "",
    headers,
    trusted: [hostOf(baseUrlOf(provider, account)), ...suffixes],
  });
  switch (provider) {
    case "meta":
      return await metaSource(account, media);
    case "twilio": {
      const pair = textSetting(settings.apiKeySid)
        ? `${String(settings.apiKeySid)}:${secrets.apiKeySecret ?? ""}`
        : `${String(settings.accountSid ?? "")}:${secrets.authToken ?? ""}`;
      return direct({ Authorization: `Basic ${Buffer.from(pair).toString("base64")}` }, ["api.twilio.com"]);
    }
    case "infobip":
      return direct({ Authorization: `App ${secrets.apiKey ?? ""}` }, [".infobip.com"]);
    case "vonage":
      return direct({ Authorization: `Bearer ${await vonageToken(account)}` }, [".nexmo.com", ".vonage.com"]);
    case "bird":
    case "messagebird":
      return direct({ Authorization: `AccessKey ${secrets.accessKey ?? ""}` }, [".bird.com", ".messagebird.com"]);
    default:
      return { class: "permanent", code: "no_media", reason: `${provider} keeps no files for us.` };
  }
}

/** Meta names an address that is good for five minutes and wants the same token. */
async function metaSource(account: Account, { id = "" }: InboundMedia): Promise<Source | Failure> {
  const { settings, secrets } = account;
  const version = textSetting(settings.apiVersion) ?? "v23.0";
  const base = baseUrlOf("meta", { settings });
  const headers = { Authorization: `Bearer ${secrets.accessToken ?? ""}` };
  const answer = await callProvider({
    method: "GET",
    url: `${base}/${version}/${encodeURIComponent(id)}`,
    headers,
    account,
  });
  if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
  const fields = objectIn(answer.text);
  const url = asText(fields.url);
  if (answer.status < 300 && url !== undefined)
    return { url, headers, trusted: [hostOf(base), ".fbsbx.com", ".facebook.com"] };
  return fields.error === undefined ? failureOf(answer) : metaFailure(fields.error, classOfStatus(answer.status));
}

/** Host and port of an address; empty for what is none. */
export const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).host : "");

/** Refused for good, with its beginning. */
export function tooLarge(bytes: Uint8Array<ArrayBuffer>, sizeBytes: number, reason: string): MediaResult {
  const head = bytes.slice(0, HEAD_BYTES);
  return { ...refused({ class: "permanent", code: "too_large", reason }), tooLarge: { head, sizeBytes } };
}

const refused = (failure: Failure) => ({ kind: "refused" as const, failure });
