import { appError } from "../../lib/errors";
import type { ErrorClass, Failure } from "../schema";
import { asNumber, asObject, asText, asTime, isObject, jsonBody, type JsonObject } from "../../lib/json";
import { REFERENCE_FIELD } from "./reference";
import type { ProviderWebhook, StatusReport, WebhookRequest } from "./types";
import { isSameText } from "./webhookProof";

// Postmark's webhooks (providers.md section 6): one event each, not signed.

/**
 * Postmark's webhooks: the secret in the address is the proof. Where the account has the secret `webhookPassword`, HTTP
 * Basic must carry it as well.
 */
export const postmarkWebhook: ProviderWebhook = {
  verify({ headers }, { secrets }) {
    const password = secrets.webhookPassword;
    const isProved = !password || isSameText(passwordIn(headers.authorization), password);
    return Promise.resolve(isProved);
  },
  provesSender: ({ secrets }) => (secrets.webhookPassword ?? "") !== "",
  read(request) {
    const event = jsonBody(request.body);
    if (!isObject(event) || asText(event.RecordType) === undefined) {
      throw appError("invalid", "The event has no RecordType.", { field: "RecordType" });
    }
    const report = reportOf(event, request);
    return { statuses: report === null ? [] : [report], inbound: [] };
  },
};

function passwordIn(authorization: string | undefined): string {
  const encoded = /^Basic\s+([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1] ?? "";
  try {
    const pair = atob(encoded);
    return pair.slice(pair.indexOf(":") + 1);
  } catch {
    return "";
  }
}

type Facts = Pick<StatusReport, "kind"> & Partial<StatusReport>;

function reportOf(event: JsonObject, { receivedAt }: WebhookRequest): StatusReport | null {
  const facts = factsOf(event);
  if (facts === null) return null;
  const time = event.DeliveredAt ?? event.BouncedAt ?? event.ReceivedAt ?? event.ChangedAt;
  return {
    providerMessageId: messageIdOf(event),
    reference: asText(asObject(event.Metadata)[REFERENCE_FIELD]),
    eventId: eventIdOf(event),
    at: asTime(time) ?? receivedAt,
    address: asText(event.Recipient) ?? asText(event.Email),
    ...facts,
  };
}

/** A suppression by hand belongs to no message; Postmark then sends the nil UUID. */
function messageIdOf({ MessageID }: JsonObject): string | undefined {
  const id = asText(MessageID);
  return id === "00000000-0000-0000-0000-000000000000" ? undefined : id;
}

/** Only bounces and complaints have an id of their own. */
function eventIdOf({ RecordType, ID }: JsonObject): string | undefined {
  const id = asNumber(ID);
  return id === undefined ? undefined : `${asText(RecordType)}:${id}`;
}

function factsOf(event: JsonObject): Facts | null {
  switch (event.RecordType) {
    case "Delivery":
      return { kind: "delivered" };
    case "Bounce":
      return bounceFacts(event);
    case "SpamComplaint":
      return { kind: "complained" };
    case "Open":
      return { kind: "opened", ...visitOf(event) };
    case "Click":
      return { kind: "clicked", url: asText(event.OriginalLink), ...visitOf(event) };
    case "SubscriptionChange":
      return subscriptionFacts(event);
    default:
      return null;
  }
}

function visitOf({ UserAgent, Geo }: JsonObject) {
  return { userAgent: asText(UserAgent), ip: asText(asObject(Geo).IP) };
}

const SOFT_TYPES = new Set(["SoftBounce", "Transient", "DnsError", "AddressChange", "ChallengeVerification"]);
const GONE_TYPES = new Set(["HardBounce", "BadEmailAddress"]);
const REFUSED_BY_PERSON = new Set(["Unsubscribe", "SpamNotification", "SpamComplaint", "ManuallyDeactivated"]);
/** Mails that came back without being bounces. */
const NO_BOUNCES = new Set(["AutoResponder", "Subscribe", "OpenRelayTest"]);

function bounceFacts(event: JsonObject): Facts | null {
  const type = asText(event.Type) ?? "Unknown";
  if (NO_BOUNCES.has(type)) return null;
  const reason = asText(event.Details) ?? asText(event.Description) ?? type;
  if (SOFT_TYPES.has(type)) {
    return { kind: "bounced", isTransient: true, failure: { class: "transient", code: type, reason } };
  }
  const failure: Failure = { class: classOfBounce(type, event.Inactive === true), code: type, reason };
  return { kind: "bounced", failure };
}

/** An address Postmark switched off gets nothing any more, whatever the reason was. */
function classOfBounce(type: string, isInactive: boolean): ErrorClass {
  if (REFUSED_BY_PERSON.has(type)) return "opted_out";
  return GONE_TYPES.has(type) || isInactive ? "invalid_address" : "permanent";
}

/** Suppressions after bounces and complaints have their own events; this one is the person's, or somebody's by hand. */
function subscriptionFacts(event: JsonObject): Facts | null {
  if (event.SuppressSending !== true || event.SuppressionReason !== "ManualSuppression") return null;
  return { kind: "unsubscribed" };
}
