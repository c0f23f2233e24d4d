import type { Purpose } from "../lib/closedSets";
import type { MessageSource } from "./schema";

type Sent = { channel: string; purpose: Purpose; sourceKind: MessageSource["kind"] };

/** True for e-mail a person may say no to: everything but transactional mail and an agent's answer. */
export function wantsUnsubscribe({ channel, purpose, sourceKind }: Sent): boolean {
  return channel === "email" && purpose !== "transactional" && sourceKind !== "agent";
}

/**
 * Headers of our e-mails. One-click unsubscribe (RFC 8058, providers.md 7.1) both verbatim: nodemailer's own `list`
 * option writes the second one wrongly. What no person wrote says so, so that out-of-office mail does not answer it
 * (RFC 3834, providers.md 7.5).
 */
export function emailHeaders({ sourceKind }: Sent, unsubscribeUrl: string | undefined): Record<string, string> {
  const automatic: Record<string, string> =
    sourceKind === "agent" ? {} : { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" };
  if (unsubscribeUrl === undefined) return automatic;
  return {
    ...automatic,
    "List-Unsubscribe": `<${unsubscribeUrl}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}
