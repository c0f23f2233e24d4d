import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import type { Provider } from "../../connections/schema";
import type { Channel } from "../../lib/closedSets";
import { DAY_MS, MINUTE_MS } from "../../lib/time";
import { channelOrder, route, type ChannelFacts, type Route, type RouteRequest } from "../router";
import { isInDoubt } from "../model";
import { holdReason, isAutomatic, longestHold, waitedTooLong, waitsForPeople } from "../holds/rules";
import { gapEnd, objectionTo, type Objection } from "../sendChecks";
import type { MessageContent } from "../schema";
import type { Settings } from "../settings/schema";
import { SOURCE_CHECKS } from "../sourceChecks";
import type { Batch, Desk } from "./batch";
import { allowedInstant } from "./hours";
import { endedAttempt } from "./attempts";
import { ChannelLookUp } from "./facts";
import { pauseOfSource } from "./pauses";
import { recoveryFor } from "./recovery";

/** A person with more messages than this in a week is above every cap anyway. */
const MAX_RECENT = 100;
/** How long a message waits for a provider that asked for a pause before it changes its channel. */
const PATIENCE_MS = { critical: MINUTE_MS, transactional: 10 * MINUTE_MS, marketing: 60 * MINUTE_MS } as const;

/** Channels a message may fall back to; webhooks are no substitute for writing to a person. */
const PERSONAL_CHANNELS = ["email", "sms", "whatsapp"] as const satisfies readonly Channel[];

/** What is to happen to a due message: a route, or "not now", or "not any more". */
export type SendDecision =
  | Route<Id<"connections">>
  | Objection
  | { kind: "wait"; until: number; rule: string }
  /** Somebody of the team talks with its recipient. */
  | { kind: "hold"; rule: "human_first"; pauseId: string; reason: string }
  | { kind: "skip"; rule: "no_hour"; reason: "no_hour"; detail: string }
  /** It may have left and cannot be asked for any more: a person decides. */
  | { kind: "unknown"; rule: string; reason: string }
  /** It may have left and cannot be asked for any more: any way will do, marked. */
  | { kind: "resend_marked"; provider: Provider };

/**
 * Gathers what bears on a due message and decides (product.md 4.2 rule 7; S0 "Channel-Selection"). A message in doubt goes
 * to who may have it or to nobody: whatever ends its tries leaves it to a person. Writes nothing.
 */
export async function decideMessage(batch: Batch, row: Doc<"messageQueue">): Promise<SendDecision> {
  const { doubtSince } = row;
  if (doubtSince === undefined) return await decideAnew(batch, row);
  const ended = await endOfDoubt(batch, row, doubtSince);
  if (ended !== null) return ended;
  const decision = await decideAnew(batch, row);
  switch (decision.kind) {
    case "skip":
      return { kind: "unknown", rule: decision.rule, reason: `In doubt, and not sent again: ${decision.detail}.` };
    case "dead":
      return { kind: "unknown", rule: decision.rule, reason: `In doubt: ${decision.failure.reason}` };
    default:
      return decision;
  }
}

// The facts may have changed since the answer was lost: the connection removed, the time over.
async function endOfDoubt(
  batch: Batch,
  { connectionId, attemptCount, ...row }: Doc<"messageQueue">,
  doubtSince: number,
): Promise<Extract<SendDecision, { kind: "unknown" | "resend_marked" }> | null> {
  if (connectionId === undefined) throw new Error(`Message ${row._id} is in doubt without a connection.`);
  const last = await endedAttempt(batch.ctx, row._id, attemptCount);
  if (last === null) throw new Error(`Message ${row._id} is in doubt without a try.`);
  const lost = { connectionId, provider: last.provider, number: attemptCount, wasAsked: true, doubtSince };
  const recovery = await recoveryFor(batch, { ...row, connectionId, attemptCount }, lost);
  if (recovery.kind === "ask_person") return { kind: "unknown", rule: recovery.kind, reason: recovery.reason };
  return recovery.kind === "resend_marked" ? { kind: "resend_marked", provider: last.provider } : null;
}

async function decideAnew(
  batch: Batch,
  row: Doc<"messageQueue">,
): Promise<Exclude<SendDecision, { kind: "unknown" | "resend_marked" }>> {
  const { ctx, now } = batch;
  const desk = await batch.desk(row.orgId);
  const { settings } = desk;
  const pause = pauseOfSource(desk.pauses, row.source);
  if (pause !== null && row.emergency === undefined) {
    return { kind: "hold", rule: "paused", pauseId: pause._id, reason: pause.reason };
  }
  if (desk.hasHolds && waitsForPeople(row, settings.humanFirst)) {
    const hold = longestHold(await batch.personHolds(row.contactId), now);
    if (hold !== null) return { kind: "hold", rule: "human_first", pauseId: hold._id, reason: holdReason(hold.cause) };
  }
  const check = SOURCE_CHECKS[row.source.kind];
  const facts = {
    ...factsAt(row, settings, now),
    sourceAnswer: check === null ? { wanted: true as const } : await ctx.runQuery(check, { source: row.source }),
    cappedSentAt: countsForCap(row, settings) ? await cappedSentAt(batch, row, settings) : [],
  };
  const objection = objectionTo(facts, settings.deliverySettings);
  if (objection !== null) return objection;
  const gap = gapEnd({ ...facts, isAutomatic: isAutomatic(row.source) }, settings.deliverySettings);
  if (gap !== null) return { kind: "wait", until: gap, rule: "min_gap" };
  const contact = await batch.contact(row.orgId, row.contactId);
  const chosen = await chooseRoute(batch, row, contact);
  if (chosen.kind !== "send") return chosen;
  const allowed = allowedInstant(batch, row, { contact, desk, ...chosen });
  if (allowed === null) {
    return { kind: "skip", rule: "no_hour", reason: "no_hour", detail: "no allowed hour within two weeks" };
  }
  return allowed.at > now ? { kind: "wait", until: allowed.at, rule: allowed.rule ?? "hours" } : chosen;
}

// What the send checks ask about a message at an instant, as far as its row says it.
function factsAt(row: Doc<"messageQueue">, settings: Settings, now: number) {
  const asked = askedOf(row);
  return { ...asked, now, waitedTooLong: row.passesHolds !== true && waitedTooLong(asked.heldMs, settings.humanFirst) };
}

/** What the send checks ask about a message, as far as its row says it whatever the instant. */
export function askedOf(row: Doc<"messageQueue">) {
  return {
    lane: row.lane,
    purpose: row.purpose,
    isEmergency: row.emergency !== undefined,
    plannedAt: row.plannedAt ?? row.dueAt,
    heldMs: row.heldMs ?? 0,
    expiresAt: row.expiresAt,
  };
}

/** Whether messages of this purpose count for the cap. */
export function countsForCap(
  { purpose }: Pick<Doc<"messageQueue">, "purpose">,
  { deliverySettings }: Settings,
): boolean {
  return deliverySettings.rateLimits.frequencyCap.purposes.includes(purpose);
}

async function cappedSentAt({ ctx, now }: Batch, row: Doc<"messageQueue">, settings: Settings): Promise<number[]> {
  const recent = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) =>
      q
        .eq("contactId", row.contactId)
        .gte("dueAt", now - 7 * DAY_MS)
        .lte("dueAt", now),
    )
    .order("desc")
    .take(MAX_RECENT);
  const counted = recent.filter(
    (other) => other._id !== row._id && countsForCap(other, settings) && hasOrMayHave(other),
  );
  return counted.map(({ dueAt }) => dueAt);
}

/** What may have arrived counts: the cap is there for the person. */
export function hasOrMayHave(message: Doc<"messageQueue">): boolean {
  const { group, state } = message;
  return group === "sent" || group === "sending" || state.kind === "unknown" || isInDoubt(message);
}

/**
 * Which way a message would go now; looks at one channel after the other until one will do. `content`: of a message that
 * is not queued yet.
 */
export async function chooseRoute(
  batch: Batch<QueryCtx>,
  row: Doc<"messageQueue">,
  contact: Doc<"contacts">,
  content?: MessageContent,
): Promise<Route<Id<"connections">>> {
  const desk = await batch.desk(row.orgId);
  const order = await orderFor(batch, row, contact, desk);
  const lookUp = new ChannelLookUp(batch, row, contact, desk, content);
  const channels: ChannelFacts<Id<"connections">>[] = [];
  for (const [i, channel] of order.entries()) {
    channels.push(await lookUp.facts(channel));
    const chosen = route(requestFor(batch, row, contact, { channels, isComplete: i === order.length - 1 }));
    if (chosen.kind !== "next") return chosen;
  }
  const nowhere = route(requestFor(batch, row, contact, { channels, isComplete: true }));
  if (nowhere.kind === "next") throw new Error("A complete request has a route or a reason.");
  return nowhere;
}

/** Depends on little, and mostly on the same for all messages of a batch. */
async function orderFor(batch: Batch<QueryCtx>, row: Doc<"messageQueue">, contact: Doc<"contacts">, desk: Desk) {
  const { orgId, channel: wish } = row;
  if (isInDoubt(row) && row.routedChannel !== undefined) return [row.routedChannel];
  const preferred = contact.preferredChannel;
  // What answers somebody goes the way they wrote.
  const mayFallBack = !("threadId" in row.source);
  const isEmergency = row.emergency !== undefined;
  return await batch.channelOrder(JSON.stringify([orgId, wish, preferred, mayFallBack, isEmergency]), async () => {
    const offers = [];
    for (const channel of new Set<Channel>(wish === "best" ? PERSONAL_CHANNELS : [wish, ...PERSONAL_CHANNELS])) {
      offers.push({ channel, connections: await offersOn(batch, row, channel) });
    }
    const rules = desk.settings.routingRules;
    return channelOrder({ wish, preferred, mayFallBack, isEmergency, offers, rules });
  });
}

// How they do matters for "best" alone; a wished channel's fallbacks are looked at when it fails.
async function offersOn(batch: Batch<QueryCtx>, { orgId, channel: wish }: Doc<"messageQueue">, channel: Channel) {
  if (wish !== "best") return (await batch.offered(orgId, channel)).map((each) => ({ ...each, health: "up" as const }));
  const accounts = await batch.channel(orgId, channel);
  return accounts.map(({ connection, health }) => ({ ...connection, health }));
}

function requestFor(
  { now }: Batch<QueryCtx>,
  row: Doc<"messageQueue">,
  contact: Doc<"contacts">,
  looked: Pick<RouteRequest<Id<"connections">>, "channels" | "isComplete">,
): RouteRequest<Id<"connections">> {
  return {
    wish: row.channel,
    preferred: contact.preferredChannel,
    isEmergency: row.emergency !== undefined,
    isInDoubt: isInDoubt(row),
    now,
    seed: row._id,
    patienceMs: PATIENCE_MS[row.lane],
    from: row.from?.address,
    ...looked,
  };
}
