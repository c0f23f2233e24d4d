import { isWhatsAppUserId } from "../../contacts/addresses";
import type { Failure, SendResult } from "../schema";
import {
  baseUrlOf,
  callProvider,
  classOfStatus,
  failureOf,
  failureWithoutAnswer,
  isInDoubt,
  resultWithoutAnswer,
  textSetting,
  type Answer,
  type NoAnswer,
  type ProviderCall,
} from "./call";
import { asObject, asObjects, asText, objectIn, type JsonObject } from "../../lib/json";
import { metaFailure, templateReason } from "./metaErrors";
import { withoutPlus } from "./phone";
import { fittedReplies } from "./quickReplies";
import { templateValue } from "./templateValues";
import type { AdapterAccount, OutgoingMessage, ProviderAdapter, TemplateApproval, WhatsAppTemplate } from "./types";

const DEFAULT_VERSION = "v23.0";

/** What Meta takes as a caption and as a filename; a longer text follows its own rules (4096). */
const MAX_CAPTION_CHARS = 1_024;

/**
 * WhatsApp through Meta's Cloud API (providers.md 13). Settings: `phoneNumberId`, `apiVersion` ("v23.0"), `baseUrl`;
 * secret: `accessToken`. No idempotency key: our key travels as `biz_opaque_callback_data` and comes back with every
 * status, which is how a lost answer is found again. Accepted means queued; the `sent` status follows.
 */
export function metaAdapter(account: Omit<AdapterAccount, "ctx">): ProviderAdapter {
  const api = metaApi(account);
  return {
    send: (message) => send(api, message),
    check: () => check(api),
    templates: () => templates(api, account),
    close() {},
  };
}

/** One account's address and headers. */
type MetaApi = {
  versionUrl: string;
  phoneUrl: string;
  call(call: Pick<ProviderCall, "method" | "url" | "body" | "headers">): Promise<Answer | NoAnswer>;
};

function metaApi(account: Omit<AdapterAccount, "ctx">): MetaApi {
  const { settings, secrets } = account;
  const version = textSetting(settings.apiVersion) ?? DEFAULT_VERSION;
  const versionUrl = `${baseUrlOf("meta", { settings })}/${version}`;
  const authorization = `Bearer ${secrets.accessToken ?? ""}`;
  return {
    versionUrl,
    phoneUrl: `${versionUrl}/${String(settings.phoneNumberId ?? "")}`,
    call: (call) => callProvider({ ...call, headers: { ...call.headers, Authorization: authorization }, account }),
  };
}

async function send(api: MetaApi, message: OutgoingMessage): Promise<SendResult> {
  if (message.attachments.length > 1) {
    return refused({ class: "permanent", code: "attachments", reason: "A WhatsApp message carries one file." });
  }
  const uploaded = await upload(api, message);
  if (uploaded !== null && "kind" in uploaded) return uploaded;
  const answer = await api.call({
    method: "POST",
    url: `${api.phoneUrl}/messages`,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...envelope(message), ...content(message, uploaded) }),
  });
  if (answer.kind === "no_answer") return resultWithoutAnswer(answer);
  const fields = objectIn(answer.text);
  const id = asText(asObjects(fields.messages)[0]?.id);
  if (answer.status < 300 && id !== undefined) return { kind: "accepted", providerMessageId: id };
  if (fields.error === undefined && isInDoubt(answer)) return lost(answer);
  return refused(failureIn(answer, fields));
}

function envelope({ to, idempotencyKey, inReplyTo }: OutgoingMessage): JsonObject {
  return {
    messaging_product: "whatsapp",
    recipient_type: "individual",
    // Whoever has no visible number is written to by user id (providers.md 13.1).
    ...(isWhatsAppUserId(to.address) ? { recipient: to.address } : { to: withoutPlus(to.address) }),
    biz_opaque_callback_data: idempotencyKey,
    ...(inReplyTo?.startsWith("wamid.") === true ? { context: { message_id: inReplyTo } } : {}),
  };
}

type Uploaded = { type: MediaType; id: string; name: string };
type MediaType = "image" | "video" | "audio" | "document";

function content(message: OutgoingMessage, uploaded: Uploaded | null): JsonObject {
  const { text, template, quickReplies, reaction } = message;
  if (reaction !== undefined) return { type: "reaction", reaction: { message_id: reaction.to, emoji: reaction.emoji } };
  if (template !== undefined) return { type: "template", template: templateContent(template) };
  if (uploaded !== null) return { type: uploaded.type, [uploaded.type]: mediaContent(uploaded, text) };
  if (quickReplies !== undefined && quickReplies.options.length > 0) {
    return { type: "interactive", interactive: interactiveContent(text, quickReplies) };
  }
  return { type: "text", text: { body: text, preview_url: false } };
}

function templateContent({ name, language, bodyValues }: WhatsAppTemplate): JsonObject {
  const parameters = bodyValues.map((value) => ({ type: "text", text: templateValue(value) }));
  return {
    name,
    language: { code: language },
    ...(parameters.length === 0 ? {} : { components: [{ type: "body", parameters }] }),
  };
}

function mediaContent({ type, id, name }: Uploaded, text: string): JsonObject {
  const caption = Array.from(text.trim()).slice(0, MAX_CAPTION_CHARS).join("");
  return {
    id,
    ...(type === "document" ? { filename: name } : {}),
    ...(type === "audio" || caption === "" ? {} : { caption }),
  };
}

function interactiveContent(text: string, quickReplies: NonNullable<OutgoingMessage["quickReplies"]>): JsonObject {
  const { isList, label, options } = fittedReplies(quickReplies);
  const body = { text };
  if (isList) return { type: "list", body, action: { button: label, sections: [{ rows: options }] } };
  return { type: "button", body, action: { buttons: options.map((reply) => ({ type: "reply", reply })) } };
}

/** The attachment at Meta, a refusal or loss of its upload, or null when there is none. A lost upload sent nothing. */
async function upload(api: MetaApi, { attachments }: OutgoingMessage): Promise<Uploaded | SendResult | null> {
  const [file] = attachments;
  if (file === undefined) return null;
  const body = new FormData();
  body.set("messaging_product", "whatsapp");
  body.set("type", file.contentType);
  body.set("file", new Blob([file.content], { type: file.contentType }), file.name);
  const answer = await api.call({ method: "POST", url: `${api.phoneUrl}/media`, body });
  if (answer.kind === "no_answer") return refused(failureWithoutAnswer(answer));
  const fields = objectIn(answer.text);
  const id = asText(fields.id);
  if (answer.status < 300 && id !== undefined) return { type: mediaTypeOf(file.contentType), id, name: file.name };
  return refused(answer.status < 300 ? failureOf(answer, { class: "transient" }) : failureIn(answer, fields));
}

// WhatsApp shows these in the chat; whatever else there is goes as a document.
const SHOWN = /^(image\/(?:jpeg|png)|video\/(?:mp4|3gpp)|audio\/(?:aac|amr|mp4|mpeg|ogg))\b/;

function mediaTypeOf(contentType: string): MediaType {
  const shown = SHOWN.exec(contentType)?.[1]?.split("/")[0];
  return shown === "image" || shown === "video" || shown === "audio" ? shown : "document";
}

/** Asks for the number itself: proves token, number and version. */
async function check(api: MetaApi): Promise<Failure | null> {
  const answer = await api.call({
    method: "GET",
    url: `${api.phoneUrl}?fields=id,display_phone_number,quality_rating`,
  });
  if (answer.kind === "no_answer") return failureWithoutAnswer(answer);
  const fields = objectIn(answer.text);
  if (answer.status < 300 && asText(fields.id) !== undefined) return null;
  return failureIn(answer, fields);
}

/** Pages of a hundred: an account has 6,000 templates at most (providers.md 13.3). */
const MAX_TEMPLATE_PAGES = 60;

async function templates(api: MetaApi, { settings }: Pick<AdapterAccount, "settings">): Promise<TemplateApproval[]> {
  const businessId = textSetting(settings.businessAccountId);
  if (businessId === undefined) throw new Error("Enter the id of the WhatsApp Business account at the connection.");
  const found: TemplateApproval[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_TEMPLATE_PAGES; page++) {
    const query = new URLSearchParams({
      fields: "name,language,status,rejected_reason",
      limit: "100",
      ...(after && { after }),
    });
    const answer = await api.call({ method: "GET", url: `${api.versionUrl}/${businessId}/message_templates?${query}` });
    if (answer.kind === "no_answer") throw new Error(answer.reason);
    const fields = objectIn(answer.text);
    if (answer.status >= 300 || !Array.isArray(fields.data)) throw new Error(failureIn(answer, fields).reason);
    for (const { name, language, status, rejected_reason } of asObjects(fields.data)) {
      const of = { name: asText(name) ?? "", language: asText(language) ?? "", state: asText(status) ?? "" };
      found.push({ ...of, ...templateReason(rejected_reason) });
    }
    // Cursors, not the address of the next page: where we call is for the account's settings to say.
    const paging = asObject(fields.paging);
    after = asText(paging.next) === undefined ? undefined : asText(asObject(paging.cursors).after);
    if (after === undefined) break;
  }
  return found;
}

function failureIn(answer: Answer, fields: JsonObject): Failure {
  if (fields.error === undefined) {
    return failureOf(answer, answer.status < 300 ? { class: "config", reason: "This is not Meta's API." } : {});
  }
  const named = metaFailure(asObject(fields.error), classOfStatus(answer.status));
  const { retryAfterMs } = failureOf(answer, { class: named.class });
  // What the header says goes before the pause we know of.
  return retryAfterMs === undefined ? named : { ...named, retryAfterMs };
}

const refused = (failure: Failure): SendResult => ({ kind: "refused", failure });
const lost = ({ status }: Answer): SendResult => ({ kind: "lost", reason: `The answer (${status}) names no message.` });
