import { sha256Hex } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { MINUTE_MS } from "../../lib/time";
import type { Failure } from "../schema";
import { fromBase64 } from "./bytes";
import { place } from "./metaInbound";
import { toE164 } from "./phone";
import { verifyHmac } from "./signatures";
import { twilioFailure } from "./twilioErrors";
import type { InboundMedia, InboundReport, ProviderWebhook, StatusKind, StatusReport, WebhookRequest } from "./types";
import { isSameText } from "./webhookProof";

// Twilio's webhooks (providers.md 8.2, 8.4, 8.5). Sending is in twilioSend.ts.

/**
 * Status callbacks and inbound messages, both form posts signed with HMAC-SHA-1 over the public address and the sorted
 * fields. The answer must be TwiML or empty: anything else would be sent to the customer.
 */
export const twilioWebhook: ProviderWebhook = {
  async verify(request, { secrets }) {
    const signature = fromBase64(request.headers["x-twilio-signature"] ?? "");
    if (signature === null || signature.length === 0) return false;
    const signed = await signedTexts(request);
    // While the Auth Token is being changed the secondary one signs already or still.
    const tokens = [secrets.authToken, secrets.secondaryAuthToken].filter((token) => token !== undefined);
    for (const token of tokens) {
      for (const text of signed) {
        if (await verifyHmac(new TextEncoder().encode(token), new TextEncoder().encode(text), signature, "SHA-1")) {
          return true;
        }
      }
    }
    return false;
  },
  read,
  answer: { contentType: "text/xml", body: "<Response/>" },
};

/** What Twilio may have signed: the address with and without its default port, then the fields. Empty: refuse. */
async function signedTexts(request: WebhookRequest): Promise<string[]> {
  const hash = new URL(request.url).searchParams.get("bodySHA256");
  if (hash !== null) {
    const isBody = isSameText(hash.toLowerCase(), await sha256Hex(request.body));
    return isBody ? addressForms(request.url) : [];
  }
  const fields = request.method === "GET" ? "" : signedFields(formIn(request));
  return addressForms(request.url).map((address) => address + fields);
}

function addressForms(address: string): string[] {
  const match = /^(https?):\/\/([^/:?#]+)(:\d+)?([^#]*)/.exec(address);
  if (match === null) return [address];
  const [, scheme = "", host = "", port, rest = ""] = match;
  const standard = scheme === "https" ? ":443" : ":80";
  const asReceived = `${scheme}://${host}${port ?? ""}${rest}`;
  if (port === undefined) return [asReceived, `${scheme}://${host}${standard}${rest}`];
  return [asReceived, `${scheme}://${host}${rest}`];
}

/** Names sorted by code unit, each followed by its distinct values, sorted; no separators. */
function signedFields(form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  return names
    .map((name) =>
      [...new Set(form.getAll(name))]
        .sort()
        .map((value) => name + value)
        .join(""),
    )
    .join("");
}

// As Twilio's own library reads it: a plus is a space, and what is not encoded properly stays as it is.
function formIn({ body }: WebhookRequest): URLSearchParams {
  return new URLSearchParams(new TextDecoder().decode(body));
}

const KIND_OF: Record<string, StatusKind> = {
  accepted: "queued",
  scheduled: "queued",
  queued: "queued",
  sending: "sent",
  sent: "sent",
  delivered: "delivered",
  partially_delivered: "delivered",
  read: "read",
  undelivered: "failed",
  failed: "failed",
  canceled: "failed",
};

function read(request: WebhookRequest): { statuses: StatusReport[]; inbound: InboundReport[] } {
  const form = request.method === "GET" ? new URL(request.url).searchParams : formIn(request);
  const sid = form.get("MessageSid") ?? form.get("SmsSid");
  const status = form.get("MessageStatus") ?? form.get("SmsStatus");
  if (sid === null) {
    // Voice and other products post to the same kind of address; what has no account at all is not Twilio's.
    if (form.get("AccountSid") !== null) return { statuses: [], inbound: [] };
    throw appError("invalid", "There is no MessageSid.", { field: "MessageSid" });
  }
  if (status === "received" || status === "receiving" || (status === null && form.get("Body") !== null)) {
    return { statuses: [], inbound: [inboundReport(form, sid, request)] };
  }
  return { statuses: statusReports(form, sid, status ?? "", request), inbound: [] };
}

function statusReports(form: URLSearchParams, sid: string, status: string, request: WebhookRequest): StatusReport[] {
  const kind = KIND_OF[status];
  if (kind === undefined) return [];
  const reference = new URL(request.url).searchParams.get(REFERENCE_PARAMETER);
  const to = form.get("To");
  return [
    {
      kind,
      providerMessageId: sid,
      ...(reference === null ? {} : { reference }),
      // Each status comes once, and no time is signed: this is what makes a repetition one.
      eventId: `${sid}:${status}`,
      at: happenedAt(form, request.receivedAt),
      ...(to === null ? {} : { address: toE164(to) }),
      ...(kind === "failed" ? { failure: failureIn(form, status) } : {}),
    },
  ];
}

function failureIn(form: URLSearchParams, status: string): Failure {
  if (status === "canceled") {
    return { class: "permanent", code: "canceled", reason: "The message was cancelled at Twilio." };
  }
  const code = form.get("ErrorCode") ?? "";
  return twilioFailure(code === "" ? undefined : Number(code), form.get("ErrorMessage") ?? undefined);
}

/** The query field of a status callback that carries our key; signed with the address. */
export const REFERENCE_PARAMETER = "m";

/** The carrier's time (YYMMDDhhmm, UTC) when the callback is late; it is to the minute, so ours is better otherwise. */
function happenedAt(form: URLSearchParams, receivedAt: number): number {
  const parts = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/
    .exec(form.get("RawDlrDoneDate") ?? "")
    ?.slice(1)
    .map(Number);
  if (parts === undefined) return receivedAt;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts;
  const doneAt = Date.UTC(2000 + year, month - 1, day, hour, minute);
  return receivedAt - doneAt > MINUTE_MS ? doneAt : receivedAt;
}

function inboundReport(form: URLSearchParams, sid: string, { receivedAt }: WebhookRequest): InboundReport {
  const from = form.get("From");
  if (from === null || from === "") throw appError("invalid", "There is no sender.", { field: "From" });
  const isWhatsApp = from.startsWith("whatsapp:");
  const to = form.get("To");
  const fromName = form.get("ProfileName");
  const answered = form.get("OriginalRepliedMessageSid");
  const optOut = OPT_OUT_OF[form.get("OptOutType") ?? ""];
  return {
    channel: isWhatsApp ? "whatsapp" : "sms",
    providerMessageId: sid,
    from: toE164(from),
    ...(fromName === null || fromName === "" ? {} : { fromName }),
    ...(to === null ? {} : { to: toE164(to) }),
    text: textIn(form),
    // Twilio tells no time with an inbound message.
    at: receivedAt,
    media: mediaIn(form),
    ...(optOut === undefined ? {} : { optOut }),
    ...(answered === null ? {} : { inReplyTo: answered }),
  };
}

const OPT_OUT_OF: Record<string, NonNullable<InboundReport["optOut"]>> = { STOP: "stop", START: "start", HELP: "help" };

function textIn(form: URLSearchParams): string {
  const body = form.get("Body") ?? "";
  const latitude = form.get("Latitude");
  if (latitude === null) return body;
  const [name, address] = [form.get("Label") ?? undefined, form.get("Address") ?? undefined];
  const where = place({ latitude, longitude: form.get("Longitude") ?? undefined, name, address });
  return body === "" ? where : `${body}\n${where}`;
}

const MAX_MEDIA = 10; // What Twilio takes in one message.

function mediaIn(form: URLSearchParams): InboundMedia[] {
  const count = Math.min(Number(form.get("NumMedia") ?? 0) || 0, MAX_MEDIA);
  return Array.from({ length: count }, (_, i) => ({
    url: form.get(`MediaUrl${i}`) ?? "",
    contentType: form.get(`MediaContentType${i}`) ?? "application/octet-stream",
  })).filter(({ url }) => url !== "");
}
