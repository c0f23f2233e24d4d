import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { isAdvertising, mayConfirmOptOut, type ConsentFacts } from "../../contacts/consentRules";
import { consentFacts } from "../../contacts/consents/model/facts";
import { inboundWindowOpen } from "../../contacts/model";
import { suppressionOf } from "../../contacts/suppressions/model";
import type { Channel } from "../../lib/closedSets";

/** Messages to one person that are looked at to find the last one of a kind. */
const MAX_RECENT = 100;

/** What forbids or allows one message by one channel: the address's suppressions and the ledger with its rules. */
export type PermissionFacts = {
  /** Why the address must not be written to for this purpose; null when nothing forbids it. */
  suppression: string | null;
  suppressionId?: string;
  consent: ConsentFacts;
};

/** Gathers them. The one confirmation of an opt-out passes both: the law allows it (providers.md 21.1). */
export async function permissionFacts(
  ctx: QueryCtx,
  row: Doc<"messageQueue">,
  about: {
    org: Doc<"organisations">;
    contact: Doc<"contacts">;
    channel: Channel;
    address: string | null;
    now: number;
  },
): Promise<PermissionFacts> {
  const { orgId, purpose, topic, source } = row;
  const { channel, address, now } = about;
  const consent = await consentFacts(ctx, {
    ...about,
    purpose,
    topic,
    isAnswer: source.kind === "agent",
    hasOpenWindow: address !== null && (await inboundWindowOpen(ctx, { orgId, channel, address }, now)),
    lastSuchAt: () => lastAdvertisingAt(ctx, row.contactId),
  });
  const found = address === null ? null : await suppressionOf(ctx, { orgId, channel, address, purpose, topic });
  if (found === null) return { suppression: null, consent };
  const sourceName = source.kind === "system" ? source.name : null;
  if (mayConfirmOptOut({ sourceName, suppression: found, now })) {
    return { suppression: null, consent: { ...consent, statement: null, hasOpenWindow: true } };
  }
  return { suppression: found.reason, suppressionId: found._id, consent };
}

async function lastAdvertisingAt(ctx: QueryCtx, contactId: Id<"contacts">): Promise<number | null> {
  const recent = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId))
    .order("desc")
    .take(MAX_RECENT);
  const last = recent.find((row) => isAdvertising(row.purpose) && (row.group === "sent" || row.group === "sending"));
  return last?.dueAt ?? null;
}
