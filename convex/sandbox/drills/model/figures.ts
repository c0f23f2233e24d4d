import { v, type Infer } from "convex/values";
import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { breakerChangesSince } from "../../../connections/breakerLog/model";
import { getConnection } from "../../../connections/model";
import { vBreakerKind } from "../../../connections/schema";
import { visibleMessages } from "../../../delivery/model/sight";
import { vQueueItem, itemOf } from "../../../delivery/model/views";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../lib/time";
import { addMessage, fateOf, noDrillFigures, type DrillMessage } from "../fate";
import { queuePractice, requireDrill } from "../model";
import { FATES, vDrillFigures, vDrillState, vSending, type DrillFigures } from "../schema";
import { literals } from "convex-helpers/validators";
import { vChannel } from "../../../lib/closedSets";

/** Messages one transaction counts; each costs about four reads. */
const COUNT_BATCH = 100;
/** Messages the live view counts, and shows; a long drill has a record of all when it is done. */
const MAX_LIVE = 200;
const MAX_SHOWN = 30;
const MAX_ATTEMPTS = 50;
const MAX_BREAKER_CHANGES = 50;
const MAX_DRILLS_SHOWN = 20;
/** A breaker that does not close after so many messages has been passed by: another connection takes them. */
const MAX_PROBES = 3;

/** As long as the record of the breakers. */
const RETENTION_MS = 90 * DAY_MS;

/** A drill that ended is looked at ever less often. */
const MIN_CHECK_MS = 5_000;
/** Whatever is still on its way after so long is counted as it stands. */
const MAX_RECOVERY_MS = 6 * HOUR_MS;

export const vDrill = v.object({
  id: v.id("drills"),
  targets: v.array(v.object({ connectionId: v.id("connections"), name: v.string(), channel: vChannel })),
  behaviour: vSending,
  practiceMessages: v.number(),
  startedBy: v.string(),
  startedAt: v.number(),
  endsAt: v.number(),
  state: vDrillState,
});

export const vDrillView = v.object({
  drill: vDrill,
  figures: vDrillFigures,
  /** There are more messages than the live figures count. */
  isPartial: v.boolean(),
  messages: v.array(
    v.object({
      ...vQueueItem.fields,
      fate: literals(...FATES),
      connectionName: v.union(v.string(), v.null()),
    }),
  ),
  breakerChanges: v.array(
    v.object({
      id: v.id("breakerChanges"),
      connectionId: v.id("connections"),
      at: v.number(),
      to: vBreakerKind,
      reason: v.optional(v.string()),
    }),
  ),
});

/** The latest drills, newest first. */
export async function listDrills(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Infer<typeof vDrill>[]> {
  const drills = await ctx.db
    .query("drills")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .order("desc")
    .take(MAX_DRILLS_SHOWN);
  return await Promise.all(drills.map((drill) => presented(ctx, drill)));
}

async function presented(ctx: QueryCtx, drill: Doc<"drills">): Promise<Infer<typeof vDrill>> {
  const { _id: id, targets, behaviour, practiceMessages, startedAt, endsAt, state } = drill;
  const member = await ctx.db.get("members", drill.memberId);
  const startedBy = member?.displayName ?? "";
  const shown = targets.map(({ connectionId, name, channel }) => ({ connectionId, name, channel }));
  return { id, targets: shown, behaviour, practiceMessages, startedBy, startedAt, endsAt, state };
}

/** One drill as it is now: figures, its latest messages, what the breakers did. Throws `not_found` for a foreign one. */
export async function viewDrill(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  drillId: Id<"drills">,
): Promise<Infer<typeof vDrillView>> {
  const drill = await requireDrill(ctx, orgId, drillId);
  const noted = await ctx.db
    .query("drillMessages")
    .withIndex("by_drill", (q) => q.eq("drillId", drillId))
    .order("desc")
    .take(MAX_LIVE + 1);
  let figures = noDrillFigures();
  const messages: Infer<typeof vDrillView>["messages"] = [];
  for (const { queueId } of noted.slice(0, MAX_LIVE)) {
    const known = await messageOf(ctx, queueId);
    if (known === null) continue;
    const { row, message } = known;
    figures = addMessage(figures, message);
    const hasBegun = row.attemptCount > 0 || row.state.kind !== "pending";
    const [seen] = messages.length < MAX_SHOWN && hasBegun ? await visibleMessages(ctx, [row]) : [];
    if (seen !== undefined) messages.push(await shownMessage(ctx, seen, message));
  }
  const isDone = drill.state.kind === "done";
  return {
    drill: await presented(ctx, drill),
    figures: drill.state.kind === "done" ? drill.state.figures : figures,
    isPartial: !isDone && noted.length > MAX_LIVE,
    messages,
    breakerChanges: await breakerChangesOf(ctx, drill),
  };
}

async function shownMessage(ctx: QueryCtx, row: Doc<"messageQueue">, message: DrillMessage) {
  const connection = row.connectionId === undefined ? null : await getConnection(ctx, row.connectionId);
  return { ...(await itemOf(ctx, row)), fate: fateOf(message), connectionName: connection?.name ?? null };
}

async function breakerChangesOf(ctx: QueryCtx, { targets, startedAt, state }: Doc<"drills">) {
  const until = state.kind === "done" ? state.at : Number.MAX_SAFE_INTEGER;
  const lists = await Promise.all(
    targets.map(({ connectionId }) => breakerChangesSince(ctx, connectionId, startedAt, MAX_BREAKER_CHANGES)),
  );
  return (
    lists
      .flat()
      .filter(({ at }) => at <= until)
      // Several changes may fall into one instant.
      .sort((a, b) => b._creationTime - a._creationTime)
      .map(({ _id: id, connectionId, at, to, reason }) => ({ id, connectionId, at, to, reason }))
  );
}

async function messageOf(
  ctx: QueryCtx,
  queueId: Id<"messageQueue">,
): Promise<{ row: Doc<"messageQueue">; message: DrillMessage } | null> {
  const row = await ctx.db.get("messageQueue", queueId);
  if (row === null) return null;
  const attempts = await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", queueId).gte("number", row.countsFromAttempt))
    .take(MAX_ATTEMPTS);
  const accepted = attempts.findLast(({ outcome }) => outcome.kind === "accepted");
  const isSimulated = accepted === undefined || accepted.provider === "sandbox";
  const message = {
    state: row.state.kind,
    attempts: attempts.map(({ connectionId, outcome, route }) => {
      return { connectionId, outcome: outcome.kind, rule: route?.rule ?? null };
    }),
    onDevices: isSimulated ? await countOnDevices(ctx, row) : null,
  };
  return { row, message };
}

/** How often a message lies on a device since it was last queued; its simplified form is the same message. */
async function countOnDevices(ctx: QueryCtx, { orgId, _id, countsFromAttempt }: Doc<"messageQueue">): Promise<number> {
  const own = `sandbox-${_id}:`;
  const found = await ctx.db
    .query("sandboxMessages")
    .withIndex("by_provider_message", (q) =>
      // ";" follows ":" in the order of characters.
      q.eq("orgId", orgId).gte("providerMessageId", own).lt("providerMessageId", `sandbox-${_id};`),
    )
    .take(MAX_ATTEMPTS);
  const key = `${own}${countsFromAttempt}`;
  return found.filter(({ providerMessageId: id }) => id === key || id.startsWith(`${key}:`)).length;
}

/** Where the counting of a drill stands: after the batch before. */
export const vCursor = v.union(v.null(), v.object({ after: v.string(), figures: vDrillFigures }));

/**
 * Counts one batch of a drill that ended, and finishes it once every message is through and its breakers have had their
 * chance to close. Goes on with the next batch, or begins anew a little later.
 */
export async function checkDrill(
  ctx: MutationCtx,
  drillId: Id<"drills">,
  cursor: Infer<typeof vCursor>,
): Promise<void> {
  const drill = await ctx.db.get("drills", drillId);
  if (drill === null || drill.state.kind !== "recovering") return;
  const { healedAt, endedBy } = drill.state;
  const now = Date.now();
  const isOver = now - healedAt >= MAX_RECOVERY_MS;
  if (!isOver && (await isBreakerAtWork(ctx, drill, now))) {
    await probe(ctx, drill, now);
    return await checkLater(ctx, drillId, now - healedAt);
  }
  const { page, isDone, continueCursor } = await ctx.db
    .query("drillMessages")
    .withIndex("by_drill", (q) => q.eq("drillId", drillId))
    .paginate({ numItems: COUNT_BATCH, cursor: cursor?.after ?? null });
  let figures: DrillFigures = cursor?.figures ?? noDrillFigures();
  for (const { queueId } of page) {
    const known = await messageOf(ctx, queueId);
    if (known !== null) figures = addMessage(figures, known.message);
  }
  if (figures.fates.open > 0 && !isOver) return await checkLater(ctx, drillId, now - healedAt);
  if (!isDone) {
    const next = { drillId, cursor: { after: continueCursor, figures } };
    await ctx.scheduler.runAfter(0, internal.sandbox.drills.jobs.check, next);
    return;
  }
  await ctx.db.patch("drills", drillId, { state: { kind: "done", healedAt, endedBy, at: now, figures } });
}

async function checkLater(ctx: MutationCtx, drillId: Id<"drills">, sinceMs: number): Promise<void> {
  const delayMs = Math.min(Math.max(sinceMs / 4, MIN_CHECK_MS), MINUTE_MS);
  await ctx.scheduler.runAfter(delayMs, internal.sandbox.drills.jobs.check, { drillId, cursor: null });
}

// A breaker whose time is over needs a message to find out that the provider works again.
async function probe(ctx: MutationCtx, drill: Doc<"drills">, now: number): Promise<void> {
  const { _id, targets, practiceMessages, probes } = drill;
  if (practiceMessages === 0 || probes >= MAX_PROBES) return;
  for (const { connectionId } of targets) {
    const breaker = (await getConnection(ctx, connectionId))?.breaker;
    if (breaker?.kind !== "open" || now < breaker.until) continue;
    await queuePractice(ctx, drill, practiceMessages + probes, now);
    await ctx.db.patch("drills", _id, { probes: probes + 1 });
    return;
  }
}

/** Forgets one batch of messages of drills that are long over. Returns true when there may be more. */
export async function pruneDrillMessages(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("drillMessages")
    .withIndex("by_age", (q) => q.lt("at", now - RETENTION_MS))
    .take(COUNT_BATCH);
  for (const { _id } of old) await ctx.db.delete("drillMessages", _id);
  return old.length === COUNT_BATCH;
}

// Where no message comes a breaker stays open, and that is no reason to wait.
async function isBreakerAtWork(ctx: QueryCtx, { targets }: Doc<"drills">, now: number): Promise<boolean> {
  for (const { connectionId } of targets) {
    const breaker = (await getConnection(ctx, connectionId))?.breaker;
    if (breaker?.kind === "half_open") return true;
    if (breaker?.kind === "open" && now < breaker.until + MINUTE_MS) return true;
  }
  return false;
}
