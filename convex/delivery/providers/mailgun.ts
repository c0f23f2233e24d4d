import { MINUTE_MS } from "../../lib/time";
import type { ErrorClass, Failure } from "../schema";
import {
  baseUrlOf,
  callProvider,
  classOfStatus,
  failureOf,
  failureWithoutAnswer,
  isSuccess,
  sendResultOf,
  textSetting,
  type Answer,
} from "./call";
import { toBase64 } from "./bytes";
import { copiesOf, emailHeadersOf, mailbox, oneLine } from "./emailParts";
import { asObject, asObjects, asText, objectIn } from "../../lib/json";
import { REFERENCE_FIELD } from "./reference";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter } from "./types";

// Mailgun, sending (providers.md section 4). Its webhooks are read in mailgunWebhook.ts.

/** Mailgun's event log lags behind; an empty answer counts only after this. */
const EVENT_LAG_MS = 30 * MINUTE_MS;

const SECOND_MS = 1_000;

/**
 * E-mail through Mailgun. Settings: `domain`, `baseUrl` (EU domains exist only at https://api.eu.mailgun.net); secret:
 * `apiKey`. Mailgun honours no key; its event log can be asked by our Message-ID, which it keeps.
 */
export function mailgunAdapter(account: AdapterAccount): ProviderAdapter {
  const domain = encodeURIComponent(textSetting(account.settings.domain) ?? "");
  const url = (path: string) => `${baseUrlOf("mailgun", account)}${path}`;
  const credentials = new TextEncoder().encode(`api:${account.secrets.apiKey ?? ""}`);
  const headers = { Authorization: `Basic ${toBase64(credentials)}` };
  const get = async (path: string) => await callProvider({ method: "GET", url: url(path), headers, account });
  return {
    async send(message) {
      const body = formOf(message);
      const answer = await callProvider({
        method: "POST",
        url: url(`/v3/${domain}/messages`),
        headers,
        body,
        account,
      });
      return sendResultOf(answer, { idIn: ({ text }) => bareId(objectIn(text).id), failureIn: mailgunFailure });
    },
    async find(message) {
      return await findByMessageId(message, (query) => get(`/v3/${domain}/events?${query}`));
    },
    async check() {
      const answer = await get(`/v4/domains/${domain}`);
      if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
      return isSuccess(answer) ? domainProblem(answer) : mailgunFailure(answer);
    },
    close() {},
  };
}

/** With angle brackets in the answer to a send, without them everywhere else. */
function bareId(id: unknown): string | undefined {
  return asText(asText(id)?.replace(/^<|>$/g, ""));
}

function formOf(message: OutgoingMessage): FormData {
  const { from, to, replyTo, subject, text, html, idempotencyKey, attachments } = message;
  const form = new FormData();
  form.set("from", mailbox(from));
  const copies = copiesOf(message);
  form.set("to", [mailbox(to), ...copies.to].join(", "));
  if (copies.cc.length > 0) form.set("cc", copies.cc.join(", "));
  if (copies.bcc.length > 0) form.set("bcc", copies.bcc.join(", "));
  form.set("subject", oneLine(subject ?? ""));
  form.set("text", text);
  if (html !== undefined) form.set("html", html);
  if (replyTo !== undefined) form.set("h:Reply-To", replyTo);
  for (const [name, value] of Object.entries(emailHeadersOf(message, true))) form.set(`h:${name}`, value);
  form.set(`v:${REFERENCE_FIELD}`, idempotencyKey);
  // Opens and links are ours to track, with consent (providers.md 7.7).
  form.set("o:tracking", "no");
  for (const { name, contentType, contentId, content } of attachments) {
    const file = new Blob([content], { type: contentType });
    // Mailgun makes the file name of an inline part its Content-ID.
    if (contentId === undefined) form.append("attachment", file, oneLine(name));
    else form.append("inline", file, contentId);
  }
  return form;
}

function mailgunFailure(answer: Answer): Failure {
  const reason = asText(objectIn(answer.text).message);
  const failure = failureOf(answer, { class: classOf(answer.status, reason ?? ""), reason });
  if (failure.class !== "rate_limited" || failure.retryAfterMs !== undefined) return failure;
  const seconds = /try again after (\d+) seconds?/i.exec(failure.reason)?.[1];
  return seconds === undefined ? failure : { ...failure, retryAfterMs: Number(seconds) * SECOND_MS };
}

function classOf(status: number, reason: string): ErrorClass {
  if (status === 400 && /['"]?to['"]? parameter is not a valid address/i.test(reason)) return "invalid_address";
  return classOfStatus(status);
}

function domainProblem(answer: Answer): Failure | null {
  const state = asText(asObject(objectIn(answer.text).domain).state);
  if (state === undefined || state === "active") return null;
  return { class: "config", code: `domain_${state}`, reason: `The domain is ${state} at Mailgun.` };
}

/** Throws while an empty answer says nothing, and when Mailgun cannot be asked. */
async function findByMessageId(
  { messageId, at }: OutgoingMessage,
  get: (query: string) => ReturnType<typeof callProvider>,
): Promise<{ providerMessageId: string } | null> {
  if (messageId === undefined) throw new Error("A message without a Message-ID cannot be found at Mailgun.");
  const answer = await get(new URLSearchParams({ "message-id": messageId, limit: "1" }).toString());
  if (answer.kind === "no_answer" || !isSuccess(answer)) throw new Error("Mailgun could not be asked.");
  if (asObjects(objectIn(answer.text).items).length > 0) return { providerMessageId: messageId };
  if (Date.now() - at < EVENT_LAG_MS)
    throw new Error("Mailgun does not know the message yet; it is too early to tell.");
  return null;
}
