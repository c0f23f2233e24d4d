import { messageIdsIn, type InboundEmail } from "./inboundEmail";

// Delivery status notifications (RFC 3464): which of our messages could not be delivered, and whether for good.

export type Bounce = {
  /** Message-ID of the mail that came back; null when the report does not carry it. */
  originalMessageId: string | null;
  /** The address that could not be reached, lower-case; null when not named. */
  recipient: string | null;
  /** True for status 5.1.x: the address itself does not exist. Full mailboxes and refusals by policy are not that. */
  isAddressInvalid: boolean;
  /** The server's own words, or the status code. */
  reason: string;
};

/** Parts of a report are small; what is longer is the returned mail's body, which nobody needs here. */
const MAX_PART_CHARS = 64_000;

function partText(email: Pick<InboundEmail, "attachments">, types: readonly string[]): string | null {
  const part = email.attachments.find((attachment) => types.includes(attachment.contentType.toLowerCase()));
  return part === undefined ? null : new TextDecoder().decode(part.bytes.subarray(0, MAX_PART_CHARS));
}

function field(text: string, name: string): string | null {
  const unfolded = text.replace(/\r?\n[ \t]+/g, " ");
  return new RegExp(`^${name}:\\s*(.+)$`, "im").exec(unfolded)?.[1]?.trim() ?? null;
}

/** The bounce a mail reports, or null when it is none (an out-of-office, a person's mail, a delivery success). */
export function bounceIn(email: Pick<InboundEmail, "attachments" | "references" | "inReplyTo">): Bounce | null {
  const status = partText(email, ["message/delivery-status", "message/global-delivery-status"]);
  if (status === null) return null;
  const action = field(status, "Action")?.toLowerCase();
  if (action !== "failed") return null;
  const code = field(status, "Status");
  const original = partText(email, ["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"]);
  const originalIds = messageIdsIn((original === null ? null : field(original, "Message-ID")) ?? undefined);
  const recipient = (field(status, "Final-Recipient") ?? field(status, "Original-Recipient"))?.split(";").at(-1);
  return {
    originalMessageId: originalIds[0] ?? email.inReplyTo[0] ?? email.references.at(-1) ?? null,
    recipient: recipient?.trim().toLowerCase() ?? null,
    isAddressInvalid: code?.startsWith("5.1.") ?? false,
    reason: field(status, "Diagnostic-Code")?.replace(/^smtp;\s*/i, "") ?? code ?? "undeliverable",
  };
}
