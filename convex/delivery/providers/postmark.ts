import { HOUR_MS, MINUTE_MS } from "../../lib/time";
import type { ErrorClass, Failure } from "../schema";
import { toBase64 } from "./bytes";
import {
  baseUrlOf,
  callProvider,
  failureOf,
  failureWithoutAnswer,
  isSuccess,
  sendResultOf,
  textSetting,
  type Answer,
} from "./call";
import { copiesOf, emailHeadersOf, mailbox, oneLine, unlessEmpty } from "./emailParts";
import { asNumber, asObjects, asText, objectIn } from "../../lib/json";
import { REFERENCE_FIELD } from "./reference";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

// Postmark, sending (providers.md section 6). Its webhooks are read in postmarkWebhook.ts.

/** Longest value of one metadata field. */
const MAX_METADATA_CHARS = 80;

/** Postmark's search may not know a message at once; an empty answer counts only after this. */
const SEARCH_LAG_MS = 5 * MINUTE_MS;

/** An account out of credits is asked again after this: somebody has to buy some first. */
const OUT_OF_CREDITS_PAUSE_MS = HOUR_MS;

/**
 * E-mail through Postmark. Settings: `messageStream` ("outbound"; campaigns need a broadcast stream), `baseUrl`; secret:
 * `serverToken`. Postmark honours no key but can be asked by it.
 */
export function postmarkAdapter(account: AdapterAccount): ProviderAdapter {
  const url = (path: string) => `${baseUrlOf("postmark", account)}${path}`;
  const headers = {
    Accept: "application/json",
    "Content-Type": "application/json",
    "X-Postmark-Server-Token": account.secrets.serverToken ?? "",
  };
  const get = async (path: string) => await callProvider({ method: "GET", url: url(path), headers, account });
  return {
    async send(message) {
      const body = JSON.stringify(payloadOf(message, textSetting(account.settings.messageStream)));
      const answer = await callProvider({ method: "POST", url: url("/email"), headers, body, account });
      if (answer.kind === "answer" && isRefusedWithSuccess(answer)) {
        return { kind: "refused", failure: postmarkFailure(answer) };
      }
      return sendResultOf(answer, { idIn: ({ text }) => asText(objectIn(text).MessageID), failureIn: postmarkFailure });
    },
    async find(message) {
      return await findByKey(message, get);
    },
    async check() {
      const answer = await get("/server");
      if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
      return isSuccess(answer) ? null : postmarkFailure(answer);
    },
    close() {},
  };
}

function payloadOf(message: OutgoingMessage, messageStream: string | undefined) {
  const { from, to, replyTo, subject, text, html, idempotencyKey } = message;
  const copies = copiesOf(message);
  // With X-PM-KeepID Postmark keeps our Message-ID instead of making one up.
  const headers = { ...emailHeadersOf(message, true), "X-PM-KeepID": "true" };
  return {
    From: mailbox(from),
    To: [mailbox(to), ...copies.to].join(", "),
    Cc: unlessEmpty(copies.cc)?.join(", "),
    Bcc: unlessEmpty(copies.bcc)?.join(", "),
    ReplyTo: replyTo,
    Subject: oneLine(subject ?? ""),
    TextBody: text,
    HtmlBody: html,
    MessageStream: messageStream ?? "outbound",
    Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
    Metadata: idempotencyKey.length <= MAX_METADATA_CHARS ? { [REFERENCE_FIELD]: idempotencyKey } : undefined,
    // Opens and links are ours to track, with consent (providers.md 7.7).
    TrackOpens: false,
    TrackLinks: "None",
    Attachments: message.attachments.map(({ name, contentType, contentId, content }) => ({
      Name: oneLine(name),
      Content: toBase64(content),
      ContentType: contentType,
      ContentID: contentId === undefined ? undefined : `cid:${contentId}`,
    })),
  };
}

const errorCodeOf = ({ text }: Answer) => asNumber(objectIn(text).ErrorCode);

function isRefusedWithSuccess(answer: Answer): boolean {
  return isSuccess(answer) && (errorCodeOf(answer) ?? 0) !== 0;
}

// Codes of the body (providers.md section 6); 411 is a forbidden type of attachment, so the message's fault.
const CLASS_OF_CODE: Record<number, ErrorClass> = {
  10: "config",
  100: "transient",
  400: "config",
  401: "config",
  405: "config",
  406: "opted_out",
  411: "permanent",
  412: "config",
  413: "config",
  1235: "config",
  1236: "config",
};

function postmarkFailure(answer: Answer): Failure {
  const code = errorCodeOf(answer);
  const reason = asText(objectIn(answer.text).Message);
  const errorClass = code === 300 ? classOfInvalid(reason ?? "") : CLASS_OF_CODE[code ?? 0];
  // The status speaks where the code does not; a 5xx or 429 is one whatever the body says.
  const known = answer.status >= 500 || answer.status === 429 || answer.status === 401 ? undefined : errorClass;
  const failure = failureOf(answer, { class: known ?? fallbackOf(answer, errorClass), code: code?.toString(), reason });
  return code === 405 ? { ...failure, retryAfterMs: OUT_OF_CREDITS_PAUSE_MS } : failure;
}

/** A success with an unknown code refuses the message; every other answer means what its status says. */
function fallbackOf(answer: Answer, errorClass: ErrorClass | undefined): ErrorClass | undefined {
  return isSuccess(answer) ? (errorClass ?? "permanent") : undefined;
}

/** Code 300 stands for any bad field; the text names it. */
function classOfInvalid(reason: string): ErrorClass {
  if (reason.includes("'From'")) return "config";
  return reason.includes("'To'") ? "invalid_address" : "permanent";
}

/** Searches by our key in the metadata. Throws while an empty answer says nothing, and when it cannot ask. */
async function findByKey(
  { idempotencyKey, at }: OutgoingMessage,
  get: (path: string) => ReturnType<typeof callProvider>,
): Promise<{ providerMessageId: string } | null> {
  const query = new URLSearchParams({ count: "1", offset: "0", [`metadata_${REFERENCE_FIELD}`]: idempotencyKey });
  const answer = await get(`/messages/outbound?${query.toString()}`);
  if (answer.kind === "no_answer" || !isSuccess(answer)) throw new Error("Postmark could not be asked.");
  const [found] = asObjects(objectIn(answer.text).Messages);
  const providerMessageId = asText(found?.MessageID);
  if (providerMessageId !== undefined) return { providerMessageId };
  if (Date.now() - at < SEARCH_LAG_MS)
    throw new Error("Postmark does not know the message yet; it is too early to tell.");
  return null;
}
