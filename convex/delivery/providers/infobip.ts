import type { Failure, SendResult } from "../schema";
import { economicalText } from "../segments";
import {
  baseUrlOf,
  callProvider,
  failureWithoutAnswer,
  isInDoubt,
  resultWithoutAnswer,
  type Answer,
  type NoAnswer,
} from "./call";
import { infobipAnswerFailure, infobipFailure, infobipKind } from "./infobipErrors";
import { asNumber, asObject, asObjects, asText, objectIn, type JsonObject } from "../../lib/json";
import { withoutPlus } from "./phone";
import { fittedReplies, textWithReplies } from "./quickReplies";
import { templateValue } from "./templateValues";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter, TemplateApproval } from "./types";

type Account = Omit<AdapterAccount, "ctx">;

/**
 * SMS (API v3) and WhatsApp through Infobip (providers.md 9 and 13.10). Settings: `sender`, `smartEncoding`, `baseUrl`
 * (the account's own); secret: `apiKey`. Our key is the `messageId`, so a lost SMS can be asked for. Refusals come as
 * HTTP 200 with a status of the group REJECTED.
 */
export function infobipAdapter(account: Account): ProviderAdapter {
  return {
    send: (message) => (message.channel === "whatsapp" ? sendWhatsApp(account, message) : sendSms(account, message)),
    find: (message) => find(account, message),
    check: () => check(account),
    templates: () => templates(account),
    close() {},
  };
}

async function sendSms(account: Account, message: OutgoingMessage): Promise<SendResult> {
  const { to, idempotencyKey, statusUrl } = message;
  const text = textWithReplies(message);
  const answer = await post(account, "/sms/3/messages", {
    messages: [
      {
        sender: senderOf(account),
        destinations: [{ to: withoutPlus(to.address), messageId: idempotencyKey }],
        content: { text: account.settings.smartEncoding === false ? text : economicalText(text) },
        webhooks: {
          ...(statusUrl === undefined ? {} : { delivery: { url: statusUrl, intermediateReport: true } }),
          contentType: "application/json",
          callbackData: idempotencyKey,
        },
      },
    ],
    options: { includeSmsCountInResponse: true },
  });
  return resultOf(answer, (fields) => asObjects(fields.messages)[0]);
}

async function sendWhatsApp(account: Account, message: OutgoingMessage): Promise<SendResult> {
  if (message.attachments.length > 0) {
    const reason = "Infobip takes files by public address only.";
    return { kind: "refused", failure: { class: "permanent", code: "attachments", reason } };
  }
  const { to, idempotencyKey, statusUrl } = message;
  const { path, content } = whatsappContent(message);
  const envelope = {
    from: withoutPlus(senderOf(account)),
    to: withoutPlus(to.address),
    messageId: idempotencyKey,
    content,
    callbackData: idempotencyKey,
    ...(statusUrl === undefined ? {} : { notifyUrl: statusUrl }),
  };
  const body = message.template === undefined ? envelope : { messages: [envelope] };
  const answer = await post(account, `/whatsapp/1/message/${path}`, body);
  return resultOf(answer, (fields) => asObjects(fields.messages)[0] ?? fields);
}

function whatsappContent({ text, template, quickReplies }: OutgoingMessage): { path: string; content: JsonObject } {
  if (template !== undefined) {
    const { name, language, bodyValues } = template;
    const templateData = { body: { placeholders: bodyValues.map(templateValue) } };
    return { path: "template", content: { templateName: name, templateData, language } };
  }
  if (quickReplies === undefined || quickReplies.options.length === 0) return { path: "text", content: { text } };
  const { isList, label, options } = fittedReplies(quickReplies);
  const body = { text };
  if (isList)
    return { path: "interactive/list", content: { body, action: { title: label, sections: [{ rows: options }] } } };
  const buttons = options.map(({ id, title }) => ({ type: "REPLY", id, title }));
  return { path: "interactive/buttons", content: { body, action: { buttons } } };
}

/** The sent message stands in a list or is the answer itself. */
function resultOf(answer: Answer | NoAnswer, messageIn: (fields: JsonObject) => JsonObject | undefined): SendResult {
  if (answer.kind === "no_answer") return resultWithoutAnswer(answer);
  const fields = objectIn(answer.text);
  const message = messageIn(fields);
  const status = asObject(message?.status);
  const id = asText(message?.messageId);
  if (answer.status < 300 && infobipKind(status) === "failed") {
    return { kind: "refused", failure: infobipFailure(status) };
  }
  if (answer.status < 300 && id !== undefined) {
    const segments = asNumber(asObject(message?.details).messageCount) ?? 0;
    return { kind: "accepted", providerMessageId: id, ...(segments > 0 ? { segments } : {}) };
  }
  const isTold = fields.errorCode !== undefined || fields.requestError !== undefined;
  if (!isTold && isInDoubt(answer)) return { kind: "lost", reason: `The answer (${answer.status}) names no message.` };
  return { kind: "refused", failure: infobipAnswerFailure(answer) };
}

/** Looks a lost SMS up by our key. Throws when Infobip cannot be asked, and for WhatsApp, which has no log to ask. */
async function find(
  account: Account,
  { channel, idempotencyKey }: OutgoingMessage,
): Promise<{ providerMessageId: string } | null> {
  if (channel !== "sms") throw new Error("Infobip keeps no log of WhatsApp messages that can be asked.");
  const answer = await get(account, `/sms/3/logs?${new URLSearchParams({ messageId: idempotencyKey })}`);
  if (answer.kind === "no_answer") throw new Error(answer.reason);
  const { results } = objectIn(answer.text);
  if (answer.status >= 300 || !Array.isArray(results)) throw new Error(infobipAnswerFailure(answer).reason);
  const found = asObjects(results).some(({ messageId }) => messageId === idempotencyKey);
  return found ? { providerMessageId: idempotencyKey } : null;
}

/** Asks for the balance: proves address and key. */
async function check(account: Account): Promise<Failure | null> {
  const answer = await get(account, "/account/1/balance");
  if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
  const { balance } = objectIn(answer.text);
  return answer.status < 300 && balance !== undefined ? null : infobipAnswerFailure(answer);
}

async function templates(account: Account): Promise<TemplateApproval[]> {
  const answer = await get(account, `/whatsapp/2/senders/${encodeURIComponent(senderOf(account))}/templates`);
  if (answer.kind === "no_answer") throw new Error(answer.reason);
  const { templates: listed } = objectIn(answer.text);
  if (answer.status >= 300 || !Array.isArray(listed)) throw new Error(infobipAnswerFailure(answer).reason);
  return asObjects(listed).map(({ name, language, status }) => ({
    name: asText(name) ?? "",
    language: asText(language) ?? "",
    state: asText(status) ?? "",
  }));
}

const senderOf = ({ settings }: Account) => String(settings.sender ?? "");

const headersOf = ({ secrets }: Account) => ({
  Authorization: `App ${secrets.apiKey ?? ""}`,
  Accept: "application/json",
});

function post(account: Account, path: string, body: JsonObject): Promise<Answer | NoAnswer> {
  return callProvider({
    method: "POST",
    url: `${baseUrlOf("infobip", account)}${path}`,
    headers: { ...headersOf(account), "Content-Type": "application/json" },
    body: JSON.stringify(body),
    account,
  });
}

function get(account: Account, path: string): Promise<Answer | NoAnswer> {
  const url = `${baseUrlOf("infobip", account)}${path}`;
  return callProvider({ method: "GET", url, headers: headersOf(account), account });
}
