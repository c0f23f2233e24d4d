import { DirectAggregate } from "@convex-dev/aggregate";
import { components } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { groupOf } from "../groups";
import { MESSAGE_STATES, QUEUE_GROUPS, type MessageState, type QueueGroup } from "../schema";

const aggregate = new DirectAggregate<{
  Namespace: Id<"organisations">;
  Key: MessageState["kind"];
  Id: Id<"messageQueue">;
}>(components.queueCounts);

type Counted = { _id: Id<"messageQueue">; orgId: Id<"organisations"> };

/** Counts a new row under its first state. */
export async function countNew(ctx: MutationCtx, row: Counted, kind: MessageState["kind"]): Promise<void> {
  await aggregate.insert(ctx, { namespace: row.orgId, key: kind, id: row._id });
}

/** Moves a row from one state's count to another's. */
export async function countMove(
  ctx: MutationCtx,
  row: Counted,
  from: MessageState["kind"],
  to: MessageState["kind"],
): Promise<void> {
  if (from === to) return;
  const namespace = row.orgId;
  await aggregate.replace(ctx, { namespace, key: from, id: row._id }, { namespace, key: to });
}

/** How many rows an organisation has in each group of the queue screen, and in each state (product.md C-16). */
export async function queueCounts(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
): Promise<{ groups: Record<QueueGroup, number>; states: Record<MessageState["kind"], number> }> {
  const counted = await aggregate.countBatch(
    ctx,
    MESSAGE_STATES.map((key) => ({
      namespace: orgId,
      bounds: { lower: { key, inclusive: true }, upper: { key, inclusive: true } },
    })),
  );
  const states = Object.fromEntries(MESSAGE_STATES.map((kind, i) => [kind, counted[i] ?? 0]));
  const groups = Object.fromEntries(QUEUE_GROUPS.map((group) => [group, 0])) as Record<QueueGroup, number>;
  for (const kind of MESSAGE_STATES) groups[groupOf(kind)] += states[kind] ?? 0;
  return { groups, states: states as Record<MessageState["kind"], number> };
}
