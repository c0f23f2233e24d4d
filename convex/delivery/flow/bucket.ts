import { LANES, type Lane } from "../schema";
import type { Bucket } from "./schema";

// One connection's tokens, shared by the lanes (product.md C-15). Two promises: never faster than the provider allows, and
// no lane starves, in either direction. Tokens are a plain bucket; who may take the next one is weighted fair queueing:
// every lane has a virtual time that advances by 1/weight a token, and of the lanes that want one that goes first which
// would be through with it first. A lane that was idle joins at the present virtual time, so that nobody saves up. Pure.

/** Shares when all lanes want more than there is: of 21 tokens 16, 4 and 1. */
export const WEIGHTS: Record<Lane, number> = { critical: 16, transactional: 4, marketing: 1 };

/**
 * The share of a burst kept for a lane while it is idle, so that it finds tokens at once when it has something; lanes
 * below it do not touch it.
 */
const KEPT_FOR: Record<Lane, number> = { critical: 0.1, transactional: 0.2, marketing: 0 };

/** How long after its last question a lane still counts as a competitor; dispatchers ask four times a second. */
const ACTIVE_MS = 1_000;

/** A refused lane is waited for this much longer than it was told to wait. */
const WAIT_GRACE_MS = 2_000;

/** A mark further ahead than this was made before the clock was set back. */
const MAX_MARK_MS = 10 * 60_000;

/** Virtual times are sums of sixteenths and quarters, but for what joining adds. */
const ROUNDING = 1e-6;

const SECOND_MS = 1_000;
/** Slower than one message in a hundred seconds is no rate, it is a mistake in the settings. */
const MIN_PER_SECOND = 0.01;

/** What the provider allows: tokens a second, and at once. */
export type Rate = { perSecond: number; capacity: number };

/** The rate of a connection; at least one message at a time. */
export function rateOf(perSecond: number, burstSeconds: number): Rate {
  const rate = Math.max(MIN_PER_SECOND, perSecond);
  return { perSecond: rate, capacity: Math.max(1, rate * burstSeconds) };
}

/** A full bucket in which no lane took anything yet. */
export function fullBucket({ capacity }: Rate, now: number): Bucket {
  const idle = { pass: 0, activeUntil: 0, waitsUntil: 0 };
  return { tokens: capacity, at: now, lanes: { critical: idle, transactional: idle, marketing: idle } };
}

/**
 * Asks for one token for `lane`. `waitMs` is 0 when it was given, else how long to wait before asking again. Returns the
 * bucket as it is afterwards.
 */
export function takeToken(before: Bucket, lane: Lane, rate: Rate, now: number): { bucket: Bucket; waitMs: number } {
  const bucket = joined(refilled(before, rate, now), lane, now);
  const needed = 1 + owedToOthers(bucket, lane, now) + keptForIdle(bucket, lane, rate, now);
  return bucket.tokens >= needed
    ? { bucket: granted(bucket, lane, now), waitMs: 0 }
    : refused(bucket, lane, rate, now, needed);
}

function refilled(bucket: Bucket, { perSecond, capacity }: Rate, now: number): Bucket {
  // A clock set back refills nothing and loses nothing.
  const elapsedMs = Math.max(0, now - bucket.at);
  return { ...bucket, tokens: Math.min(capacity, bucket.tokens + (elapsedMs / SECOND_MS) * perSecond), at: now };
}

const isAhead = (mark: number, now: number) => mark > now && mark <= now + MAX_MARK_MS;
const isActive = (bucket: Bucket, lane: Lane, now: number) =>
  isAhead(bucket.lanes[lane].activeUntil, now) || isAhead(bucket.lanes[lane].waitsUntil, now);

function joined(bucket: Bucket, lane: Lane, now: number): Bucket {
  if (isActive(bucket, lane, now)) return bucket;
  const others = LANES.filter((other) => other !== lane && isActive(bucket, other, now));
  const present = Math.min(...others.map((other) => bucket.lanes[other].pass));
  const pass = others.length === 0 ? bucket.lanes[lane].pass : Math.max(bucket.lanes[lane].pass, present);
  return { ...bucket, lanes: { ...bucket.lanes, [lane]: { ...bucket.lanes[lane], pass } } };
}

// How many tokens waiting lanes come first for: those they would be through with, in virtual time, before this lane is
// through with its next one. Between equals the higher lane goes first.
function owedToOthers(bucket: Bucket, lane: Lane, now: number): number {
  const finish = bucket.lanes[lane].pass + 1 / WEIGHTS[lane];
  let owed = 0;
  for (const other of LANES) {
    if (other === lane || !isAhead(bucket.lanes[other].waitsUntil, now)) continue;
    const tokens = (finish - bucket.lanes[other].pass) * WEIGHTS[other];
    const isHigher = LANES.indexOf(other) < LANES.indexOf(lane);
    owed += Math.max(0, isHigher ? Math.floor(tokens + ROUNDING) : Math.ceil(tokens - ROUNDING) - 1);
  }
  return owed;
}

// Not for lanes that are at work: those are served by turns, and a lower lane whose turn it is may take the last token.
function keptForIdle(bucket: Bucket, lane: Lane, { capacity }: Rate, now: number): number {
  const above = LANES.slice(0, LANES.indexOf(lane)).filter((other) => !isActive(bucket, other, now));
  return above.reduce((sum, other) => sum + Math.floor(capacity * KEPT_FOR[other]), 0);
}

function granted(bucket: Bucket, lane: Lane, now: number): Bucket {
  const pass = bucket.lanes[lane].pass + 1 / WEIGHTS[lane];
  const share = { pass, activeUntil: now + ACTIVE_MS, waitsUntil: 0 };
  return { ...bucket, tokens: bucket.tokens - 1, lanes: { ...bucket.lanes, [lane]: share } };
}

function refused(bucket: Bucket, lane: Lane, { perSecond, capacity }: Rate, now: number, needed: number) {
  // What is owed to others they take; this lane's turn comes with the next token at the earliest.
  const missing = Math.min(needed, capacity) - bucket.tokens;
  const waitMs = Math.max(1, Math.ceil((Math.max(missing, 1 - bucket.tokens, 0) / perSecond) * SECOND_MS));
  const share = { ...bucket.lanes[lane], activeUntil: now + ACTIVE_MS, waitsUntil: now + waitMs + WAIT_GRACE_MS };
  return { bucket: { ...bucket, lanes: { ...bucket.lanes, [lane]: share } }, waitMs };
}
