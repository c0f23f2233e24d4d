import type { MutationCtx } from "../../_generated/server";
import { Batch } from "./batch";
import { claimDue } from "./claim";
import { packParcel, type Parcel, type Shared } from "./outgoing";
import { settleOne, type Settlement } from "./settle";
import { earliestPending, ensureWakeUp, nextWakeUpAt, type Queue } from "./wakeUps";

/** A wake-up this near will do: settlements come in quick succession, and each would move it by a moment. */
const SOON_MS = 1_000;

/**
 * Records a group of answers and hands out as many further messages as the sender has room for, in one transaction: an
 * answer and the next claim cost one round trip, and a sender never holds more than its window. Empty when nothing more is
 * due or the sender wants no more; somebody is woken for the rest then.
 */
export async function exchange(
  ctx: MutationCtx,
  queue: Queue,
  { settlements, room }: { settlements: readonly Settlement[]; room: number },
): Promise<Parcel> {
  const batch = new Batch(ctx);
  for (const settlement of settlements) await settleOne(batch, settlement);
  // One for one: several senders of a queue together never hold more than its dispatcher let go (MAX_IN_FLIGHT).
  const free = Math.min(room, settlements.length);
  const claims = free > 0 ? await claimDue(batch, queue, free) : [];
  if (free <= 0) await wakeSoon(batch, queue);
  await batch.flush();
  return await packParcel(ctx, sharedBy(batch), claims);
}

async function wakeSoon({ ctx, now }: Batch, queue: Queue): Promise<void> {
  const next = await earliestPending(ctx, queue);
  if (next === null) return;
  const planned = await nextWakeUpAt(ctx, queue);
  if (planned !== null && planned <= now + SOON_MS) return;
  await ensureWakeUp(ctx, queue, Math.max(now, next.dueAt));
}

// What the batch has read already.
function sharedBy(batch: Batch): Shared {
  return {
    contact: (orgId, contactId) => batch.contact(orgId, contactId),
    desk: (orgId) => batch.desk(orgId),
    connection: async (connectionId) => (await batch.account(connectionId))?.connection ?? null,
  };
}
