// A text message from a simulated device: {channel, from, to?, text, providerMessageId, at}. Pure.

export type InboundText = {
  channel: "sms" | "whatsapp";
  /** The customer's number as the device has it. */
  from: string;
  to?: string;
  text: string;
  /** The device's own id of the message: repeated deliveries have the same. */
  messageId: string;
  /** UTC ms by the device's clock; null when missing. */
  sentAt: number | null;
  fromName?: string;
  /** Another address of the same person: WhatsApp's user id beside the number (providers.md 13.1). */
  userId?: string;
  /** The provider handled an opt-out word itself and answers for us (providers.md 8.5): we must not answer too. */
  handledByProvider?: "stop" | "start" | "help";
  /** The provider's id of the message it answers, or reacts to. */
  inReplyTo?: string;
  /** It is no message but a reaction to that one; empty: taken back. */
  reaction?: string;
  /** Files that are still with the provider. */
  media?: { id?: string; url?: string; contentType: string; name?: string }[];
};

export type ParsedText = { ok: true; message: InboundText } | { ok: false; field: string; reason: string };

/** Reads the body of an `sms_sandbox` raw event; answers the field at fault, never throws. */
export function parseSandboxText(body: string): ParsedText {
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch {
    return { ok: false, field: "body", reason: "The body is not JSON." };
  }
  if (typeof payload !== "object" || payload === null) return { ok: false, field: "body", reason: "No object." };
  const fields = payload as Record<string, unknown>;
  const { channel, from, to, text, providerMessageId: messageId, at, inReplyTo, reaction } = fields;
  if (channel !== "sms" && channel !== "whatsapp") return bad("channel", "The channel must be sms or whatsapp.");
  if (typeof from !== "string" || from.trim() === "") return bad("from", "The sender's number is missing.");
  if (typeof text !== "string") return bad("text", "The text is missing.");
  if (typeof messageId !== "string" || messageId === "")
    return bad("providerMessageId", "The message's id is missing.");
  return {
    ok: true,
    message: {
      channel,
      from,
      ...(typeof to === "string" ? { to } : {}),
      text,
      messageId,
      sentAt: typeof at === "number" ? at : null,
      ...(typeof inReplyTo === "string" ? { inReplyTo } : {}),
      ...(typeof reaction === "string" ? { reaction } : {}),
    },
  };
}

function bad(field: string, reason: string): ParsedText {
  return { ok: false, field, reason };
}
