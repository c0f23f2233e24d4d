import { consentVerdict, type ConsentFacts } from "../contacts/consentRules";
import { CHANNELS, type Channel, type Purpose } from "../lib/closedSets";
import type { Failure } from "./schema";

/** One provider account as the router sees it. */
export type ConnectionFacts<Id extends string = string> = {
  id: Id;
  order: number;
  priceMicros: number;
  /** What its breaker says now; with `refuse`, when it may be asked again (UTC ms). */
  gate: "send" | "probe" | "refuse";
  retryAt: number;
  /** It refused this very message for good. */
  hasRefused: boolean;
};

/** Everything about one channel that bears on one message. */
export type ChannelFacts<Id extends string = string> = {
  channel: Channel;
  /** Null: none, or only ones known to be invalid. */
  address: string | null;
  /** Why the address must not be written to for this purpose; null when nothing forbids it. */
  suppression: string | null;
  suppressionId?: string;
  /** What the ledger and the person's wishes say; the country's rules decide. */
  consent: ConsentFacts;
  connections: ConnectionFacts<Id>[];
};

export type RouteRequest<Id extends string = string> = {
  wish: Channel | "best";
  /** An answer stays on the channel it was asked on; everything else may fall back. */
  mayFallBack: boolean;
  preferred?: Channel;
  purpose: Purpose;
  channels: ChannelFacts<Id>[];
};

export type Route<Id extends string = string> =
  | { kind: "send"; channel: Channel; address: string; connectionId: Id; rule: RouteRule; evidence: Evidence }
  /** Every way is closed for the moment. */
  | { kind: "wait"; until: number; rule: "breaker_open" }
  | { kind: "skip"; rule: Blocked["rule"]; reason: Blocked["rule"]; detail: string; evidence: Evidence }
  | { kind: "dead"; rule: "no_connection" | "all_refused"; failure: Failure };

export type RouteRule =
  "channel_wish" | "channel_preference" | "channel_order" | "provider_fallback" | "channel_fallback";

/** Why a channel is closed to a message, whoever would carry it. Named like the skip reasons of sequences. */
export type Blocked = { rule: "no_address" | "suppressed" | "no_consent"; detail: string; evidence: Evidence };

/** What a decision rests on: rule, country and the row on record (product.md O-2, O-12). */
export type Evidence = Record<string, string | number | null>;

/** What forbids a channel to a message, or null (design rule 7). */
export function blockOf(facts: ChannelFacts): Blocked | null {
  if (facts.address === null) {
    return { rule: "no_address", detail: `no usable ${facts.channel} address`, evidence: {} };
  }
  if (facts.suppression !== null) {
    const evidence = { suppressionId: facts.suppressionId ?? null };
    return { rule: "suppressed", detail: facts.suppression, evidence };
  }
  const verdict = consentVerdict(facts.consent);
  if (verdict.kind === "allowed") return null;
  return { rule: "no_consent", detail: verdict.block, evidence: consentEvidence(facts) };
}

function consentEvidence({ consent }: ChannelFacts): Evidence {
  const verdict = consentVerdict(consent);
  return {
    consentRule: verdict.kind === "allowed" ? verdict.ground : verdict.block,
    consentPack: verdict.pack,
    consentId: verdict.statement?.id ?? null,
    consentAt: verdict.statement?.at ?? null,
  };
}

/**
 * Picks channel and provider (requirement S0; product.md C-02 to C-05). Channel: the wish, or customer preference → the
 * organisation's order → price; provider: health → order → price. Falls back to another provider first, then to another
 * channel where that is allowed. A person's no to the wished channel is never got around by another channel.
 */
export function route<Id extends string>(request: RouteRequest<Id>): Route<Id> {
  let blocked: Blocked | null = null;
  let reopensAt: number | null = null;
  let hasRefused = false;
  for (const facts of channelsInOrder(request)) {
    const block = blockOf(facts);
    if (block !== null) {
      if (facts.channel === request.wish && block.rule !== "no_address") return skip(block);
      blocked ??= block;
      continue;
    }
    const usable = facts.connections.filter((connection) => !connection.hasRefused);
    hasRefused ||= usable.length < facts.connections.length;
    const [best] = usable.filter((connection) => connection.gate !== "refuse").sort(byHealthOrderPrice);
    if (best !== undefined && facts.address !== null) {
      const { channel, address } = facts;
      const rule = ruleFor(request, facts, best);
      return { kind: "send", channel, address, connectionId: best.id, rule, evidence: consentEvidence(facts) };
    }
    for (const { retryAt } of usable) reopensAt = Math.min(reopensAt ?? retryAt, retryAt);
  }
  if (reopensAt !== null) return { kind: "wait", until: reopensAt, rule: "breaker_open" };
  if (hasRefused) return dead("all_refused", "permanent", "Every provider refused the message.");
  if (blocked !== null) return skip(blocked);
  return dead("no_connection", "config", "No provider account is set up for this channel.");
}

function channelsInOrder<Id extends string>({ wish, mayFallBack, preferred, channels }: RouteRequest<Id>) {
  const rank = ({ channel }: ChannelFacts<Id>) =>
    channel === wish ? 0 : wish === "best" && channel === preferred ? 1 : 2;
  return channels
    .filter(({ channel }) => channel === wish || (channel !== "webhook" && (wish === "best" || mayFallBack)))
    .sort((a, b) => rank(a) - rank(b) || byOrganisationOrder(a, b));
}

// The organisation orders its channels by ordering its connections; equals go by price, then by the list of channels.
function byOrganisationOrder(a: ChannelFacts, b: ChannelFacts): number {
  const lowest = (facts: ChannelFacts, field: "order" | "priceMicros") =>
    Math.min(Number.MAX_SAFE_INTEGER, ...facts.connections.map((connection) => connection[field]));
  return (
    lowest(a, "order") - lowest(b, "order") ||
    lowest(a, "priceMicros") - lowest(b, "priceMicros") ||
    CHANNELS.indexOf(a.channel) - CHANNELS.indexOf(b.channel)
  );
}

function byHealthOrderPrice(a: ConnectionFacts, b: ConnectionFacts): number {
  const health = (connection: ConnectionFacts) => (connection.gate === "send" ? 0 : 1);
  return health(a) - health(b) || a.order - b.order || a.priceMicros - b.priceMicros;
}

function ruleFor(request: RouteRequest, facts: ChannelFacts, chosen: ConnectionFacts): RouteRule {
  if (request.wish !== "best" && facts.channel !== request.wish) return "channel_fallback";
  if (facts.connections.some(({ order }) => order < chosen.order)) return "provider_fallback";
  if (facts.channel === request.wish) return "channel_wish";
  return facts.channel === request.preferred ? "channel_preference" : "channel_order";
}

function skip({ rule, detail, evidence }: Blocked): Route<never> {
  return { kind: "skip", rule, reason: rule, detail, evidence };
}

function dead(rule: "no_connection" | "all_refused", errorClass: Failure["class"], reason: string): Route<never> {
  return { kind: "dead", rule, failure: { class: errorClass, reason } };
}
