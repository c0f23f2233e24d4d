import { verifyHmacSha256 } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { asNumber, asObject, asObjects, asText, isObject, jsonBody, type JsonObject } from "../../lib/json";
import { metaFailure, templateReason } from "./metaErrors";
import { inboundText } from "./metaInbound";
import { toE164 } from "./phone";
import type {
  ChoiceReport,
  IdentityReport,
  InboundReport,
  ProviderWebhook,
  StatusKind,
  StatusReport,
  TemplateReport,
  WebhookReport,
  WebhookRequest,
} from "./types";
import { isSameText } from "./webhookProof";

const SECOND_MS = 1_000;

/**
 * Meta's webhook (providers.md 13.5): HMAC-SHA-256 with the app secret over the raw bytes (Meta escapes non-ASCII, so
 * re-serialised JSON never verifies). One POST may carry up to a thousand updates of several numbers. No timestamp is
 * signed: repetitions are found by what they say.
 */
export const metaWebhook: ProviderWebhook = {
  async verify({ headers, body }, { secrets }) {
    const { appSecret } = secrets;
    const signature = /^sha256=([0-9a-f]{64})$/i.exec(headers["x-hub-signature-256"] ?? "")?.[1];
    if (appSecret === undefined || appSecret === "" || signature === undefined) return false;
    return await verifyHmacSha256(appSecret, body, signature);
  },
  read,
  handshake({ url }, { secrets }) {
    const query = new URL(url).searchParams;
    const { verifyToken } = secrets;
    if (query.get("hub.mode") !== "subscribe" || verifyToken === undefined || verifyToken === "") return null;
    return isSameText(query.get("hub.verify_token") ?? "", verifyToken) ? (query.get("hub.challenge") ?? "") : null;
  },
};

function read({ body }: WebhookRequest): WebhookReport {
  const payload = jsonBody(body);
  if (!isObject(payload)) throw appError("invalid", "The body is no object.", { field: "body" });
  const statuses: StatusReport[] = [];
  const inbound: InboundReport[] = [];
  const choices: ChoiceReport[] = [];
  const identities: IdentityReport[] = [];
  const templates: TemplateReport[] = [];
  for (const { field, value } of changesIn(payload)) {
    statuses.push(...asObjects(value.statuses).flatMap(statusReport));
    inbound.push(...asObjects(value.messages).flatMap((message) => inboundReport(message, value)));
    choices.push(...asObjects(value.user_preferences).flatMap(choiceReport));
    identities.push(...asObjects(value.messages).flatMap(changedIdentity));
    identities.push(...asObjects(value.user_id_update).flatMap(updatedUserId));
    if (field === "message_template_status_update") templates.push(...templateReport(value));
  }
  return {
    statuses,
    inbound,
    ...(choices.length > 0 ? { choices } : {}),
    ...(identities.length > 0 ? { identities } : {}),
    ...(templates.length > 0 ? { templates } : {}),
  };
}

function changesIn(payload: JsonObject): { field: unknown; value: JsonObject }[] {
  if (payload.object !== "whatsapp_business_account") return [];
  return asObjects(payload.entry).flatMap((entry) =>
    asObjects(entry.changes).map(({ field, value }) => ({ field, value: asObject(value) })),
  );
}

// A voice message that was played was read; "read" may come without "delivered".
const KIND_OF: Record<string, StatusKind> = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  played: "read",
  failed: "failed",
};

function statusReport(status: JsonObject): StatusReport[] {
  const kind = KIND_OF[asText(status.status) ?? ""];
  const id = asText(status.id);
  if (kind === undefined || id === undefined) return [];
  const address = asText(status.recipient_id);
  const reference = asText(status.biz_opaque_callback_data);
  return [
    {
      kind,
      providerMessageId: id,
      at: seconds(status.timestamp),
      ...(reference === undefined ? {} : { reference }),
      ...addressed(address === undefined ? asText(status.recipient_user_id) : toE164(address)),
      ...(kind === "failed" ? { failure: metaFailure(asObjects(status.errors)[0], "permanent") } : {}),
    },
  ];
}

function inboundReport(message: JsonObject, value: JsonObject): InboundReport[] {
  const id = asText(message.id);
  const number = asText(message.from);
  const userId = asText(message.from_user_id);
  const from = number === undefined ? userId : toE164(number);
  const content = inboundText(message);
  // Groups are no conversation with one person.
  if (id === undefined || from === undefined || content === null || message.group_id !== undefined) return [];
  const fromName = nameOf(asObjects(value.contacts), number, userId);
  const ours = asText(asObject(value.metadata).display_phone_number);
  const { text, media, inReplyTo, reaction } = content;
  return [
    {
      channel: "whatsapp",
      providerMessageId: id,
      from,
      ...(number !== undefined && userId !== undefined ? { userId } : {}),
      ...(fromName === undefined ? {} : { fromName }),
      ...(ours === undefined ? {} : { to: toE164(ours) }),
      text,
      at: seconds(message.timestamp),
      media,
      ...(inReplyTo === undefined ? {} : { inReplyTo }),
      ...(reaction === undefined ? {} : { reaction }),
    },
  ];
}

function nameOf(contacts: JsonObject[], number: string | undefined, userId: string | undefined): string | undefined {
  const contact = contacts.find(
    ({ wa_id, user_id }) => (number !== undefined && wa_id === number) || (userId !== undefined && user_id === userId),
  );
  return asText(asObject(contact?.profile).name);
}

/** A marketing stop or resume the person chose within WhatsApp (providers.md 13.7). */
function choiceReport(preference: JsonObject): ChoiceReport[] {
  const { category, value } = preference;
  const number = asText(preference.wa_id);
  const address = number === undefined ? asText(preference.user_id) : toE164(number);
  if (category !== "marketing_messages" || address === undefined) return [];
  if (value !== "stop" && value !== "resume") return [];
  return [{ channel: "whatsapp", address, marketing: value, at: seconds(preference.timestamp) }];
}

/** A system message about a person who changed their number or their user id. */
function changedIdentity({ type, from, from_user_id, system }: JsonObject): IdentityReport[] {
  if (type !== "system") return [];
  const { type: kind, wa_id, user_id } = asObject(system);
  const before = asText(from);
  const number = asText(wa_id);
  const id = asText(user_id);
  if (kind === "user_changed_number" && before !== undefined && number !== undefined) {
    return [{ from: toE164(before), to: toE164(number) }];
  }
  const known = before === undefined ? asText(from_user_id) : toE164(before);
  if (kind === "user_changed_user_id" && known !== undefined && id !== undefined && known !== id) {
    return [{ from: known, to: id }];
  }
  return [];
}

function updatedUserId({ user_id }: JsonObject): IdentityReport[] {
  const { previous, current } = asObject(user_id);
  const [from, to] = [asText(previous), asText(current)];
  return from === undefined || to === undefined ? [] : [{ from, to }];
}

function templateReport(value: JsonObject): TemplateReport[] {
  const { event, message_template_id: id, message_template_name, message_template_language, reason } = value;
  const [state, name, language] = [asText(event), asText(message_template_name), asText(message_template_language)];
  if (state === undefined || name === undefined || language === undefined) return [];
  const providerTemplateId = typeof id === "number" || typeof id === "string" ? { providerTemplateId: String(id) } : {};
  return [{ name, language, ...providerTemplateId, state: state.toUpperCase(), ...templateReason(reason) }];
}

const addressed = (address: string | undefined) => (address === undefined ? {} : { address });

/** UTC ms of Unix seconds, which Meta writes as text or as a number. */
function seconds(value: unknown): number {
  const number = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : asNumber(value);
  if (number === undefined) throw appError("invalid", "A timestamp is missing or no number.", { field: "timestamp" });
  return number * SECOND_MS;
}
