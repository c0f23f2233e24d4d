import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { ChosenRoute } from "../schema";

/** Decisions of one message: enqueue, checks, tries, receipts. More would be a loop, and the first ones tell it. */
const MAX_DECISIONS = 200;

/** One line of "Why?". */
export type Explanation = Pick<Doc<"decisions">, "at" | "stage" | "rule" | "outcome" | "inputs">;

/** Why the message went as it did, oldest first: the decisions about it, and the way each of its tries took. */
export async function explain(ctx: QueryCtx, queueId: Id<"messageQueue">): Promise<Explanation[]> {
  const decisions = await decisionsOf(ctx, queueId);
  const attempts = await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", queueId))
    .take(MAX_DECISIONS);
  const row = await ctx.db.get("messageQueue", queueId);
  const lines = decisions.map(({ at, stage, rule, outcome, inputs }) => ({
    line: { at, stage, rule, outcome, inputs },
    place: placeOf(stage, inputs.attempt),
  }));
  for (const { startedAt, number, route } of attempts) lines.push(...routeLine(startedAt, number, route));
  if (row?.state.kind === "sending") {
    lines.push(...routeLine(row.state.startedAt, row.state.attempt, row.state.route));
  }
  return lines.sort((a, b) => a.line.at - b.line.at || a.place - b.place).map(({ line }) => line);
}

/** The decisions about a message that are no part of a try, oldest first. */
export async function decisionsOf(ctx: QueryCtx, queueId: Id<"messageQueue">): Promise<Doc<"decisions">[]> {
  return await ctx.db
    .query("decisions")
    .withIndex("by_message", (q) => q.eq("queueId", queueId))
    .take(MAX_DECISIONS);
}

function routeLine(at: number, attempt: number, route: ChosenRoute | undefined) {
  return route === undefined ? [] : [{ line: { at, stage: "route", ...route }, place: attempt }];
}

// Within one instant: the beginning, then each try followed by what it led to, then what came from outside.
function placeOf(stage: string, attempt: unknown): number {
  if (stage === "enqueue") return -1;
  if (typeof attempt === "number") return attempt + 0.5;
  return stage === "receipt" ? Number.MAX_SAFE_INTEGER : 0;
}
