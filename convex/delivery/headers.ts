import type { Purpose } from "../lib/closedSets";
import type { MessageSource } from "./schema";

type Sent = {
  channel: string;
  purpose: Purpose;
  sourceKind: MessageSource["kind"];
  threading?: { inReplyTo?: string } | undefined;
};

/** True for e-mail a person may say no to: everything but transactional mail and an agent's answer. */
export function wantsUnsubscribe({ channel, purpose, sourceKind }: Sent): boolean {
  return channel === "email" && purpose !== "transactional" && sourceKind !== "agent";
}

/** The two ways out of a mail: a link for one click (RFC 8058) and, where we receive mail, an address (RFC 2369). */
export type UnsubscribeLinks = { url: string; address?: string };

/** The address that unsubscribes: a plus-address of the mailbox, found again by its token. */
export function unsubscribeAddress(mailbox: string | undefined, mailToken: string): string | undefined {
  const domain = mailbox?.split("@")[1];
  return domain === undefined || domain === "" ? undefined : `unsub+${mailToken}@${domain}`;
}

/**
 * Headers of our e-mails. One-click unsubscribe (RFC 8058, providers.md 7.1) both verbatim: nodemailer's own `list`
 * option writes the second one wrongly. What no person wrote says so, so that out-of-office mail does not answer it
 * (RFC 3834, providers.md 7.5).
 */
export function emailHeaders(
  { sourceKind, threading }: Sent,
  links: UnsubscribeLinks | undefined,
): Record<string, string> {
  const submitted = threading?.inReplyTo === undefined ? "auto-generated" : "auto-replied";
  const automatic: Record<string, string> =
    sourceKind === "agent" ? {} : { "Auto-Submitted": submitted, "X-Auto-Response-Suppress": "All" };
  if (links === undefined) return automatic;
  const byMail = links.address === undefined ? "" : `, <mailto:${links.address}?subject=unsubscribe>`;
  return {
    ...automatic,
    "List-Unsubscribe": `<${links.url}>${byMail}`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}
