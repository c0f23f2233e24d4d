import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { afterFailure, afterSuccess, beginProbe, type BreakerFailure } from "../../connections/breaker";
import { connectionsFor, getConnection, saveBreaker } from "../../connections/model";
import type { Breaker } from "../../connections/schema";
import { listenersOf } from "../../events/model";
import type { Channel } from "../../lib/closedSets";
import { requireContact } from "../../contacts/model";
import { defaultCalendar, requireOrg } from "../../orgs/model";
import { fullBucket, rateOf, takeToken } from "../flow/bucket";
import { observe, type Answer } from "../flow/health";
import type { Bucket, ProviderPause, Recent } from "../flow/schema";
import { settingsOf } from "../settings/model";
import type { Settings } from "../settings/schema";
import type { Allowed } from "../time/windows";
import { Tally } from "./counts";
import { flowOf, saveFlow } from "./flows";
import { pausesOf, type Pause } from "./pauses";

/** What flows over a connection, as it stands in this transaction. */
type Flow = { row: Doc<"connectionFlows"> | null; bucket?: Bucket; pause?: ProviderPause; recent?: Recent };

/**
 * One transaction over many messages: rows that every message asks for again are read once, and what every message
 * would change a little (counts, tokens, health, breaker) is written once, by `flush`. One transaction sees one
 * state of the database, so nothing in here can go stale.
 */
export class Batch {
  readonly now: number;
  readonly tally = new Tally();
  private readonly orgs = new Map<string, Promise<Doc<"organisations">>>();
  private readonly settings = new Map<string, Promise<Settings>>();
  private readonly contacts = new Map<string, Promise<Doc<"contacts">>>();
  private readonly calendars = new Map<string, Promise<Doc<"calendars"> | null>>();
  private readonly pauses = new Map<string, Promise<Pause[]>>();
  private readonly channels = new Map<string, Promise<Doc<"connections">[]>>();
  private readonly connections = new Map<string, Promise<Doc<"connections"> | null>>();
  private readonly flows = new Map<Id<"connections">, Promise<Flow>>();
  private readonly changedFlows = new Map<Id<"connections">, Id<"organisations">>();
  private readonly breakers = new Map<Id<"connections">, Breaker>();
  private readonly dry = new Map<Id<"connections">, number>();
  private readonly orders = new Map<string, Promise<Channel[]>>();
  private readonly instants = new Map<string, Allowed | null>();

  constructor(
    readonly ctx: MutationCtx,
    now = Date.now(),
  ) {
    this.now = now;
  }

  org(orgId: Id<"organisations">): Promise<Doc<"organisations">> {
    return remember(this.orgs, orgId, () => requireOrg(this.ctx, orgId));
  }

  settingsOf(orgId: Id<"organisations">): Promise<Settings> {
    return remember(this.settings, orgId, async () => {
      this.tally.setListeners(orgId, await listenersOf(this.ctx, orgId));
      return await settingsOf(this.ctx, orgId);
    });
  }

  contact(orgId: Id<"organisations">, contactId: Id<"contacts">): Promise<Doc<"contacts">> {
    return remember(this.contacts, contactId, () => requireContact(this.ctx, orgId, contactId));
  }

  /** The default calendar, or null in a workspace without one. */
  calendar(orgId: Id<"organisations">): Promise<Doc<"calendars"> | null> {
    return remember(this.calendars, orgId, () => defaultCalendar(this.ctx, orgId));
  }

  pausesOf(orgId: Id<"organisations">): Promise<Pause[]> {
    return remember(this.pauses, orgId, () => pausesOf(this.ctx, orgId));
  }

  /** The enabled connections of a channel, in order; none when the organisation switched the channel off. */
  async offered(orgId: Id<"organisations">, channel: Channel): Promise<Doc<"connections">[]> {
    const { channelSettings } = await this.settingsOf(orgId);
    if (!channelSettings[channel].isEnabled) return [];
    return await remember(this.channels, `${orgId}:${channel}`, async () =>
      (await connectionsFor(this.ctx, orgId, channel)).filter((connection) => connection.isEnabled),
    );
  }

  /** The connection, or null when it was removed meanwhile. */
  connection(connectionId: Id<"connections">): Promise<Doc<"connections"> | null> {
    return remember(this.connections, connectionId, () => getConnection(this.ctx, connectionId));
  }

  /** The breaker as it stands after what this transaction learned. */
  breakerOf(connection: Doc<"connections">): Breaker {
    return this.breakers.get(connection._id) ?? connection.breaker;
  }

  /** The one message that finds out whether the provider is back. */
  beginProbe(connection: Doc<"connections">): void {
    this.breakers.set(connection._id, beginProbe(this.breakerOf(connection), this.now));
  }

  flowOf(connectionId: Id<"connections">): Promise<Flow> {
    return remember(this.flows, connectionId, async () => {
      const row = await flowOf(this.ctx, connectionId);
      return { row, bucket: row?.bucket, pause: row?.pause, recent: row?.recent };
    });
  }

  /** Until when the connection may send no more, for this lane; undefined when it may. */
  dryUntil(connectionId: Id<"connections">): number | undefined {
    return this.dry.get(connectionId);
  }

  /** Takes leave to send one message. False when the rate is used up; `dryUntil` then says until when. */
  async takeToken(connection: Doc<"connections">, lane: Doc<"messageQueue">["lane"]): Promise<boolean> {
    const { deliverySettings } = await this.settingsOf(connection.orgId);
    const rate = rateOf(connection.ratePerSecond, deliverySettings.rateLimits.burstSeconds);
    const flow = await this.flowOf(connection._id);
    const taken = takeToken(flow.bucket ?? fullBucket(rate, this.now), lane, rate, this.now);
    flow.bucket = taken.bucket;
    this.changedFlows.set(connection._id, connection.orgId);
    if (taken.waitMs > 0) this.dry.set(connection._id, this.now + taken.waitMs);
    return taken.waitMs === 0;
  }

  /** Learns from one answer of a provider: breaker, health, and the pause it asked for. */
  async learn(
    connection: Doc<"connections">,
    answer: Omit<Answer, "isFailure"> & { failure: BreakerFailure | null; pauseMs?: number },
  ): Promise<void> {
    const { failure, tookMs, pauseMs } = answer;
    const before = this.breakerOf(connection);
    const breaker = failure === null ? afterSuccess() : afterFailure(before, failure, this.now);
    this.breakers.set(connection._id, breaker);
    const flow = await this.flowOf(connection._id);
    const { trackingSettings } = await this.settingsOf(connection.orgId);
    const isFailure = failure !== null && SPEAKS_AGAINST_PROVIDER.includes(failure.class);
    flow.recent = observe(flow.recent, [{ isFailure, tookMs }], trackingSettings.performanceMetrics, this.now);
    if (failure !== null && pauseMs !== undefined && pauseMs > 0) {
      flow.pause = { from: this.now, forMs: pauseMs, reason: failure.reason };
    }
    this.changedFlows.set(connection._id, connection.orgId);
  }

  /** The answer to a question about the order of channels, asked once: what one batch learns does not turn it around. */
  channelOrder(key: string, ask: () => Promise<Channel[]>): Promise<Channel[]> {
    return remember(this.orders, key, ask);
  }

  /** The answer to a question about hours, asked once. */
  allowedInstant(key: string, ask: () => Allowed | null): Allowed | null {
    const known = this.instants.get(key);
    if (known !== undefined) return known;
    const answer = ask();
    this.instants.set(key, answer);
    return answer;
  }

  /** Writes what was collected. Call it once, last. */
  async flush(): Promise<void> {
    for (const [connectionId, breaker] of this.breakers) {
      const connection = await this.connection(connectionId);
      if (connection !== null) await saveBreaker(this.ctx, connection, breaker);
    }
    for (const [connectionId, orgId] of this.changedFlows) {
      const { row, ...values } = await this.flowOf(connectionId);
      await saveFlow(this.ctx, { orgId, connectionId }, row, values);
    }
    await this.tally.write(this.ctx);
  }
}

/** Failures a healthy provider does not have; a refused recipient is none of them. */
const SPEAKS_AGAINST_PROVIDER: readonly string[] = ["transient", "config", "rate_limited"];

async function remember<V>(map: Map<string, Promise<V>>, key: string, load: () => Promise<V>): Promise<V> {
  const known = map.get(key) ?? load();
  map.set(key, known);
  return await known;
}
