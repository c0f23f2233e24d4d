import { isSystemAddress } from "../../intake/email/automatic";
import type { EmailAddress } from "../../intake/email/inboundEmail";

/**
 * Who a mail is from: its From, unless that is one of our own addresses or a system mailbox and Reply-To names a person
 * (web forms send that way). Null when only we are left: our own mail came back, and we never become a customer
 * (product.md 2.1 no. 11, 2.3 no. 33).
 */
export function senderOf(
  mail: { from: EmailAddress; replyTo?: EmailAddress },
  isOwn: (address: string) => boolean,
): EmailAddress | null {
  const { from, replyTo } = mail;
  const isForeignPerson = replyTo !== undefined && !isOwn(replyTo.address) && !isSystemAddress(replyTo.address);
  if (isForeignPerson && (isOwn(from.address) || isSystemAddress(from.address))) return replyTo;
  return isOwn(from.address) ? null : from;
}
