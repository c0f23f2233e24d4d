import { appError } from "../../lib/errors";
import type { Failure } from "../schema";
import { textSetting } from "./call";
import {
  asObject,
  asObjects,
  asText,
  asTime,
  isObject,
  jsonBody,
  objectIn,
  parseJson,
  type JsonObject,
} from "../../lib/json";
import { keyOfToken, REFERENCE_FIELD } from "./reference";
import { isSignedBySns, isSnsUrl } from "./snsProof";
import type { ProviderWebhook, StatusReport, WebhookRequest } from "./types";

// Events of Amazon SES (providers.md section 5), posted by SNS: an envelope, and in its Message the event as JSON text.

function envelopeOf({ body }: WebhookRequest): JsonObject {
  return asObject(parseJson(new TextDecoder().decode(body)));
}

/**
 * SES's events through SNS: signed by AWS, and of the account's own topic where the setting `topicArn` names it. The
 * first request asks to confirm the subscription.
 */
export const sesWebhook: ProviderWebhook = {
  async verify(request, { settings }) {
    const envelope = envelopeOf(request);
    const topic = textSetting(settings.topicArn);
    if (topic !== undefined && envelope.TopicArn !== topic) return false;
    return await isSignedBySns(envelope);
  },
  read(request) {
    const envelope = jsonBody(request.body);
    if (!isObject(envelope) || asText(envelope.Type) === undefined) {
      throw appError("invalid", "The body is no SNS message.", { field: "Type" });
    }
    if (envelope.Type !== "Notification") return { statuses: [], inbound: [] };
    // A text somebody published to the topic by hand is no event, and no error.
    const event = objectIn(asText(envelope.Message) ?? "");
    return { statuses: reportsOf(event, envelope, request), inbound: [] };
  },
  dedupeKey(request) {
    return asText(envelopeOf(request).MessageId) ?? null;
  },
  confirmUrl(request) {
    const { Type, SubscribeURL } = envelopeOf(request);
    const url = asText(SubscribeURL);
    return Type === "SubscriptionConfirmation" && url !== undefined && isSnsUrl(url) ? url : null;
  },
};

type Facts = Pick<StatusReport, "kind"> & Partial<StatusReport>;

function reportsOf(event: JsonObject, envelope: JsonObject, { receivedAt }: WebhookRequest): StatusReport[] {
  const mail = asObject(event.mail);
  const tag: unknown = asObject(mail.tags)[REFERENCE_FIELD];
  const snsId = asText(envelope.MessageId);
  return factsOf(event, mail).map((facts, i) => ({
    providerMessageId: asText(mail.messageId),
    reference: keyOfToken(Array.isArray(tag) ? tag[0] : undefined),
    eventId: snsId === undefined ? undefined : `${snsId}:${i}`,
    at: asTime(asText(envelope.Timestamp)) ?? receivedAt,
    address: firstText(mail.destination),
    ...defined(facts),
  }));
}

const firstText = (list: unknown) => (Array.isArray(list) ? asText(list[0]) : undefined);

/** What a detail does not say must not hide what the mail says. */
function defined(facts: Facts): Facts {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Facts;
}

/** One report a recipient; our mails have one. */
function factsOf(event: JsonObject, mail: JsonObject): Facts[] {
  switch (event.eventType ?? event.notificationType) {
    case "Send":
      return [{ kind: "sent", at: asTime(mail.timestamp) }];
    case "Delivery": {
      const { timestamp, recipients } = asObject(event.delivery);
      return [{ kind: "delivered", at: asTime(timestamp), address: firstText(recipients) }];
    }
    case "DeliveryDelay":
      return [delayFacts(asObject(event.deliveryDelay))];
    case "Bounce":
      return bounceFacts(asObject(event.bounce));
    case "Complaint":
      return complaintFacts(asObject(event.complaint));
    case "Reject": {
      const reason = asText(asObject(event.reject).reason) ?? "SES rejected the message.";
      return [{ kind: "failed", failure: { class: "permanent", code: "Reject", reason } }];
    }
    case "Rendering Failure":
    case "RenderingFailure": {
      const reason = asText(asObject(event.failure).errorMessage) ?? "SES could not render the template.";
      return [{ kind: "failed", failure: { class: "config", code: "RenderingFailure", reason } }];
    }
    case "Open":
      return [{ kind: "opened", ...visitOf(asObject(event.open)) }];
    case "Click": {
      const click = asObject(event.click);
      return [{ kind: "clicked", url: asText(click.link), ...visitOf(click) }];
    }
    case "Subscription":
      return subscriptionFacts(asObject(event.subscription));
    default:
      return [];
  }
}

function visitOf({ userAgent, ipAddress, timestamp }: JsonObject) {
  return { userAgent: asText(userAgent), ip: asText(ipAddress), at: asTime(timestamp) };
}

function delayFacts({ delayType, delayedRecipients, timestamp }: JsonObject): Facts {
  const [first] = asObjects(delayedRecipients);
  const reason = asText(first?.diagnosticCode) ?? asText(delayType) ?? "The delivery is delayed.";
  const failure: Failure = { class: "transient", code: asText(first?.status) ?? asText(delayType), reason };
  return { kind: "sent", isTransient: true, at: asTime(timestamp), address: asText(first?.emailAddress), failure };
}

// Only these speak against the address; the other permanent ones are about this message.
const GONE_SUBTYPES = ["General", "NoEmail", "Suppressed", "OnAccountSuppressionList"];

function bounceFacts({ bounceType, bounceSubType, bouncedRecipients, timestamp }: JsonObject): Facts[] {
  const [type, subType] = [asText(bounceType) ?? "Undetermined", asText(bounceSubType) ?? "General"];
  const isPermanent = type === "Permanent";
  const errorClass = isPermanent ? (GONE_SUBTYPES.includes(subType) ? "invalid_address" : "permanent") : "transient";
  return asObjects(bouncedRecipients).map(({ emailAddress, diagnosticCode }) => {
    const reason = asText(diagnosticCode) ?? `SES reports a bounce (${type}, ${subType}).`;
    const failure: Failure = { class: errorClass, code: `${type}/${subType}`, reason };
    const facts: Facts = { kind: "bounced", at: asTime(timestamp), address: asText(emailAddress), failure };
    return isPermanent ? facts : { ...facts, isTransient: true };
  });
}

function complaintFacts({ complainedRecipients, complaintSubType, timestamp }: JsonObject): Facts[] {
  const isOldNews = complaintSubType === "OnAccountSuppressionList";
  return asObjects(complainedRecipients).map(({ emailAddress }) => {
    const facts = { at: asTime(timestamp), address: asText(emailAddress) };
    if (!isOldNews) return { kind: "complained", ...facts };
    // Nothing was sent: the person complained about an earlier mail.
    const reason = "The address is on the account's suppression list after a complaint.";
    return { kind: "failed", ...facts, failure: { class: "opted_out", code: "OnAccountSuppressionList", reason } };
  });
}

function subscriptionFacts({ newTopicPreferences, timestamp }: JsonObject): Facts[] {
  const { unsubscribeAll, topicSubscriptionStatus } = asObject(newTopicPreferences);
  const statuses = asObjects(topicSubscriptionStatus);
  const leaves =
    unsubscribeAll === true || statuses.some((each) => /^opt_?out$/i.test(asText(each.subscriptionStatus) ?? ""));
  return leaves ? [{ kind: "unsubscribed", at: asTime(timestamp) }] : [];
}
