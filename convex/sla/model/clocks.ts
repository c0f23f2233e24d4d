import type { PaginationOptions, WithoutSystemFields } from "convex/server";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { emit, emitIfWanted } from "../../events/model";
import { ALWAYS_OPEN } from "../../orgs/calendars/hours";
import { isLate, workingMs } from "../clock";
import type { EscalationTarget, ThreadFacts } from "../schema";
import { endsHold, isActive, settled, startsWith, type Happening } from "../transitions";
import { Rules, planOf, type PlannedStage, type Terms } from "./rules";

// The only file that writes the table `slaClocks`.

/** Clocks of a thread that can run at once, with room. */
const MAX_ACTIVE = 10;
/** Ended clocks that are looked at: enough to know whether the team ever answered, and which one may come back. */
const MAX_ENDED = 20;
/** Wake-ups one run of the sweeper takes up. */
const SWEEP_BATCH = 100;
/** Wake-ups that late were lost with a crash; the scheduler itself is never that slow. */
const LOST_AFTER_MS = 60_000;

/** What the inbox shows of the clocks of a thread: the earliest deadline and whether one went by. */
export type Deadline = { responseDueAt: number | undefined; isOverdue: true | undefined };

export type ThreadNews = {
  orgId: Id<"organisations">;
  threadId: Id<"threads">;
  /** UTC ms: the resolution clock runs from here. */
  createdAt: number;
  facts: ThreadFacts;
  happening: Happening;
  now: number;
};

/**
 * Starts, pauses, resumes and ends the clocks of a thread after it changed, in the transaction of the change, and says
 * which deadline it has now. Telling the same again changes nothing (product.md 6.2).
 */
export async function noteThread(ctx: MutationCtx, news: ThreadNews): Promise<Deadline> {
  const { orgId, threadId, facts, happening, now, createdAt } = news;
  const rules = new Rules(ctx, orgId);
  const change = { happening, status: facts.status, now };
  const known = await recentClocks(ctx, threadId);
  const statusBefore = known.findLast(({ kind }) => kind === "resolution")?.facts.status;
  const clocks: Doc<"slaClocks">[] = [];
  for (const clock of known) {
    if (!isActive(clock.state) && !mayComeBack(clock, known)) clocks.push(await endHold(ctx, clock, change));
    else clocks.push(await settleClock(ctx, rules, clock, { ...change, facts }));
  }
  for (const start of startsWith(clocks, change, { createdAt, statusBefore })) {
    clocks.push(await startClock(ctx, rules, { ...start, orgId, threadId, facts }, now));
  }
  return deadlineOf(clocks, now);
}

/** The deadline of a thread as its clocks stand. */
export async function threadDeadline(ctx: QueryCtx, threadId: Id<"threads">, now: number): Promise<Deadline> {
  return deadlineOf(await activeClocks(ctx, threadId), now);
}

function deadlineOf(clocks: readonly Doc<"slaClocks">[], now: number): Deadline {
  // Who has pressed an answer has given it, as long as it is not taken back.
  const waiting = clocks.filter(({ isActive: runs, heldAnswerAt }) => runs && heldAnswerAt === undefined);
  const dues = waiting.flatMap(({ dueAt }) => (dueAt === undefined ? [] : [dueAt]));
  if (dues.length === 0) return { responseDueAt: undefined, isOverdue: undefined };
  const responseDueAt = Math.min(...dues);
  return { responseDueAt, isOverdue: isLate(now, responseDueAt) ? true : undefined };
}

async function activeClocks(ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"slaClocks">[]> {
  return await ctx.db
    .query("slaClocks")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).eq("isActive", true))
    .take(MAX_ACTIVE);
}

/** The clocks of a thread that still matter, oldest start first. */
export async function recentClocks(ctx: QueryCtx, threadId: Id<"threads">): Promise<Doc<"slaClocks">[]> {
  const ended = await ctx.db
    .query("slaClocks")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).eq("isActive", false))
    .order("desc")
    .take(MAX_ENDED);
  const resolution = await endedResolution(ctx, threadId, ended);
  return [...resolution, ...ended, ...(await activeClocks(ctx, threadId))].sort((a, b) => a.startedAt - b.startedAt);
}

/** The resolution clock is the oldest of a thread: in a long one it lies beyond the newest clocks. */
async function endedResolution(ctx: QueryCtx, threadId: Id<"threads">, ended: readonly Doc<"slaClocks">[]) {
  if (ended.length < MAX_ENDED) return [];
  const oldest = await ctx.db
    .query("slaClocks")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId).eq("isActive", false))
    .take(MAX_ACTIVE);
  return oldest.filter(({ _id, kind }) => kind === "resolution" && !ended.some((each) => each._id === _id));
}

/** The resolution clock, and the newest response clock: neither is over for good while the thread can be reopened. */
function mayComeBack(clock: Doc<"slaClocks">, clocks: readonly Doc<"slaClocks">[]): boolean {
  if (clock.kind === "resolution") return true;
  return isResponseClock(clock) && clocks.findLast(isResponseClock)?._id === clock._id;
}

/** A clock that is over for good: whether its answer left or was taken back, nothing is held any more. */
async function endHold(
  ctx: MutationCtx,
  clock: Doc<"slaClocks">,
  { happening, now }: { happening: Happening; now: number },
): Promise<Doc<"slaClocks">> {
  if (clock.heldAnswerAt === undefined || !endsHold(happening)) return clock;
  return await write(ctx, { ...clock, heldAnswerAt: undefined }, now);
}

async function settleClock(
  ctx: MutationCtx,
  rules: Rules,
  clock: Doc<"slaClocks">,
  change: { happening: Happening; status: ThreadFacts["status"]; now: number; facts: ThreadFacts },
): Promise<Doc<"slaClocks">> {
  // What the old terms already promised comes first: an answer after the deadline does not undo it.
  const before = await rules.termsFor(clock.kind, clock.facts);
  const upTo = clock.heldAnswerAt ?? change.now;
  const current = clock.isActive ? await tellPassed(ctx, clock, before, upTo) : clock;
  const moved = settled(current, change);
  return await planAnew(ctx, rules, { ...current, ...moved, facts: change.facts }, change.now);
}

async function startClock(
  ctx: MutationCtx,
  rules: Rules,
  start: Pick<Doc<"slaClocks">, "kind" | "startedAt" | "orgId" | "threadId" | "facts">,
  now: number,
): Promise<Doc<"slaClocks">> {
  const fresh = { ...start, pauses: [], told: [], state: { kind: "running" as const }, isActive: true };
  const moved = settled(fresh, { happening: "changed", status: start.facts.status, now });
  const clockId = await ctx.db.insert("slaClocks", { ...fresh, ...moved });
  return await planAnew(ctx, rules, await requireClock(ctx, clockId), now);
}

/** Gives a clock the terms that count for it now and writes what changed. An ended one keeps those it ended with. */
async function planAnew(
  ctx: MutationCtx,
  rules: Rules,
  clock: Doc<"slaClocks">,
  now: number,
): Promise<Doc<"slaClocks">> {
  if (!isActive(clock.state)) return await write(ctx, { ...clock, isActive: false, wakeAt: undefined }, now);
  const terms = await rules.termsFor(clock.kind, clock.facts);
  const plan = planOf(clock, terms);
  const next = {
    ...clock,
    isActive: true,
    policyId: terms.policyId,
    calendarId: terms.calendar?._id,
    calendarOf: terms.calendarOf,
    targetMinutes: terms.targetMinutes,
    dueAt: plan.find(({ stage }) => stage === "manager_escalation")?.at,
    wakeAt: clock.heldAnswerAt === undefined ? nextWake(clock, plan) : undefined,
  };
  return await write(ctx, next, now);
}

/** When the first stage that was not told is reached; at the due instant itself one may still answer in time. */
function nextWake({ told }: Pick<Doc<"slaClocks">, "told">, plan: readonly PlannedStage[]): number | undefined {
  const open = plan.filter(({ stage }) => !told.includes(stage)).map(tellsAt);
  return open.length === 0 ? undefined : Math.min(...open);
}

function tellsAt({ stage, at }: PlannedStage): number {
  return stage === "manager_escalation" ? at + 1 : at;
}

async function write(ctx: MutationCtx, clock: Doc<"slaClocks">, now: number): Promise<Doc<"slaClocks">> {
  const { _id, _creationTime, ...fields } = clock;
  const stored = await requireClock(ctx, _id);
  if (sameFields(stored, fields)) return stored;
  const isMoved = stored.wakeAt !== clock.wakeAt;
  const wakeId = isMoved ? await rescheduled(ctx, clock, now) : stored.wakeId;
  await ctx.db.replace("slaClocks", _id, { ...fields, wakeId });
  if (!isOver(stored) && isOver(clock)) await tellEnded(ctx, clock);
  return { ...clock, wakeId };
}

/** An answer that can still be taken back ends nothing for good: it is told of once it has left. */
function isOver({ state, heldAnswerAt }: Doc<"slaClocks">): boolean {
  return !isActive(state) && heldAnswerAt === undefined;
}

async function tellEnded(ctx: MutationCtx, { _id: clockId, orgId, threadId, kind, state }: Doc<"slaClocks">) {
  if (state.kind !== "met" && state.kind !== "missed") return;
  const payload = { clockId, clock: kind, outcome: state.kind, at: state.at };
  await emit(ctx, { orgId, kind: "sla.ended", subject: { threadId }, payload });
}

/**
 * What an ended clock measured: working time from its start until `until` (UTC ms) without its pauses, and whether it had
 * a target. Null for a clock that does not exist any more. For figures.
 */
export async function measuredBy(
  ctx: QueryCtx,
  id: string,
  until: number,
): Promise<{ workedMs: number; hasTarget: boolean } | null> {
  const clockId = ctx.db.normalizeId("slaClocks", id);
  const clock = clockId === null ? null : await ctx.db.get("slaClocks", clockId);
  if (clock === null) return null;
  const calendar = clock.calendarId === undefined ? null : await ctx.db.get("calendars", clock.calendarId);
  // The resolution clock starts with the row, whose creation time has fractions of a millisecond.
  const span = { from: Math.floor(clock.startedAt), to: until };
  const hasTarget = clock.targetMinutes !== undefined;
  return { workedMs: workingMs(calendar ?? ALWAYS_OPEN, span, clock.pauses), hasTarget };
}

// Rows are plain data whose keys come in one order or another; undefined stands for absent.
function sameFields(stored: Doc<"slaClocks">, fields: WithoutSystemFields<Doc<"slaClocks">>): boolean {
  const keys = new Set([...Object.keys(stored), ...Object.keys(fields)].filter((key) => !key.startsWith("_")));
  const [a, b] = [stored as Record<string, unknown>, fields as Record<string, unknown>];
  return [...keys].every((key) => stableText(a[key]) === stableText(b[key]));
}

function stableText(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a.localeCompare(b)))
      : part,
  );
}

async function rescheduled(
  ctx: MutationCtx,
  { _id: clockId, wakeId, wakeAt }: Doc<"slaClocks">,
  now: number,
): Promise<Id<"_scheduled_functions"> | undefined> {
  if (wakeId !== undefined) await ctx.scheduler.cancel(wakeId);
  if (wakeAt === undefined) return undefined;
  return await ctx.scheduler.runAt(Math.max(wakeAt, now), internal.sla.jobs.wake, { clockId, at: wakeAt });
}

/** Tells the stages that a clock has reached, in order, each once, and records the first deadline that went by. */
async function tellPassed(
  ctx: MutationCtx,
  clock: Doc<"slaClocks">,
  terms: Terms,
  now: number,
): Promise<Doc<"slaClocks">> {
  let current = clock;
  for (const planned of planOf(clock, terms)) {
    if (tellsAt(planned) > now || current.told.includes(planned.stage)) continue;
    const { stage, at } = planned;
    const breachedAt = stage === "manager_escalation" ? (current.breachedAt ?? at) : current.breachedAt;
    current = { ...current, told: [...current.told, stage], breachedAt };
    await emit(ctx, {
      orgId: clock.orgId,
      kind: "sla.stage",
      subject: { threadId: clock.threadId },
      payload: { stage, clockId: clock._id, clock: clock.kind, at, to: targetText(terms.escalation[stage]) },
    });
    if (stage === "manager_escalation") await tellOverdue(ctx, clock, at);
  }
  return current;
}

async function tellOverdue(ctx: MutationCtx, { _id: clockId, orgId, threadId, kind }: Doc<"slaClocks">, dueAt: number) {
  const payload = { clockId, clock: kind, dueAt };
  await emitIfWanted(ctx, { orgId, kind: "sla.overdue", subject: { threadId }, payload });
}

/** "assignee", "role:manager", "member:<id>" or "nobody". */
function targetText(target: EscalationTarget): string {
  if (target.kind === "role") return `role:${target.role}`;
  return target.kind === "member" ? `member:${target.memberId}` : target.kind;
}

/** The wake-up of a clock for `at`: tells what it reached and waits for the next stage. A superseded one does nothing. */
export async function wakeClock(
  ctx: MutationCtx,
  { clockId, at }: { clockId: Id<"slaClocks">; at: number },
  now: number,
): Promise<void> {
  const clock = await ctx.db.get("slaClocks", clockId);
  if (clock === null || !clock.isActive || clock.wakeAt !== at) return;
  const rules = new Rules(ctx, clock.orgId);
  const terms = await rules.termsFor(clock.kind, clock.facts);
  const told = await tellPassed(ctx, clock, terms, now);
  // This wake-up is used up: cancelling it now would take what it schedules along. The next one is a new one, also where
  // the system's time went backwards and the instant stays the same.
  const usedUp = { wakeAt: undefined, wakeId: undefined };
  await ctx.db.patch("slaClocks", clockId, usedUp);
  await planAnew(ctx, rules, { ...told, ...usedUp }, now);
}

/** Wakes clocks whose wake-up was lost. Returns true when there may be more. */
export async function wakeLost(ctx: MutationCtx, now: number): Promise<boolean> {
  const lost = await ctx.db
    .query("slaClocks")
    .withIndex("by_wake", (q) => q.gt("wakeAt", 0).lt("wakeAt", now - LOST_AFTER_MS))
    .take(SWEEP_BATCH);
  for (const { _id: clockId, wakeAt = 0 } of lost) {
    await ctx.scheduler.runAfter(0, internal.sla.jobs.wake, { clockId, at: wakeAt });
  }
  return lost.length === SWEEP_BATCH;
}

/**
 * Computes the deadlines of a page of running clocks anew after policies or hours changed: from their original start,
 * with their pauses; breaches that were recorded stay (product.md 6.2 rule 7). Tells whose deadline moved.
 */
export async function restateClocks(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  paginationOpts: PaginationOptions,
  now: number,
): Promise<{ isDone: boolean; continueCursor: string }> {
  const rules = new Rules(ctx, orgId);
  const { page, isDone, continueCursor } = await ctx.db
    .query("slaClocks")
    .withIndex("by_org_active", (q) => q.eq("orgId", orgId).eq("isActive", true))
    .paginate(paginationOpts);
  for (const clock of page) {
    const after = await planAnew(ctx, rules, clock, now);
    if (after.dueAt === clock.dueAt) continue;
    const subject = { threadId: clock.threadId };
    await emitIfWanted(ctx, { orgId, kind: "sla.restated", subject, payload: { clockId: clock._id } });
  }
  return { isDone, continueCursor };
}

/** Lets the running clocks of a thread have begun earlier: for threads whose messages were, too. */
export async function backdateClocks(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  { responseFrom, resolutionFrom }: { responseFrom: number; resolutionFrom: number },
): Promise<void> {
  const now = Date.now();
  for (const clock of await activeClocks(ctx, threadId)) {
    const startedAt = clock.kind === "resolution" ? resolutionFrom : responseFrom;
    await planAnew(ctx, new Rules(ctx, clock.orgId), { ...clock, startedAt }, now);
  }
}

/** Since when the customer waits for an answer, by the response clock that runs (UTC ms); null when none does. */
export async function waitingSince(ctx: QueryCtx, threadId: Id<"threads">): Promise<number | null> {
  return (await activeClocks(ctx, threadId)).find(isResponseClock)?.startedAt ?? null;
}

/** When the answer that the running response clock counts with was pressed (UTC ms); null where none is held. */
export async function heldAnswerAt(ctx: QueryCtx, threadId: Id<"threads">): Promise<number | null> {
  return (await activeClocks(ctx, threadId)).find(isResponseClock)?.heldAnswerAt ?? null;
}

/**
 * Lets the running response clock of a thread have begun at `since` (UTC ms), because the first unanswered message is
 * another one now; null: there is none any more. Stages that were told stay told. Returns the deadline it has then.
 */
export async function moveResponseStart(
  ctx: MutationCtx,
  threadId: Id<"threads">,
  since: number | null,
  now: number,
): Promise<Deadline> {
  for (const clock of (await activeClocks(ctx, threadId)).filter(isResponseClock)) {
    const moved = since === null ? { state: { kind: "cancelled", at: now } as const } : { startedAt: since };
    await planAnew(ctx, new Rules(ctx, clock.orgId), { ...clock, ...moved }, now);
  }
  return await threadDeadline(ctx, threadId, now);
}

function isResponseClock({ kind }: Doc<"slaClocks">): boolean {
  return kind === "first_response" || kind === "next_response";
}

/** The clock. Throws when there is none: ids come from rows and jobs only. */
export async function requireClock(ctx: QueryCtx, clockId: Id<"slaClocks">): Promise<Doc<"slaClocks">> {
  const clock = await ctx.db.get("slaClocks", clockId);
  if (clock === null) throw new Error(`Clock ${clockId} does not exist.`);
  return clock;
}
