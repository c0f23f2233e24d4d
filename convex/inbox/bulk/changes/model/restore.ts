import type { Doc, Id } from "../../../../_generated/dataModel";
import type { MutationCtx } from "../../../../_generated/server";
import type { Priority } from "../../../../lib/closedSets";
import { changeThread } from "../../../model/fields";
import { isOpenStatus, ownThread, patchThread } from "../../../model/rows";
import { endSnooze, snoozeThread } from "../../../snooze/model";
import { setThreadStatus } from "../../../model/work";
import type { BulkBefore } from "../../schema";

type ByMember = { orgId: Id<"organisations">; member: Doc<"members"> };

/** Gives a thread its status back; a snooze that closing ended goes on if its time has not come: its wake-up is still scheduled. */
export async function restoreStatus(
  ctx: MutationCtx,
  by: ByMember,
  threadId: Id<"threads">,
  { status, snoozedUntil }: Pick<BulkBefore, "status" | "snoozedUntil">,
): Promise<void> {
  if (status === undefined) return;
  await setThreadStatus(ctx, { ...by, threadId, status });
  const isStillAhead = snoozedUntil === null || (snoozedUntil !== undefined && snoozedUntil > Date.now());
  if (!isStillAhead || !isOpenStatus(status)) return;
  await patchThread(ctx, await ownThread(ctx, by.orgId, threadId), { snoozedUntil });
}

/** Gives a thread its priority back. */
export async function restorePriority(ctx: MutationCtx, by: ByMember, threadId: Id<"threads">, priority?: Priority) {
  if (priority !== undefined) await changeThread(ctx, by, threadId, { priority });
}

/** Puts a thread off as it was before, if that is still ahead; else it is back in the lists. */
export async function restoreSnooze(
  ctx: MutationCtx,
  by: ByMember,
  threadId: Id<"threads">,
  before: BulkBefore["snoozedUntil"],
): Promise<void> {
  const isAhead = before === null || (before !== undefined && before > Date.now());
  if (isAhead) await snoozeThread(ctx, { ...by, threadId, until: before });
  else await endSnooze(ctx, { ...by, threadId });
}
