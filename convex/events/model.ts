import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import type { Chain, Chained } from "../lib/chain";
import { appError } from "../lib/errors";
import { log } from "../lib/log";
import { wholeInstants } from "../lib/wholeInstants";
import type { EventKind, EventSubject } from "./schema";
import { reactionsTo } from "./subscriptions";

/** A chain of reactions longer than this reacts to itself (product.md 2.3 no. 34). */
export const MAX_CHAIN_DEPTH = 8;

const BEGINNING: Chain = { depth: 0, rules: [] };

/** Why nobody reacts, as it is kept for operators. */
const TOO_DEEP = "The chain that led here is too long.";
const EVERY_REACTION = "*";
const AGAIN = "This rule already acted in the chain that led here.";

/** Events older than this have been reacted to long ago; what failed then nobody makes good any more. */
export const EVENT_RETENTION_MS = 30 * 24 * 60 * 60 * 1000;

const PRUNE_BATCH = 200; // Rows of a few hundred bytes: far below the limits of one transaction.

type NewEvent = {
  orgId: Id<"organisations">;
  kind: EventKind;
  subject: EventSubject;
  payload?: Doc<"domainEvents">["payload"];
  /** The reaction of whoever brought it about and has done in the same transaction what it would do. */
  knownBy?: string | undefined;
};

/**
 * Tells the other domains that something happened. The event and the dispatch of its reactions belong to the caller's
 * transaction: both happen with the change, or neither. In a reaction the event it reacts to is the cause. Beyond
 * `MAX_CHAIN_DEPTH` the event is kept but nobody reacts.
 */
export async function emit(ctx: Emitting, event: NewEvent): Promise<Id<"domainEvents">> {
  const { payload = {}, knownBy, ...rest } = event;
  const { depth, rules, causeId: first } = ctx.chain ?? BEGINNING;
  const causeId = ctx.causes?.get(event.subject.bookingId ?? "") ?? first;
  const chain = { causeId, depth, ...(rules.length === 0 ? {} : { rules }) };
  const eventId = await ctx.db.insert("domainEvents", { ...rest, payload, at: Date.now(), ...chain });
  if (depth > MAX_CHAIN_DEPTH) {
    log.error("events.chain_too_deep", { eventId, kind: event.kind, causeId });
    const stopped = { reaction: EVERY_REACTION, attempts: 0, reason: TOO_DEEP };
    await recordReactionFailure(ctx, { _id: eventId, orgId: event.orgId }, stopped);
    return eventId;
  }
  const listeners = await listenersOf(ctx, event.orgId);
  for (const { name, runMany } of reactionsTo(event.kind, event.subject, listeners)) {
    if (name === knownBy) continue;
    if (runMany !== undefined && ctx.gathered !== undefined) {
      ctx.gathered.set(name, [...(ctx.gathered.get(name) ?? []), eventId]);
      continue;
    }
    await ctx.scheduler.runAfter(0, internal.events.jobs.dispatch, { eventId, reaction: name, attempt: 1 });
  }
  return eventId;
}

/**
 * Does what a rule says, unless that rule already acted in the chain that led here: then nothing happens, that is kept
 * beside the reactions that failed, and null is returned. `rule` names it for good ("task_trigger:follow_up"); every event
 * of `work` carries it, which must use the context it is given.
 */
export async function asRule<Result>(
  ctx: Emitting,
  { orgId, rule }: { orgId: Id<"organisations">; rule: string },
  work: (ctx: MutationCtx) => Promise<Result>,
): Promise<Result | null> {
  const chain = ctx.chain ?? BEGINNING;
  if (!chain.rules.includes(rule)) {
    const acting: Emitting = { ...ctx, chain: { ...chain, rules: [...chain.rules, rule] } };
    return await work(acting);
  }
  log.warn("events.rule_again", { orgId, rule, causeId: chain.causeId });
  if (chain.causeId !== undefined) {
    await recordReactionFailure(ctx, { _id: chain.causeId, orgId }, { reaction: rule, attempts: 0, reason: AGAIN });
  }
  return null;
}

/** Where a job that goes on with this at once stands; undefined where nothing led here. */
export function chainOf(ctx: Emitting): Chain | undefined {
  return ctx.chain;
}

/** A transaction that may follow from an event, and whose events may be gathered by the reaction they wait for. */
type Emitting = MutationCtx & Chained & { gathered?: Map<string, Id<"domainEvents">[]> };

/** Events a reaction gets at once: a booking's journey is some fifty rows, and everybody else waits meanwhile. */
const GATHERED_AT_ONCE = 4;

/**
 * Does what changes many things of a kind, such as a batch of bookings: reactions that can are run for several of its events
 * at once, in the order in which they were emitted.
 */
export async function gathering<Result>(
  ctx: MutationCtx,
  work: (ctx: MutationCtx) => Promise<Result>,
): Promise<Result> {
  const gathered = new Map<string, Id<"domainEvents">[]>();
  const result = await work({ ...ctx, gathered } as Emitting);
  for (const [reaction, ids] of gathered) {
    for (let i = 0; i < ids.length; i += GATHERED_AT_ONCE) {
      const eventIds = ids.slice(i, i + GATHERED_AT_ONCE);
      await ctx.scheduler.runAfter(0, internal.events.jobs.dispatchMany, { eventIds, reaction });
    }
  }
  return result;
}

/**
 * The same for what happens ten thousand times a minute and is recorded elsewhere: where nobody reacts, nothing is
 * written. `listeners` (`listenersOf`) are read once for many events of one organisation.
 */
export async function emitIfWanted(ctx: MutationCtx, event: NewEvent, listeners?: readonly string[]): Promise<void> {
  const wanting = reactionsTo(event.kind, event.subject, listeners ?? (await listenersOf(ctx, event.orgId)));
  if (wanting.some(({ name }) => name !== event.knownBy)) await emit(ctx, event);
}

/** More optional reactions than there are. */
const MAX_LISTENERS = 20;

/** The optional reactions an organisation asked for, by name. */
export async function listenersOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<string[]> {
  const rows = await ctx.db
    .query("eventListeners")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_LISTENERS);
  return rows.map(({ reaction }) => reaction);
}

/** Says whether an organisation's events go to an optional reaction. Saying it twice changes nothing. */
export async function setListener(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  reaction: string,
  isWanted: boolean,
): Promise<void> {
  const known = await ctx.db
    .query("eventListeners")
    .withIndex("by_org", (q) => q.eq("orgId", orgId).eq("reaction", reaction))
    .first();
  if (isWanted && known === null) await ctx.db.insert("eventListeners", { orgId, reaction });
  if (!isWanted && known !== null) await ctx.db.delete("eventListeners", known._id);
}

/** The event. Throws `not_found` once it has been pruned. For reactions, which get ids from the dispatcher only. */
export async function requireEvent(ctx: QueryCtx, eventId: Id<"domainEvents">): Promise<Doc<"domainEvents">> {
  const event = await ctx.db.get("domainEvents", eventId);
  if (event === null) throw appError("not_found", "This event does not exist any more.");
  return event;
}

/** Keeps that a reaction gave up, so that a person can see what was not done. */
export async function recordReactionFailure(
  ctx: MutationCtx,
  event: Pick<Doc<"domainEvents">, "_id" | "orgId">,
  failure: { reaction: string; attempts: number; reason: string },
): Promise<void> {
  await ctx.db.insert("reactionFailures", { orgId: event.orgId, eventId: event._id, ...failure, at: Date.now() });
}

/** Removes one batch each of events and failures past their retention. Returns true when there may be more. */
export async function pruneEvents(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("domainEvents")
    .withIndex("by_creation_time", (q) => q.lt("_creationTime", now - EVENT_RETENTION_MS))
    .take(PRUNE_BATCH);
  for (const event of old) await ctx.db.delete("domainEvents", event._id);
  const failures = await ctx.db
    .query("reactionFailures")
    .withIndex("by_creation_time", (q) => q.lt("_creationTime", now - EVENT_RETENTION_MS))
    .take(PRUNE_BATCH);
  for (const failure of failures) await ctx.db.delete("reactionFailures", failure._id);
  return old.length === PRUNE_BATCH || failures.length === PRUNE_BATCH;
}

/** More events than the transactions of one millisecond emit. */
const MAX_OF_INSTANT = 2_000;

/**
 * Events of every organisation emitted after one instant and not after another, oldest first; `limit` or a few more while
 * there are as many (lib/wholeInstants). For roll-ups.
 */
export async function eventsBetween(
  ctx: QueryCtx,
  after: number,
  until: number,
  limit: number,
): Promise<Doc<"domainEvents">[]> {
  const rows = {
    after: (instant: number, most: number) =>
      ctx.db
        .query("domainEvents")
        .withIndex("by_creation_time", (q) => q.gt("_creationTime", instant).lte("_creationTime", until))
        .take(most),
    at: (instant: number) =>
      ctx.db
        .query("domainEvents")
        .withIndex("by_creation_time", (q) => q.eq("_creationTime", instant))
        .take(MAX_OF_INSTANT),
  };
  return await wholeInstants(rows, after, limit);
}
