import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { beginDiscussion, beginInternalTicket } from "../../inbox/internal/model";
import { patchThread, requireThread } from "../../inbox/model/rows";
import { addNote } from "../../inbox/model/work";
import { MINUTE_MS } from "../../lib/time";
import { DISCUSSION, INTERNAL_TICKET } from "../data/discussions";
import { backdateRecord } from "./threads";
import { demoAgents } from "./workspace";

/** More notes than one conversation of the demo has. */
const MOST_NOTES = 10;

/** Gives the demo's team what it talks about among itself (UTC ms `now`: ages count from then). Again changes nothing. */
export async function tellDiscussions(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<void> {
  const agents = await demoAgents(ctx, orgId);
  const [first, ...others] = DISCUSSION.notes;
  const [jana, malte] = [agents.get("jana"), agents.get("malte")];
  if (jana === undefined || malte === undefined) throw new Error("The demo workspace has no Jana and Malte.");
  const memberOf = { jana, malte };
  const { subject, order } = DISCUSSION;
  const threadId = await beginDiscussion(
    ctx,
    { orgId, member: memberOf[first.from] },
    { subject, text: first.text, orders: [order], teamId: null, clientId: "demo-discussion", memberIds: [] },
  );
  for (const [index, { from, text }] of others.entries()) {
    await addNote(ctx, { orgId, threadId, member: memberOf[from], text, clientId: `demo-discussion-${index}` });
  }
  await backdate(ctx, orgId, threadId, { now, agesMinutes: DISCUSSION.notes.map(({ ageMinutes }) => ageMinutes) });
  const { from, ageMinutes, ...ticket } = INTERNAL_TICKET;
  const ticketId = await beginInternalTicket(
    ctx,
    { orgId, member: memberOf[from] },
    { ...ticket, orders: [], teamId: null, threadType: "internal_task", priority: "normal", clientId: "demo-internal" },
  );
  await backdate(ctx, orgId, ticketId, { now, agesMinutes: [ageMinutes] });
}

async function backdate(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  threadId: Id<"threads">,
  { now, agesMinutes }: { now: number; agesMinutes: readonly number[] },
): Promise<void> {
  const times = agesMinutes.map((age) => now - age * MINUTE_MS);
  const notes: Doc<"messages">[] = await ctx.db
    .query("messages")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .take(MOST_NOTES);
  for (const [index, { _id }] of notes.entries()) await ctx.db.patch("messages", _id, { at: times[index] ?? now });
  const lastMessageAt = times.at(-1) ?? now;
  await patchThread(ctx, await requireThread(ctx, orgId, threadId), { lastMessageAt });
  await backdateRecord(ctx, orgId, threadId, lastMessageAt);
}
