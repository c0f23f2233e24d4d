import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx } from "../../../_generated/server";
import { record } from "../../../audit/model";
import type { Purpose } from "../../../lib/closedSets";
import { appError } from "../../../lib/errors";
import { can } from "../../../lib/permissions";
import { requireOrg } from "../../../orgs/model";
import { countryOfLocale, normaliseEmail, normalisePhone } from "../../addresses";
import type { AddressChannel } from "../../schema";
import { requireTopic } from "../../topics/model";
import { liftSuppression, suppress } from "../model";
import { isLegalReason } from "../reasons";
import type { SuppressionReason } from "../schema";

const MAX_NOTE_CHARS = 500;

/**
 * A member stops writing to an address. Throws `invalid` with the field for an address that cannot be read, an unknown
 * topic and an overlong note.
 */
export async function addByMember(
  ctx: MutationCtx,
  member: Doc<"members">,
  entry: {
    channel: AddressChannel;
    address: string;
    purpose?: Purpose;
    topic?: string;
    reason: SuppressionReason;
    note?: string;
  },
): Promise<{ suppressionId: Id<"suppressions">; isNew: boolean }> {
  const { orgId } = member;
  const { channel, reason } = entry;
  const org = await requireOrg(ctx, orgId);
  const address =
    channel === "email" ? normaliseEmail(entry.address) : normalisePhone(entry.address, countryOfLocale(org.locale));
  if (address === null) throw appError("invalid", "This address cannot be read.", { field: "address" });
  const topic = entry.topic === undefined ? undefined : await requireTopic(ctx, orgId, entry.topic);
  const note = entry.note?.trim() || undefined;
  if ((note?.length ?? 0) > MAX_NOTE_CHARS) {
    throw appError("invalid", `A note has at most ${MAX_NOTE_CHARS} characters.`, { field: "note" });
  }
  const addedBy = { kind: "member", memberId: member._id } as const;
  const purpose = topic?.purpose ?? entry.purpose;
  const scope = { orgId, channel, address, purpose, topic: topic?.key };
  const added = await suppress(ctx, { ...scope, reason, note, source: "member", addedBy });
  if (added.isNew) {
    const subject = { table: "suppressions", id: added.suppressionId };
    const details = { channel, reason, purpose: purpose ?? null };
    await record(ctx, { orgId, actor: addedBy, action: "suppression.added", subject, details });
  }
  return added;
}

/** A member lifts a suppression; what is the person's own wish needs the permission as well (product.md C-44). */
export async function liftByMember(
  ctx: MutationCtx,
  member: Doc<"members">,
  row: Doc<"suppressions">,
  lift: { reason: string; confirmedAddress?: string },
): Promise<void> {
  if (isLegalReason(row.reason) && !can(member.role, "consent.manage")) {
    throw appError("forbidden", "Your role does not allow lifting what the person asked for.");
  }
  await liftSuppression(ctx, row, { actor: { kind: "member", memberId: member._id }, ...lift });
}
