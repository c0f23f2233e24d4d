import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { ChosenRoute } from "../schema";

/** An attempt that is under way: it lives in the state of its message until it ends. */
export type Attempt = Pick<Doc<"attempts">, "number" | "provider" | "startedAt"> & {
  connectionId: Id<"connections">;
  wasAsked: boolean;
  route?: ChosenRoute;
};

/** The attempt of this number, if it is the one under way; null when it ended already. */
export function attemptUnderWay({ state, connectionId }: Doc<"messageQueue">, number: number): Attempt | null {
  if (state.kind !== "sending" || state.attempt !== number || connectionId === undefined) return null;
  const { provider, startedAt, isAsking, route } = state;
  return { number, provider, startedAt, connectionId, wasAsked: isAsking === true, route };
}

/** What a provider's answer adds to the record of its attempt. */
export type AnswerFigures = Partial<Pick<Doc<"attempts">, "tookMs" | "priceMicros" | "segments">>;

/** Records how an attempt ended. The caller moves the message on in the same transaction. */
export async function closeAttempt(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { number, provider, startedAt, connectionId, route }: Attempt,
  outcome: Doc<"attempts">["outcome"],
  endedAt: number,
  figures: AnswerFigures = {},
): Promise<void> {
  const { orgId, _id: queueId, lane, routedChannel, plannedAt, dueAt, heldMs = 0 } = row;
  if (routedChannel === undefined) throw new Error(`Message ${queueId} was sent without a route.`);
  const queuedMs = Math.max(0, startedAt - Math.max(plannedAt ?? dueAt, row._creationTime) - heldMs);
  const carrier = { connectionId, provider, channel: routedChannel, lane };
  const times = { startedAt, endedAt, queuedMs };
  const of = row.source.kind === "test" ? { isTest: true as const } : {};
  await ctx.db.insert("attempts", { orgId, queueId, number, ...carrier, ...times, outcome, route, ...figures, ...of });
}

/** An attempt that ended, or null. */
export async function endedAttempt(
  ctx: QueryCtx,
  queueId: Id<"messageQueue">,
  number: number,
): Promise<Doc<"attempts"> | null> {
  return await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", queueId).eq("number", number))
    .unique();
}
