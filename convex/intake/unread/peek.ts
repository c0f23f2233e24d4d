import { isObject, parseJson } from "../../lib/json";
import type { RawEventKind } from "../schema";

// What of a delivery nobody could use may be looked at: who sent a text, and what is kept without its keys. Pure.

/** Characters of a body that are shown. */
const MAX_SHOWN = 8_000;

const SECRET_NAME = /secret|token|password|passwd|authorization|signature|api[-_]?key|credential|cookie/i;
const HIDDEN = "•••";

/** A body that lies in its row as a person may see it: a request without its headers, nothing that looks like a key. */
export function shownBody(kind: RawEventKind, text: string): string {
  const parsed = parseJson(text);
  if (parsed === undefined) return withoutKeys(text).slice(0, MAX_SHOWN);
  const inner = kind === "provider_webhook" && isObject(parsed) ? parsed.body : null;
  if (typeof inner === "string") return shownBody("text_inbound", inner);
  return JSON.stringify(hidden(parsed), null, 2).slice(0, MAX_SHOWN);
}

/** Who wrote, in a text message that lies in its row. */
export function senderOfText(text: string): string | undefined {
  const parsed = parseJson(text);
  const from = isObject(parsed) ? parsed.from : undefined;
  return typeof from === "string" ? from : undefined;
}

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, SECRET_NAME.test(name) ? HIDDEN : hidden(each)]),
  );
}

/** Of a form or plain text: values of names that sound like keys. */
function withoutKeys(text: string): string {
  return text.replace(
    /([\w.-]*(?:secret|token|password|authorization|signature|api[-_]?key|cookie)[\w.-]*\s*[=:]\s*)[^&\r\n]*/gi,
    `$1${HIDDEN}`,
  );
}
