import type { InboundReport } from "../../delivery/providers/types";
import type { ParsedText } from "../../intake/text/parseSandbox";

/** Reads the body of a `text_inbound` raw event: an InboundReport that our own webhook reader wrote. Pure. */
export function parseProviderText(body: string): ParsedText {
  let report: InboundReport;
  try {
    report = JSON.parse(body) as InboundReport;
  } catch {
    return { ok: false, field: "body", reason: "The stored report is not JSON." };
  }
  const { channel, providerMessageId: messageId, from, fromName, userId, to, text, at: sentAt, media, optOut } = report;
  const { inReplyTo, reaction } = report;
  return {
    ok: true,
    message: {
      channel,
      from,
      fromName,
      userId,
      ...(to === undefined ? {} : { to }),
      text,
      messageId,
      sentAt,
      media,
      ...(inReplyTo === undefined ? {} : { inReplyTo }),
      ...(reaction === undefined ? {} : { reaction }),
      handledByProvider: optOut,
    },
  };
}
