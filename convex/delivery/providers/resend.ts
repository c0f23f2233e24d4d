import { appError } from "../../lib/errors";
import { HOUR_MS } from "../../lib/time";
import type { ErrorClass, Failure } from "../schema";
import { failureOf, retryAfterMs, type Answer } from "./call";
import { asObject, asText, asTime, jsonBody, objectIn, textsIn, type JsonObject } from "../../lib/json";
import { keyOfToken, REFERENCE_FIELD } from "./reference";
import { verifyStandardWebhook } from "./signatures";
import type { ProviderWebhook, StatusReport, WebhookRequest } from "./types";

// Resend (providers.md section 1): what its errors mean and what its webhooks say. Sending is in resendSend.ts.

// The table of providers.md 1.2, by name first: one HTTP status stands for several things.
const CLASS_OF_NAME: Record<string, ErrorClass> = {
  invalid_idempotency_key: "permanent",
  missing_api_key: "config",
  restricted_api_key: "config",
  invalid_api_key: "config",
  not_found: "config",
  method_not_allowed: "config",
  invalid_idempotent_request: "permanent",
  concurrent_idempotent_requests: "transient",
  invalid_attachment: "permanent",
  invalid_from_address: "permanent",
  missing_required_field: "permanent",
  invalid_parameter: "permanent",
  invalid_access: "permanent",
  invalid_region: "permanent",
  rate_limit_exceeded: "rate_limited",
  daily_quota_exceeded: "config",
  monthly_quota_exceeded: "config",
  security_error: "config",
  application_error: "transient",
  internal_server_error: "transient",
};

/** Quotas are counted by the calendar day; a used-up month is looked at again after as long. */
const DAY_MS = 24 * HOUR_MS;

/** What a refusal of Resend means. */
export function resendFailure(answer: Answer): Failure {
  const body = objectIn(answer.text);
  const [name, reason] = [asText(body.name), asText(body.message)];
  const failure = failureOf(answer, { class: classOf(answer.status, name, reason ?? ""), code: name, reason });
  if (name === "daily_quota_exceeded" || name === "monthly_quota_exceeded") {
    const now = Date.now();
    return { ...failure, retryAfterMs: retryAfterMs(answer.headers) ?? DAY_MS - (now % DAY_MS) };
  }
  return failure;
}

function classOf(status: number, name: string | undefined, reason: string): ErrorClass | undefined {
  if (status >= 500) return "transient";
  // 403 says "validation_error" for an unverified domain, 400 and 422 for the message itself.
  if (name === "validation_error") return status === 403 ? "config" : classOfInvalid(status, reason);
  if (status === 422 && namesRecipient(reason)) return "invalid_address";
  return name === undefined ? undefined : CLASS_OF_NAME[name];
}

function classOfInvalid(status: number, reason: string): ErrorClass {
  return status === 422 && namesRecipient(reason) ? "invalid_address" : "permanent";
}

/** The reserved test domains are refused as well, in words of their own. */
function namesRecipient(reason: string): boolean {
  return /[`'"]to[`'"]|@(?:example|test)\.com/i.test(reason);
}

/** Resend's webhooks: signed by Svix, one event each. `svix-id` is the same on every retry. */
export const resendWebhook: ProviderWebhook = {
  async verify({ headers, body, receivedAt }, { secrets }) {
    const [id, timestamp, signatures] = [headers["svix-id"], headers["svix-timestamp"], headers["svix-signature"]];
    return await verifyStandardWebhook({ id, timestamp, signatures, body, receivedAt }, secrets.webhookSecret ?? "");
  },
  read(request) {
    const event = asObject(jsonBody(request.body));
    const type = asText(event.type);
    if (type === undefined) throw appError("invalid", "The event has no type.", { field: "type" });
    // Only that it came (providers.md 1.4): the mail itself is fetched.
    const data = asObject(event.data);
    const id = type === "email.received" ? asText(data.email_id) : undefined;
    const recipients = textsIn(data.received_for);
    if (id !== undefined)
      return { statuses: [], inbound: [], mails: [{ id, ...(recipients.length === 0 ? {} : { recipients }) }] };
    const report = reportOf(type, event, request);
    return { statuses: report === null ? [] : [report], inbound: [] };
  },
};

type Facts = Pick<StatusReport, "kind"> & Partial<StatusReport>;

function reportOf(type: string, event: JsonObject, { headers, receivedAt }: WebhookRequest): StatusReport | null {
  const data = asObject(event.data);
  const facts = type.startsWith("email.") ? emailFacts(type, data) : listFacts(type, data);
  if (facts === null) return null;
  return {
    providerMessageId: asText(data.email_id),
    reference: keyOfToken(asObject(data.tags)[REFERENCE_FIELD]),
    eventId: asText(headers["svix-id"]),
    at: asTime(event.created_at) ?? receivedAt,
    address: asText(Array.isArray(data.to) ? data.to[0] : undefined) ?? asText(data.email),
    ...facts,
  };
}

function emailFacts(type: string, data: JsonObject): Facts | null {
  switch (type) {
    case "email.scheduled":
      return { kind: "queued" };
    case "email.sent":
      return { kind: "sent" };
    case "email.delivered":
      return { kind: "delivered" };
    case "email.delivery_delayed":
      return { kind: "sent", isTransient: true };
    case "email.bounced":
      return bounceFacts(asObject(data.bounce));
    case "email.suppressed":
      return suppressedFacts(asObject(data.suppressed));
    case "email.failed":
      return {
        kind: "failed",
        failure: { class: "permanent", reason: asText(asObject(data.failed).reason) ?? "failed" },
      };
    case "email.opened":
      return { kind: "opened" };
    case "email.clicked":
      return clickFacts(asObject(data.click));
    case "email.complained":
      return { kind: "complained" };
    default:
      return null;
  }
}

const bounceReason = (bounce: JsonObject) => asText(bounce.message) ?? "The message bounced.";

/** Only a missing mailbox speaks against the address; full, too large and refused by content do not (providers.md 1.3). */
function bounceFacts(bounce: JsonObject): Facts {
  const [type, subType] = [asText(bounce.type), asText(bounce.subType)];
  const isPermanent = type === "Permanent";
  const isGone = isPermanent && (subType === "NoEmail" || subType === "General");
  const code = [type, subType].filter(Boolean).join("/") || undefined;
  const failure: Failure = { class: isGone ? "invalid_address" : "permanent", code, reason: bounceReason(bounce) };
  return isPermanent ? { kind: "bounced", failure } : { kind: "bounced", isTransient: true, failure: soft(failure) };
}

const soft = (failure: Failure): Failure => ({ ...failure, class: "transient" });

/** Nothing was sent: the address is on Resend's own suppression list, after a bounce or a complaint. */
function suppressedFacts(suppressed: JsonObject): Facts {
  const type = asText(suppressed.type);
  const isBounce = /bounce/i.test(type ?? "");
  const reason = asText(suppressed.message) ?? "The address is on the provider's suppression list.";
  return { kind: "failed", failure: { class: isBounce ? "invalid_address" : "opted_out", code: type, reason } };
}

function clickFacts(click: JsonObject): Facts {
  const { link, userAgent, ipAddress, timestamp } = click;
  const at = asTime(timestamp);
  return {
    kind: "clicked",
    url: asText(link),
    userAgent: asText(userAgent),
    ip: asText(ipAddress),
    ...(at === undefined ? {} : { at }),
  };
}

/** Events about an address rather than a message. */
function listFacts(type: string, data: JsonObject): Facts | null {
  if (type === "contact.updated") return data.unsubscribed === true ? { kind: "unsubscribed" } : null;
  if (type === "contact.topics.updated") {
    const topics = Array.isArray(data.topics) ? data.topics : [];
    return topics.some((topic) => asObject(topic).subscription === "opt_out") ? { kind: "unsubscribed" } : null;
  }
  if (type !== "suppression.added") return null;
  switch (data.origin) {
    case "bounce":
      return { kind: "bounced", failure: { class: "invalid_address", reason: "Resend suppresses it after a bounce." } };
    case "complaint":
      return { kind: "complained" };
    default:
      return { kind: "unsubscribed" };
  }
}
