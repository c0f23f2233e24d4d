import type { Infer } from "convex/values";
import type { vEnvelope } from "./schema";

// Who an answer goes to (product.md 2.1 no. 11, 12). Pure; the browser uses it too.

/** The people of one mail by where they stand. */
export type Envelope = Infer<typeof vEnvelope>;

export const NOBODY: Envelope = { to: [], cc: [], bcc: [] };

/** Providers take fifty people of one mail (SES, Resend); more is a mailing, not an answer. */
export const MAX_RECIPIENTS = 50;

/** The newest message between us and the customer's side, as far as recipients go. */
export type NewestMail = {
  /** Who wrote it; null: we did. */
  from: string | null;
  recipients: readonly { kind: "to" | "cc" | "bcc"; address: string }[];
};

/**
 * Recipients of a reply and of a reply to all: to whoever wrote last, or to whom we wrote last; all adds everybody else
 * who stood in that mail, but nobody's blind copies. Addresses of our own are never recipients.
 */
export function replyRecipients(
  newest: NewestMail,
  isOwn: (address: string) => boolean,
): { reply: Envelope; replyAll: Envelope } {
  const at = (kind: "to" | "cc") =>
    newest.recipients.filter((each) => each.kind === kind && !isOwn(each.address)).map(({ address }) => address);
  const to = newest.from === null ? at("to") : isOwn(newest.from) ? [] : [newest.from];
  const others = newest.from === null ? at("cc") : [...at("to"), ...at("cc")];
  return { reply: tidyEnvelope({ ...NOBODY, to }), replyAll: tidyEnvelope({ ...NOBODY, to, cc: others }) };
}

/** Everybody once, where they stand first. */
export function tidyEnvelope({ to, cc, bcc }: Envelope): Envelope {
  const seen = new Set<string>();
  const once = (addresses: readonly string[]) =>
    addresses.filter((address) => {
      const isNew = !seen.has(address);
      seen.add(address);
      return isNew;
    });
  return { to: once(to), cc: once(cc), bcc: once(bcc) };
}
