import { consentVerdict, type ConsentFacts } from "../contacts/consentRules";
import type { Channel } from "../lib/closedSets";
import type { Health } from "./flow/health";
import { seededUnit } from "./hash";
import type { Failure } from "./schema";
import type { Settings } from "./settings/schema";

/** One provider account as the router sees it. */
export type ConnectionFacts<Id extends string = string> = {
  id: Id;
  order: number;
  weight?: number;
  priceMicros: number;
  health: Health;
  /** What stands in the way; `retryAt` (UTC ms) says until when, where anybody knows. */
  gate: Gate;
  /** It refused this very message for good. */
  hasRefused: boolean;
  /** Tries of this message it failed for a passing reason: others are asked first. */
  failedTries: number;
  /** In which form it takes the message; absent where a channel knows one form only. */
  form?: { kind: "free_text" } | { kind: "template"; name: string } | { kind: "closed"; detail: string };
  /** It may send no more until then, by its rate; set while messages are being claimed. */
  dryUntil?: number;
};

/** `probe`: its breaker lets one message through; `limited`: the provider asked for a pause; `paused`: a member did. */
export type Gate =
  | { kind: "open" }
  | { kind: "probe" }
  | { kind: "broken"; retryAt: number }
  | { kind: "limited"; retryAt: number }
  | { kind: "paused"; pauseId: string; reason: string };

/** Everything about one channel that bears on one message. */
export type ChannelFacts<Id extends string = string> = {
  channel: Channel;
  /** Null: none, or only ones known to be invalid. */
  address: string | null;
  /** The address cannot take what this channel sends ("landline"), or may not without what is missing. */
  addressProblem: string | null;
  /** Why the address must not be written to for this purpose; null when nothing forbids it. */
  suppression: string | null;
  suppressionId?: string;
  /** What the ledger and the person's wishes say; the country's rules decide. */
  consent: ConsentFacts;
  /** A member paused the whole channel. */
  pause: { pauseId: string; reason: string } | null;
  connections: ConnectionFacts<Id>[];
};

export type RouteRequest<Id extends string = string> = {
  wish: Channel | "best";
  preferred?: Channel;
  isEmergency: boolean;
  /** It goes to who may have it already, by the same key. */
  isInDoubt: boolean;
  now: number;
  /** Makes the choice between equals reproducible: the message's id. */
  seed: string;
  /** How long the message can wait for a provider that asked for a pause before another channel is taken. */
  patienceMs: number;
  /** The sender it must come from; accounts that may not write from it are not among the connections. */
  from?: string | undefined;
  /** In the order of `channelOrder`, as far as they were looked at. */
  channels: readonly ChannelFacts<Id>[];
  /** There are no further channels to look at. */
  isComplete: boolean;
};

export type Route<Id extends string = string> =
  | { kind: "send"; channel: Channel; address: string; connectionId: Id; rule: RouteRule; evidence: Evidence }
  /** Every way is closed for the moment. */
  | { kind: "wait"; until: number; rule: "breaker_open" | "provider_pause" }
  /** The provider's rate is used up for the moment; nothing is changed about the message. */
  | { kind: "throttled"; until: number }
  /** A member paused every way. */
  | { kind: "hold"; pauseId: string; rule: "paused"; reason: string }
  | { kind: "skip"; rule: Blocked["rule"]; reason: Blocked["rule"]; detail: string; evidence: Evidence }
  | { kind: "dead"; rule: "no_connection" | "all_refused"; failure: Failure };

/** Not decided yet: look at the next channel. */
export type NextChannel = { kind: "next" };

export type RouteRule =
  | "channel_wish"
  | "channel_preference"
  | "channel_order"
  | "provider_fallback"
  | "provider_choice"
  | "channel_fallback"
  | "emergency"
  | "asked_again";

/** Why a channel is closed to a message, whoever would carry it. Named like the skip reasons of sequences. */
export type Blocked = {
  rule: "no_address" | "suppressed" | "no_consent" | "window_closed";
  detail: string;
  evidence: Evidence;
};

/** What a decision rests on: rule, country and the row on record (product.md O-2, O-12). */
export type Evidence = Record<string, string | number | null>;

/** What forbids a channel to a message, or null (design rule 7). */
export function blockOf(facts: Omit<ChannelFacts, "connections" | "pause">): Blocked | null {
  if (facts.address === null) {
    return { rule: "no_address", detail: `no usable ${facts.channel} address`, evidence: {} };
  }
  if (facts.suppression !== null) {
    const evidence = { suppressionId: facts.suppressionId ?? null };
    return { rule: "suppressed", detail: facts.suppression, evidence };
  }
  const verdict = consentVerdict(facts.consent);
  if (verdict.kind !== "allowed") {
    return { rule: "no_consent", detail: verdict.block, evidence: consentEvidence(facts) };
  }
  if (facts.addressProblem !== null) return { rule: "no_address", detail: facts.addressProblem, evidence: {} };
  return null;
}

function consentEvidence({ consent }: Pick<ChannelFacts, "consent">): Evidence {
  const verdict = consentVerdict(consent);
  return {
    consentRule: verdict.kind === "allowed" ? verdict.ground : verdict.block,
    consentPack: verdict.pack,
    consentId: verdict.statement?.id ?? null,
    consentAt: verdict.statement?.at ?? null,
  };
}

/** A channel as the organisation set it up; `connections` that are enabled only. */
export type ChannelOffer = {
  channel: Channel;
  connections: readonly { order: number; priceMicros: number; health: Health }[];
};

type OrderRequest = {
  wish: Channel | "best";
  preferred?: Channel;
  /** An answer stays on the channel it was asked on; everything else may fall back. */
  mayFallBack: boolean;
  isEmergency: boolean;
  offers: readonly ChannelOffer[];
  rules: Settings["routingRules"];
};

/**
 * The channels to look at, in order (requirement S0; product.md C-02 to C-04, C-27). A wished one first, then its
 * fallback chain; "best" goes by the customer's preference → the organisation's priorities → availability → price. An
 * emergency ignores the preference and goes on to every emergency channel. Channels without a connection are left out,
 * but for the wished one: it is looked at to say what is missing.
 */
export function channelOrder({ wish, preferred, mayFallBack, isEmergency, offers, rules }: OrderRequest): Channel[] {
  const isOffered = (channel: Channel) => offers.some((offer) => offer.channel === channel && offer.connections.length);
  if (wish !== "best") {
    const chain = isEmergency ? rules.fallbackChains.emergency : rules.fallbackChains[wish];
    const others = isEmergency || mayFallBack ? chain.filter((channel) => channel !== wish && isOffered(channel)) : [];
    return [wish, ...new Set(others)];
  }
  const personal = offers.filter(({ channel, connections }) => channel !== "webhook" && connections.length > 0);
  const rank = isEmergency ? emergencyRank(rules) : priorityRank(rules, preferred);
  return personal.toSorted((a, b) => rank(a) - rank(b) || byOffer(a, b, rules)).map(({ channel }) => channel);
}

function emergencyRank(rules: Settings["routingRules"]) {
  const chain = rules.fallbackChains.emergency;
  return ({ channel }: ChannelOffer) => (chain.includes(channel) ? chain.indexOf(channel) : chain.length);
}

function priorityRank({ customerPreferences }: Settings["routingRules"], preferred: Channel | undefined) {
  return ({ channel }: ChannelOffer) => (customerPreferences.respectsChannel && channel === preferred ? 0 : 1);
}

function byOffer(a: ChannelOffer, b: ChannelOffer, { channelPriorities }: Settings["routingRules"]): number {
  const place = ({ channel }: ChannelOffer) =>
    channelPriorities.includes(channel) ? channelPriorities.indexOf(channel) : channelPriorities.length;
  // Without a list the organisation orders its channels by ordering its connections.
  const order = (offer: ChannelOffer) => Math.min(...offer.connections.map((connection) => connection.order));
  const health = (offer: ChannelOffer) => Math.min(...offer.connections.map((each) => HEALTH_RANK[each.health]));
  const price = (offer: ChannelOffer) => Math.min(...offer.connections.map((connection) => connection.priceMicros));
  return (
    place(a) - place(b) ||
    (channelPriorities.length === 0 ? order(a) - order(b) : 0) ||
    health(a) - health(b) ||
    price(a) - price(b)
  );
}

const HEALTH_RANK: Record<Health, number> = { up: 0, degraded: 1, down: 2 };

/**
 * Picks channel and provider from the channels looked at so far; `next` asks for the facts of one more. Falls back to
 * another provider first, then to another channel. A person's no to the wished channel is never got around by another
 * one, but in an emergency, which still never uses a channel the person said no to.
 */
export function route<Id extends string>(request: RouteRequest<Id>): Route<Id> | NextChannel {
  let blocked: Blocked | null = null;
  let wait: Extract<Route, { kind: "wait" }> | null = null;
  let hold: Extract<Route, { kind: "hold" }> | null = null;
  let hasRefused = false;
  const passedOver: string[] = [];
  for (const facts of request.channels) {
    const block = blockOf(facts);
    if (block !== null) {
      passedOver.push(`${facts.channel}: ${block.rule} (${block.detail})`);
      const isFinal = facts.channel === request.wish && block.rule !== "no_address" && !request.isEmergency;
      if (isFinal) return skip(block);
      blocked ??= block;
      continue;
    }
    const answer = throughChannel(request, facts);
    if (answer.kind === "send") return withPassedOver(answer, passedOver);
    if (answer.kind === "throttled") return answer;
    passedOver.push(`${facts.channel}: ${toldBy(answer)}`);
    if (answer.kind === "wait" && isWorthWaiting(request, answer)) return answer;
    if (answer.kind === "wait" && (wait === null || answer.until < wait.until)) wait = answer;
    if (answer.kind === "hold") hold ??= answer;
    if (answer.kind === "closed") blocked ??= { rule: "window_closed", detail: answer.detail, evidence: {} };
    hasRefused ||= answer.kind === "refused";
  }
  if (!request.isComplete) return { kind: "next" };
  const stuck = wait ?? hold;
  if (stuck !== null) return stuck;
  if (hasRefused) return dead("all_refused", "permanent", "Every provider refused the message.");
  if (blocked !== null) return skip(blocked);
  const { from } = request;
  if (from !== undefined) return dead("no_connection", "config", `No provider account may write from ${from}.`);
  return dead("no_connection", "config", "No provider account is set up for this channel.");
}

// Why a channel was not taken is half of why another one was (product.md O-2).
function withPassedOver<Id extends string>(
  chosen: Extract<Route<Id>, { kind: "send" }>,
  passedOver: readonly string[],
): Route<Id> {
  if (passedOver.length === 0) return chosen;
  return { ...chosen, evidence: { ...chosen.evidence, passedOver: passedOver.join("; ") } };
}

function toldBy(answer: ChannelAnswer<string>): string {
  switch (answer.kind) {
    case "wait":
    case "hold":
      return answer.rule;
    case "closed":
      return answer.detail;
    case "refused":
      return "all_refused";
    case "nobody":
      return "no_connection";
    case "send":
    case "throttled":
      return answer.kind;
  }
}

type ChannelAnswer<Id extends string> =
  | Extract<Route<Id>, { kind: "send" | "wait" | "hold" | "throttled" }>
  | { kind: "refused" }
  | { kind: "closed"; detail: string }
  | { kind: "nobody" };

function throughChannel<Id extends string>(request: RouteRequest<Id>, facts: ChannelFacts<Id>): ChannelAnswer<Id> {
  const { channel, address, pause, connections } = facts;
  if (connections.length === 0 || address === null) return { kind: "nobody" };
  if (pause !== null) return { kind: "hold", rule: "paused", ...pause };
  const willing = connections.filter((connection) => !connection.hasRefused);
  if (willing.length === 0) return { kind: "refused" };
  const usable = willing.filter(({ form }) => form?.kind !== "closed");
  const [shut] = willing.flatMap(({ form }) => (form?.kind === "closed" ? [form] : []));
  if (usable.length === 0 && shut !== undefined) return shut;
  const open = usable.filter(({ gate }) => gate.kind === "open" || gate.kind === "probe");
  const best = pickConnection(open, request.seed);
  if (best === undefined) return closed(usable);
  if (best === null) return { kind: "throttled", until: Math.min(...open.flatMap(({ dryUntil }) => dryUntil ?? [])) };
  const rule = ruleFor(request, facts, best);
  const form: Evidence = best.form?.kind === "template" ? { whatsappTemplate: best.form.name } : {};
  const evidence = { ...consentEvidence(facts), ...form };
  return { kind: "send", channel, address, connectionId: best.id, rule, evidence };
}

function closed<Id extends string>(usable: readonly ConnectionFacts<Id>[]): ChannelAnswer<Id> {
  let wait: Extract<Route, { kind: "wait" }> | null = null;
  for (const { gate } of usable) {
    if (gate.kind !== "broken" && gate.kind !== "limited") continue;
    if (wait !== null && gate.retryAt >= wait.until) continue;
    wait = { kind: "wait", until: gate.retryAt, rule: gate.kind === "limited" ? "provider_pause" : "breaker_open" };
  }
  if (wait !== null) return wait;
  for (const { gate } of usable) {
    if (gate.kind === "paused") return { kind: "hold", rule: "paused", pauseId: gate.pauseId, reason: gate.reason };
  }
  return { kind: "nobody" };
}

// A provider that asked for a moment's pause works; a message that can wait does not change its channel for that.
function isWorthWaiting(
  { now, patienceMs, isEmergency }: RouteRequest,
  { rule, until }: { rule: string; until: number },
) {
  return rule === "provider_pause" && !isEmergency && until - now <= patienceMs;
}

/**
 * The connection to use: those that did not fail this message before others, healthy before ailing ones, then by order.
 * Among equals the weights decide where they differ, else the price (C-11); of one price all take their share. A
 * connection that may be probed counts as healthy: one message is what it takes to find out. Null when all that come into
 * question have no token left; undefined when there are none.
 */
export function pickConnection<Id extends string>(
  connections: readonly ConnectionFacts<Id>[],
  seed: string,
): ConnectionFacts<Id> | null | undefined {
  const health = ({ gate, health: state }: ConnectionFacts) => (gate.kind === "probe" ? 0 : HEALTH_RANK[state]);
  const compare = (a: ConnectionFacts, b: ConnectionFacts) =>
    a.failedTries - b.failedTries || health(a) - health(b) || a.order - b.order;
  const [first] = connections.toSorted(compare);
  if (first === undefined) return undefined;
  const equals = connections.filter((other) => compare(first, other) === 0 && other.dryUntil === undefined);
  return equals.length === 0 ? null : amongEquals(equals, seed);
}

function amongEquals<Id extends string>(
  equals: readonly ConnectionFacts<Id>[],
  seed: string,
): ConnectionFacts<Id> | null {
  const weightOf = ({ weight }: ConnectionFacts) => Math.max(0, weight ?? 1);
  const areWeighted = new Set(equals.map(weightOf)).size > 1;
  const least = Math.min(...equals.map(({ priceMicros }) => priceMicros));
  const candidates = equals
    .filter(({ priceMicros }) => areWeighted || priceMicros === least)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const total = candidates.reduce((sum, connection) => sum + weightOf(connection), 0);
  let rest = seededUnit(`connection:${seed}`) * total;
  for (const connection of candidates) {
    rest -= weightOf(connection);
    if (rest < 0) return connection;
  }
  return candidates[0] ?? null;
}

function ruleFor(request: RouteRequest, facts: ChannelFacts, chosen: ConnectionFacts): RouteRule {
  if (request.isInDoubt) return "asked_again";
  if (request.isEmergency) return "emergency";
  if (request.wish !== "best" && facts.channel !== request.wish) return "channel_fallback";
  const others = facts.connections.filter(({ id }) => id !== chosen.id);
  if (others.some(({ order }) => order < chosen.order)) return "provider_fallback";
  if (others.some(({ order }) => order === chosen.order)) return "provider_choice";
  if (facts.channel === request.wish) return "channel_wish";
  return facts.channel === request.preferred ? "channel_preference" : "channel_order";
}

function skip({ rule, detail, evidence }: Blocked): Route<never> {
  return { kind: "skip", rule, reason: rule, detail, evidence };
}

function dead(rule: "no_connection" | "all_refused", errorClass: Failure["class"], reason: string): Route<never> {
  return { kind: "dead", rule, failure: { class: errorClass, reason } };
}
