import type { Doc, Id } from "../../_generated/dataModel";
import { gate as breakerGate } from "../../connections/breaker";
import { addressesOf, usableAddress } from "../../contacts/model";
import type { Channel } from "../../lib/closedSets";
import { DAY_MS, MINUTE_MS } from "../../lib/time";
import { healthOf, pausedUntil } from "../flow/health";
import { phoneFacts } from "../phones";
import {
  channelOrder,
  route,
  type ChannelFacts,
  type ConnectionFacts,
  type Gate,
  type Route,
  type RouteRequest,
} from "../router";
import type { ErrorClass } from "../schema";
import { objectionTo, type Objection } from "../sendChecks";
import type { Settings } from "../settings/schema";
import { SOURCE_CHECKS } from "../sourceChecks";
import type { Batch } from "./batch";
import { allowedInstant } from "./hours";
import { pauseOfChannel, pauseOfConnection, pauseOfSource } from "./pauses";
import { permissionFacts } from "./permission";

/** A person with more messages than this in a week is above every cap anyway. */
const MAX_RECENT = 100;
/** Tries of one message that are looked at; far more than the retry policy allows. */
const MAX_ATTEMPTS_READ = 50;

/** While one message probes a provider the others look again this soon: an answer takes seconds. */
const PROBE_RECHECK_MS = 5_000;

/** How long a message waits for a provider that asked for a pause before it changes its channel. */
const PATIENCE_MS = { critical: MINUTE_MS, transactional: 10 * MINUTE_MS, marketing: 60 * MINUTE_MS } as const;

/** After these a provider would refuse the same message again: another provider may try. */
const FINAL_REFUSALS: readonly ErrorClass[] = ["permanent", "window_closed"];

/** Channels a message may fall back to; webhooks are no substitute for writing to a person. */
const PERSONAL_CHANNELS = ["email", "sms", "whatsapp"] as const satisfies readonly Channel[];

/** What is to happen to a due message: a route, or "not now", or "not any more". */
export type SendDecision =
  | Route<Id<"connections">>
  | Objection
  | { kind: "wait"; until: number; rule: string }
  | { kind: "skip"; rule: "no_hour"; reason: "no_hour"; detail: string };

/** Gathers what bears on a due message and decides (product.md 4.2 rule 7; S0 "Channel-Selection"). Writes nothing. */
export async function decideMessage(batch: Batch, row: Doc<"messageQueue">): Promise<SendDecision> {
  const { ctx, now } = batch;
  const settings = await batch.settingsOf(row.orgId);
  const pause = pauseOfSource(await batch.pausesOf(row.orgId), row.source);
  if (pause !== null && row.emergency === undefined) {
    return { kind: "hold", rule: "paused", pauseId: pause._id, reason: pause.reason };
  }
  const check = SOURCE_CHECKS[row.source.kind];
  const objection = objectionTo(
    {
      now,
      lane: row.lane,
      purpose: row.purpose,
      isEmergency: row.emergency !== undefined,
      sourceAnswer: check === null ? { wanted: true } : await ctx.runQuery(check, { source: row.source }),
      plannedAt: row.plannedAt ?? row.dueAt,
      expiresAt: row.expiresAt,
      cappedSentAt: await cappedSentAt(batch, row, settings),
    },
    settings.deliverySettings,
  );
  if (objection !== null) return objection;
  const contact = await batch.contact(row.orgId, row.contactId);
  const chosen = await chooseRoute(batch, row, contact, settings);
  if (chosen.kind !== "send") return chosen;
  const allowed = await allowedInstant(batch, row, { contact, settings, ...chosen });
  if (allowed === null) {
    return { kind: "skip", rule: "no_hour", reason: "no_hour", detail: "no allowed hour within two weeks" };
  }
  return allowed.at > now ? { kind: "wait", until: allowed.at, rule: allowed.rule ?? "hours" } : chosen;
}

async function cappedSentAt({ ctx, now }: Batch, row: Doc<"messageQueue">, settings: Settings): Promise<number[]> {
  const { purposes } = settings.deliverySettings.rateLimits.frequencyCap;
  if (!purposes.includes(row.purpose)) return [];
  const recent = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", row.contactId).gte("dueAt", now - 7 * DAY_MS))
    .take(MAX_RECENT);
  const counted = recent.filter(
    ({ purpose, group }) => purposes.includes(purpose) && (group === "sent" || group === "sending"),
  );
  return counted.map(({ dueAt }) => dueAt);
}

/** Which way a message would go now; looks at one channel after the other until one will do. */
export async function chooseRoute(
  batch: Batch,
  row: Doc<"messageQueue">,
  contact: Doc<"contacts">,
  settings: Settings,
): Promise<Route<Id<"connections">>> {
  const order = await orderFor(batch, row, contact, settings);
  const lookUp = new ChannelLookUp(batch, row, contact, settings);
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
async function orderFor(batch: Batch, row: Doc<"messageQueue">, contact: Doc<"contacts">, settings: Settings) {
  const { orgId, channel: wish } = row;
  const preferred = contact.preferredChannel;
  const mayFallBack = row.source.kind !== "agent";
  const isEmergency = row.emergency !== undefined;
  return await batch.channelOrder(JSON.stringify([orgId, wish, preferred, mayFallBack, isEmergency]), async () => {
    const offers = [];
    for (const channel of new Set<Channel>(wish === "best" ? PERSONAL_CHANNELS : [wish, ...PERSONAL_CHANNELS])) {
      const offered = await batch.offered(orgId, channel);
      const connections = await Promise.all(offered.map((each) => connectionState(batch, each, settings)));
      offers.push({ channel, connections });
    }
    const rules = settings.routingRules;
    return channelOrder({ wish, preferred, mayFallBack, isEmergency, offers, rules });
  });
}

function requestFor(
  { now }: Batch,
  row: Doc<"messageQueue">,
  contact: Doc<"contacts">,
  looked: Pick<RouteRequest<Id<"connections">>, "channels" | "isComplete">,
): RouteRequest<Id<"connections">> {
  return {
    wish: row.channel,
    preferred: contact.preferredChannel,
    isEmergency: row.emergency !== undefined,
    now,
    seed: row._id,
    patienceMs: PATIENCE_MS[row.lane],
    ...looked,
  };
}

async function connectionState(batch: Batch, connection: Doc<"connections">, settings: Settings) {
  const { recent, pause } = await batch.flowOf(connection._id);
  const breaker = batch.breakerOf(connection);
  const { performanceMetrics } = settings.trackingSettings;
  return { ...connection, health: healthOf({ breaker, recent, pause }, performanceMetrics, batch.now) };
}

/** What is known of one message's channels, read once. */
class ChannelLookUp {
  private addresses: Promise<Doc<"contactAddresses">[]> | null = null;
  private tries: Promise<Doc<"attempts">[]> | null = null;

  constructor(
    private readonly batch: Batch,
    private readonly row: Doc<"messageQueue">,
    private readonly contact: Doc<"contacts">,
    private readonly settings: Settings,
  ) {}

  async facts(channel: Channel): Promise<ChannelFacts<Id<"connections">>> {
    const { batch, row, contact } = this;
    const org = await batch.org(row.orgId);
    const connections = await batch.offered(row.orgId, channel);
    const address = await this.addressOn(channel, connections);
    const permission = await permissionFacts(batch.ctx, row, { org, contact, channel, address, now: batch.now });
    const pause = pauseOfChannel(await batch.pausesOf(row.orgId), channel);
    return {
      channel,
      address,
      addressProblem: this.problemWith(channel, address),
      ...permission,
      pause: pause === null ? null : { pauseId: pause._id, reason: pause.reason },
      connections: await Promise.all(connections.map((connection) => this.connectionFacts(connection))),
    };
  }

  private async addressOn(channel: Channel, connections: Doc<"connections">[]): Promise<string | null> {
    if (channel === "webhook") return webhookAddress(connections);
    const wished = this.row.to?.[channel];
    if (wished !== undefined) return wished;
    this.addresses ??= addressesOf(this.batch.ctx, this.row.contactId);
    return usableAddress(await this.addresses, channel)?.address ?? null;
  }

  private problemWith(channel: Channel, address: string | null): string | null {
    const asksForKind =
      channel === "sms" && address !== null && this.settings.channelSettings.sms.landlines === "reroute";
    return asksForKind && phoneFacts(address).isLandline ? "landline" : null;
  }

  private async connectionFacts(connection: Doc<"connections">): Promise<ConnectionFacts<Id<"connections">>> {
    const { batch, row } = this;
    const { _id: id, order, weight, priceMicros } = connection;
    const { health } = await connectionState(batch, connection, this.settings);
    const own = (await this.attempts()).filter(({ connectionId }) => connectionId === id);
    const refusals = own.flatMap(({ outcome, number }) =>
      outcome.kind === "refused" ? [{ ...outcome.failure, number }] : [],
    );
    // Simplified content is another message to a provider that refused the first.
    const isFinal = (failure: (typeof refusals)[number]) =>
      FINAL_REFUSALS.includes(failure.class) &&
      !(failure.isContent === true && failure.number < (row.simplifiedFrom ?? 0));
    return {
      id,
      order,
      weight,
      priceMicros,
      health,
      gate: await this.gateOf(connection),
      hasRefused: refusals.some(isFinal),
      failedTries: refusals.filter((failure) => !FINAL_REFUSALS.includes(failure.class)).length,
      dryUntil: batch.dryUntil(id),
    };
  }

  private async gateOf(connection: Doc<"connections">): Promise<Gate> {
    const { batch, row } = this;
    const pause = pauseOfConnection(await batch.pausesOf(row.orgId), connection._id);
    if (pause !== null) return { kind: "paused", pauseId: pause._id, reason: pause.reason };
    const breaker = batch.breakerOf(connection);
    const answer = breakerGate(breaker, batch.now);
    if (answer === "refuse") {
      return { kind: "broken", retryAt: breaker.kind === "open" ? breaker.until : batch.now + PROBE_RECHECK_MS };
    }
    const until = pausedUntil((await batch.flowOf(connection._id)).pause, batch.now);
    if (until > batch.now) return { kind: "limited", retryAt: until };
    return answer === "probe" ? { kind: "probe" } : { kind: "open" };
  }

  private async attempts(): Promise<Doc<"attempts">[]> {
    const { row, batch } = this;
    if (row.attemptCount < row.countsFromAttempt) return [];
    this.tries ??= batch.ctx.db
      .query("attempts")
      .withIndex("by_message", (q) => q.eq("queueId", row._id).gte("number", row.countsFromAttempt))
      .take(MAX_ATTEMPTS_READ);
    return await this.tries;
  }
}

// A webhook goes to the address of the account, not of the person.
function webhookAddress(connections: Doc<"connections">[]): string | null {
  const url = connections[0]?.settings.url;
  return typeof url === "string" ? url : null;
}
