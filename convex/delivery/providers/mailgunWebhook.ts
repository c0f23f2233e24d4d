import { appError } from "../../lib/errors";
import { formFieldsOf, formText, isFormType } from "../../lib/formBody";
import type { ErrorClass, Failure } from "../schema";
import { fromHex } from "./bytes";
import { asNumber, asObject, asText, isObject, jsonBody, parseJson, textsIn, type JsonObject } from "../../lib/json";
import { REFERENCE_FIELD } from "./reference";
import { isRecent, verifyHmac } from "./signatures";
import type { MailReport, ProviderWebhook, StatusReport, WebhookRequest } from "./types";

// Mailgun's webhooks and routes (providers.md section 4): one event or mail each; a token is signed, the rest is not.

const SECOND_MS = 1_000;

const isForm = ({ headers }: Pick<WebhookRequest, "headers">) => isFormType(headers["content-type"]);

/** Time, token and signature: in an object of an event, among the fields of a route's form. */
function signatureIn({ headers, body }: Pick<WebhookRequest, "headers" | "body">): JsonObject {
  if (!isForm({ headers })) return asObject(asObject(parseJson(new TextDecoder().decode(body))).signature);
  const fields = formFieldsOf(body) ?? [];
  return Object.fromEntries(["timestamp", "token", "signature"].map((name) => [name, formText(fields, name)]));
}

/** Where a route with store() left a mail; undefined for one that came whole. */
const storedUrl = ({ body }: WebhookRequest) => formText(formFieldsOf(body) ?? [], "message-url");

/** To whom a route's mail was delivered. */
function recipientsIn({ body }: WebhookRequest): string[] {
  const listed = formText(formFieldsOf(body) ?? [], "recipient") ?? "";
  return listed
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}

/**
 * Mailgun's webhooks. The signature covers a time and a token only: `dedupeKey` is the token, so that an event put under
 * a signature seen before is taken for a repetition and not read.
 */
export const mailgunWebhook: ProviderWebhook = {
  async verify({ headers, body, receivedAt }, { secrets }) {
    const { timestamp, token, signature } = signatureIn({ headers, body });
    const [time, nonce] = [timeText(timestamp), asText(token)];
    const bytes = fromHex(asText(signature) ?? "");
    if (time === undefined || nonce === undefined || bytes === null || !isRecent(time, receivedAt)) return false;
    const encoder = new TextEncoder();
    return await verifyHmac(encoder.encode(secrets.webhookSigningKey ?? ""), encoder.encode(time + nonce), bytes);
  },
  mail: {
    kindOf: (request) => (isForm(request) && storedUrl(request) === undefined ? "email_mailgun" : null),
    // "Not acceptable": every other status is repeated for hours.
    tooLargeStatus: 406,
  },
  read(request) {
    if (isForm(request)) return { statuses: [], inbound: [], mails: mailAt(storedUrl(request), recipientsIn(request)) };
    const body = jsonBody(request.body);
    const event = asObject(body)["event-data"];
    if (!isObject(event)) throw appError("invalid", "There is no event-data.", { field: "event-data" });
    if (event.event === "stored") {
      return {
        statuses: [],
        inbound: [],
        mails: mailAt(asText(asObject(event.storage).url), textsIn(asObject(event.message).recipients)),
      };
    }
    const report = reportOf(event, request);
    return { statuses: report === null ? [] : [report], inbound: [] };
  },
  dedupeKey(request) {
    return asText(signatureIn(request).token) ?? null;
  },
};

function mailAt(url: string | undefined, recipients: string[]): MailReport[] | undefined {
  return url === undefined ? undefined : [{ url, ...(recipients.length === 0 ? {} : { recipients }) }];
}

function timeText(timestamp: unknown): string | undefined {
  return typeof timestamp === "number" ? String(timestamp) : asText(timestamp);
}

type Facts = Pick<StatusReport, "kind"> & Partial<StatusReport>;

function reportOf(event: JsonObject, { receivedAt }: WebhookRequest): StatusReport | null {
  const facts = factsOf(event);
  if (facts === null) return null;
  const at = asNumber(event.timestamp);
  return {
    providerMessageId: asText(asObject(asObject(event.message).headers)["message-id"]),
    reference: asText(asObject(event["user-variables"])[REFERENCE_FIELD]),
    eventId: asText(event.id),
    at: at === undefined ? receivedAt : Math.round(at * SECOND_MS),
    address: asText(event.recipient),
    ...facts,
  };
}

function factsOf(event: JsonObject): Facts | null {
  switch (event.event) {
    case "accepted":
      return { kind: "queued" };
    case "delivered":
      return { kind: "delivered" };
    case "failed":
      return failedFacts(event);
    case "rejected":
      return { kind: "failed", failure: rejection(event) };
    case "opened":
      return { kind: "opened", isMachine: isBot(event), ...visitOf(event) };
    case "clicked":
      return { kind: "clicked", isMachine: isBot(event), url: asText(event.url), ...visitOf(event) };
    case "unsubscribed":
      return { kind: "unsubscribed" };
    case "complained":
      return { kind: "complained" };
    default:
      return null;
  }
}

const isBot = (event: JsonObject) => Boolean(asObject(event["client-info"]).bot);

function visitOf(event: JsonObject) {
  return { userAgent: asText(asObject(event["client-info"])["user-agent"]), ip: asText(event.ip) };
}

function failedFacts(event: JsonObject): Facts {
  if (event.severity === "temporary") {
    return { kind: "sent", isTransient: true, failure: failure("transient", event) };
  }
  const isSoft = asObject(event["delivery-status"])["bounce-type"] === "soft";
  switch (event.reason) {
    case "bounce":
      return { kind: "bounced", failure: failure(isSoft ? "permanent" : "invalid_address", event) };
    case "suppress-bounce":
      return { kind: "bounced", failure: failure("invalid_address", event) };
    case "suppress-complaint":
    case "suppress-unsubscribe":
      return { kind: "failed", failure: failure("opted_out", event) };
    default:
      return { kind: "failed", failure: failure("permanent", event) };
  }
}

function failure(errorClass: ErrorClass, event: JsonObject): Failure {
  const status = asObject(event["delivery-status"]);
  const words = asText(status.message) ?? asText(status.description) ?? asText(event.reason);
  const numbers = [asNumber(status.code)?.toString(), asText(status["enhanced-code"])];
  const code = numbers.filter(Boolean).join(" ") || asText(event.reason);
  return { class: errorClass, code, reason: words ?? "Mailgun reports a failure." };
}

function rejection(event: JsonObject): Failure {
  const { reason, description } = asObject(event.reject);
  return { class: "config", code: "rejected", reason: asText(reason) ?? asText(description) ?? "Mailgun rejected it." };
}
