import type { ErrorClass, Failure } from "../schema";
import { toBase64 } from "./bytes";
import {
  baseUrlOf,
  callProvider,
  classOfStatus,
  failureOf,
  failureWithoutAnswer,
  isSuccess,
  sendResultOf,
  type Answer,
} from "./call";
import { copiesOf, emailHeadersOf, oneLine, unlessEmpty } from "./emailParts";
import { asObjects, asText, objectIn } from "../../lib/json";
import { REFERENCE_FIELD } from "./reference";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

// SendGrid, sending (providers.md section 3). Its webhooks are read in sendgridWebhook.ts.

const SECOND_MS = 1_000;

/**
 * E-mail through SendGrid's v3 API. Settings: `baseUrl` (EU subusers have another); secret: `apiKey`. SendGrid honours no
 * key and can be searched only by a paid add-on that lags behind, so a lost answer stays lost.
 */
export function sendgridAdapter(account: AdapterAccount): ProviderAdapter {
  const url = (path: string) => `${baseUrlOf("sendgrid", account)}${path}`;
  const headers = { Authorization: `Bearer ${account.secrets.apiKey ?? ""}`, "Content-Type": "application/json" };
  return {
    async send(message) {
      const body = JSON.stringify(payloadOf(message));
      const answer = await callProvider({ method: "POST", url: url("/v3/mail/send"), headers, body, account });
      // The 202 has no body; the id stands in a header and is the first part of the events' sg_message_id.
      return sendResultOf(answer, { idIn: idOf, failureIn: sendgridFailure });
    },
    async check() {
      const answer = await callProvider({ method: "GET", url: url("/v3/scopes"), headers, account });
      if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
      if (!isSuccess(answer)) return sendgridFailure(answer);
      const { scopes } = objectIn(answer.text);
      if (Array.isArray(scopes) && scopes.includes("mail.send")) return null;
      return { class: "config", code: "scope", reason: "The API key may not send mail (scope mail.send)." };
    },
    close() {},
  };
}

const idOf = ({ headers }: Answer) => asText(headers.get("x-message-id"));

function payloadOf(message: OutgoingMessage) {
  const { to, from, replyTo, subject, text, html, idempotencyKey } = message;
  const copies = copiesOf(message);
  return {
    personalizations: [
      {
        to: [person(to), ...copies.to.map(plain)],
        cc: unlessEmpty(copies.cc.map(plain)),
        bcc: unlessEmpty(copies.bcc.map(plain)),
        custom_args: { [REFERENCE_FIELD]: idempotencyKey },
      },
    ],
    from: person(from),
    reply_to: replyTo === undefined ? undefined : { email: replyTo },
    subject: oneLine(subject ?? ""),
    content: contentOf(text, html),
    headers: emailHeadersOf(message, true),
    attachments: attachmentsOf(message),
    // Opens and links are ours to track, with consent (providers.md 7.7); List-Unsubscribe must not be there twice (7.1).
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
      subscription_tracking: { enable: false },
    },
  };
}

const plain = (email: string) => ({ email });

function person({ address, name }: { address: string; name?: string }) {
  const shown = oneLine(name ?? "");
  return shown === "" ? { email: address } : { email: address, name: shown };
}

// Plain text has to stand first, and an empty part is refused.
function contentOf(text: string, html: string | undefined) {
  const parts = [
    { type: "text/plain", value: text },
    { type: "text/html", value: html ?? "" },
  ].filter(({ value }) => value !== "");
  return parts.length === 0 ? [{ type: "text/plain", value: " " }] : parts;
}

function attachmentsOf({ attachments }: OutgoingMessage) {
  if (attachments.length === 0) return undefined;
  return attachments.map(({ name, contentType, contentId, content }) => ({
    content: toBase64(content),
    filename: oneLine(name),
    type: contentType,
    disposition: contentId === undefined ? "attachment" : "inline",
    content_id: contentId,
  }));
}

/** What a refusal of SendGrid means: `errors[]` has the words, the status the class. */
function sendgridFailure(answer: Answer): Failure {
  const [first] = asObjects(objectIn(answer.text).errors);
  const [reason, field] = [asText(first?.message), asText(first?.field)];
  const failure = failureOf(answer, { class: classOf(answer.status, field), code: codeOf(answer, field), reason });
  if (failure.class !== "rate_limited" || failure.retryAfterMs !== undefined) return failure;
  const pause = untilReset(answer.headers);
  return pause === undefined ? failure : { ...failure, retryAfterMs: pause };
}

function classOf(status: number, field: string | undefined): ErrorClass {
  if (status === 400 && /^personalizations\.\d+\.to\.\d+\.email$/.test(field ?? "")) return "invalid_address";
  return classOfStatus(status);
}

function codeOf({ status }: Answer, field: string | undefined): string {
  return field === undefined || field === "null" ? String(status) : `${status} ${field}`;
}

/** SendGrid says when it is worth coming back in unix seconds rather than in Retry-After. */
function untilReset(headers: Headers): number | undefined {
  const reset = Number(headers.get("x-ratelimit-reset") ?? NaN);
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  return Number.isFinite(reset) ? Math.max(0, reset * SECOND_MS - now) : undefined;
}
