import { isObject, parseJson } from "../../lib/json";
import { toE164 } from "./phone";
import type { InboundReport, ProviderWebhook, StatusKind, StatusReport, WebhookRequest } from "./types";

/**
 * eCall's delivery notifications (providers.md 11.3). Neither their names nor a signature are published: the secret path
 * is the proof, and the fields are looked for under the names that integrations have seen, in query, form or JSON.
 */
export const ecallWebhook: ProviderWebhook = {
  verify: () => Promise.resolve(true),
  provesSender: () => false,
  read,
};

const NAMES = {
  id: ["messageid", "jobid", "id"],
  status: ["status", "state", "notificationstatus", "deliverystatus"],
  at: ["donedate", "statusdate", "date", "timestamp"],
  from: ["from", "callback", "sender"],
  to: ["to", "address", "recipient"],
  text: ["text", "message", "content"],
} as const;

function read(request: WebhookRequest): { statuses: StatusReport[]; inbound: InboundReport[] } {
  const fields = fieldsOf(request);
  const value = (name: keyof typeof NAMES) => {
    const found = NAMES[name].map((each) => fields.get(each)).find((each) => each !== undefined && each !== "");
    return found;
  };
  const [id, status, text, from, to] = [value("id"), value("status"), value("text"), value("from"), value("to")];
  const at = timeOf(value("at"), request.receivedAt);
  if (id === undefined) return { statuses: [], inbound: [] };
  if (status !== undefined) {
    const kind = kindOf(status);
    const address = to === undefined ? {} : { address: toE164(to) };
    const failure = kind === "failed" ? { failure: failureOf(status) } : {};
    // Each status comes once; without a time of its own it is known by what it says.
    const eventId = `${id}:${status.toLowerCase()}`;
    return {
      statuses: kind === null ? [] : [{ kind, providerMessageId: id, eventId, at, ...address, ...failure }],
      inbound: [],
    };
  }
  if (text === undefined || from === undefined) return { statuses: [], inbound: [] };
  const ours = to === undefined ? {} : { to: toE164(to) };
  const inbound = { channel: "sms" as const, providerMessageId: id, from: toE164(from), ...ours, text, at, media: [] };
  return { statuses: [], inbound: [inbound] };
}

function kindOf(status: string): StatusKind | null {
  const words = status.toLowerCase().replace(/[^a-z]/g, "");
  if (words === "delivered" || words === "ok") return "delivered";
  if (words === "notdelivered" || words === "undelivered" || words === "expired" || words === "failed") return "failed";
  if (words === "sent" || words === "transmitted") return "sent";
  return words === "accepted" || words === "queued" || words === "buffered" ? "queued" : null;
}

function failureOf(status: string) {
  const isExpired = /expired/i.test(status);
  return {
    class: isExpired ? ("transient" as const) : ("permanent" as const),
    code: status,
    reason: `eCall says: ${status}.`,
  };
}

/** Every field by its lower-case name; those of the body go before those of the query. */
function fieldsOf({ url, headers, body }: WebhookRequest): Map<string, string> {
  const fields = new Map<string, string>();
  const add = (name: string, value: unknown) => {
    if (typeof value === "string" || typeof value === "number") fields.set(name.toLowerCase(), String(value));
  };
  for (const [name, value] of new URL(url).searchParams) add(name, value);
  const text = new TextDecoder().decode(body);
  const payload = parseJson(text);
  if (isObject(payload)) for (const [name, value] of Object.entries(payload)) add(name, value);
  else if ((headers["content-type"] ?? "").includes("urlencoded")) {
    for (const [name, value] of new URLSearchParams(text)) add(name, value);
  }
  return fields;
}

function timeOf(value: string | undefined, receivedAt: number): number {
  const at = Date.parse(value ?? "");
  return Number.isNaN(at) ? receivedAt : at;
}
