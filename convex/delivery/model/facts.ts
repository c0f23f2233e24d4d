import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { gate } from "../../connections/breaker";
import { connectionsFor } from "../../connections/model";
import { primaryAddress, requireContact } from "../../contacts/model";
import type { Channel } from "../../lib/closedSets";
import { firstZone, HOUR_MS } from "../../lib/time";
import { requireOrg } from "../../orgs/model";
import type { ChannelFacts, ConnectionFacts } from "../router";
import type { ErrorClass } from "../schema";
import type { SendFacts } from "../sendChecks";
import { SOURCE_CHECKS } from "../sourceChecks";
import { permissionFacts } from "./permission";

const DAY_MS = 24 * HOUR_MS;
/** A person with more messages than this in a day is above every cap anyway. */
const MAX_RECENT = 100;
/** Tries of one message that are looked at; far more than the retry policy allows. */
const MAX_ATTEMPTS_READ = 50;

/** While one message probes a provider the others look again this soon: an answer takes seconds. */
const PROBE_RECHECK_MS = 5_000;

/** After these a provider would refuse the same message again: another provider may try. */
const FINAL_REFUSALS: readonly ErrorClass[] = ["permanent", "window_closed"];

/** Channels a message may fall back to; webhooks are no substitute for writing to a person. */
const PERSONAL_CHANNELS = ["email", "sms", "whatsapp"] as const satisfies readonly Channel[];

/** Rows that every message of a batch asks for again. One batch is one transaction, so they cannot go stale. */
export class BatchCache {
  private readonly orgs = new Map<Id<"organisations">, Promise<Doc<"organisations">>>();
  private readonly connections = new Map<string, Promise<Doc<"connections">[]>>();

  constructor(private readonly ctx: QueryCtx) {}

  org(orgId: Id<"organisations">): Promise<Doc<"organisations">> {
    return remember(this.orgs, orgId, () => requireOrg(this.ctx, orgId));
  }

  enabledConnections(orgId: Id<"organisations">, channel: Channel): Promise<Doc<"connections">[]> {
    return remember(this.connections, `${orgId}:${channel}`, async () =>
      (await connectionsFor(this.ctx, orgId, channel)).filter((connection) => connection.isEnabled),
    );
  }

  /** To be called after a connection was written: its breaker began a probe. */
  forgetConnections(orgId: Id<"organisations">, channel: Channel): void {
    this.connections.delete(`${orgId}:${channel}`);
  }
}

async function remember<K, V>(map: Map<K, Promise<V>>, key: K, load: () => Promise<V>): Promise<V> {
  const known = map.get(key) ?? load();
  map.set(key, known);
  return await known;
}

/** Gathers what the send-time decision needs to know about a message (product.md 4.2 rule 7). */
export async function sendFacts(
  ctx: QueryCtx,
  row: Doc<"messageQueue">,
  now: number,
  cache: BatchCache,
): Promise<SendFacts<Id<"connections">>> {
  const contact = await requireContact(ctx, row.orgId, row.contactId);
  const org = await cache.org(row.orgId);
  const check = SOURCE_CHECKS[row.source.kind];
  return {
    now,
    lane: row.lane,
    purpose: row.purpose,
    sourceKind: row.source.kind,
    sourceAnswer: check === null ? { wanted: true } : await ctx.runQuery(check, { source: row.source }),
    quietHours: org.quietHours,
    zone: firstZone(contact.timezone, org.timezone),
    marketingSentToday: row.purpose === "marketing" ? await marketingSince(ctx, row.contactId, now - DAY_MS) : 0,
    routing: {
      wish: row.channel,
      mayFallBack: row.source.kind !== "agent",
      preferred: contact.preferredChannel,
      purpose: row.purpose,
      channels: await channelFacts(ctx, row, contact, now, cache),
    },
  };
}

async function channelFacts(
  ctx: QueryCtx,
  row: Doc<"messageQueue">,
  contact: Doc<"contacts">,
  now: number,
  cache: BatchCache,
) {
  const org = await cache.org(row.orgId);
  const refusedBy = await finalRefusals(ctx, row);
  const staysOnWish = row.source.kind === "agent" && row.channel !== "best";
  const candidates = new Set<Channel>(staysOnWish ? [] : PERSONAL_CHANNELS);
  if (row.channel !== "best") candidates.add(row.channel);
  const facts: ChannelFacts<Id<"connections">>[] = [];
  for (const channel of candidates) {
    const connections = await cache.enabledConnections(row.orgId, channel);
    // A channel nobody set up is no alternative; the wished one is looked at to say what is missing.
    if (connections.length === 0 && channel !== row.channel) continue;
    facts.push({
      ...(await personFacts(ctx, row, { org, contact, channel, now }, connections)),
      connections: connections.map((connection) => connectionFacts(connection, now, refusedBy)),
    });
  }
  return facts;
}

async function personFacts(
  ctx: QueryCtx,
  row: Doc<"messageQueue">,
  about: { org: Doc<"organisations">; contact: Doc<"contacts">; channel: Channel; now: number },
  connections: Doc<"connections">[],
) {
  const { channel } = about;
  const address =
    channel === "webhook"
      ? webhookAddress(connections)
      : (row.to?.[channel] ?? (await primaryAddress(ctx, row.contactId, channel))?.address ?? null);
  return { channel, address, ...(await permissionFacts(ctx, row, { ...about, address })) };
}

// A webhook goes to the address of the account, not of the person.
function webhookAddress(connections: Doc<"connections">[]): string | null {
  const url = connections[0]?.settings.url;
  return typeof url === "string" ? url : null;
}

function connectionFacts(
  { _id, order, priceMicros, breaker }: Doc<"connections">,
  now: number,
  refusedBy: Set<Id<"connections">>,
): ConnectionFacts<Id<"connections">> {
  const retryAt = breaker.kind === "open" ? breaker.until : now + PROBE_RECHECK_MS;
  return { id: _id, order, priceMicros, gate: gate(breaker, now), retryAt, hasRefused: refusedBy.has(_id) };
}

async function finalRefusals(ctx: QueryCtx, row: Doc<"messageQueue">): Promise<Set<Id<"connections">>> {
  if (row.attemptCount < row.countsFromAttempt) return new Set();
  const attempts = await ctx.db
    .query("attempts")
    .withIndex("by_message", (q) => q.eq("queueId", row._id).gte("number", row.countsFromAttempt))
    .take(MAX_ATTEMPTS_READ);
  const refused = attempts.filter(
    ({ outcome }) => outcome.kind === "refused" && FINAL_REFUSALS.includes(outcome.failure.class),
  );
  return new Set(refused.map((attempt) => attempt.connectionId));
}

async function marketingSince(ctx: QueryCtx, contactId: Id<"contacts">, since: number): Promise<number> {
  const recent = await ctx.db
    .query("messageQueue")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gte("dueAt", since))
    .take(MAX_RECENT);
  return recent.filter(({ purpose, group }) => purpose === "marketing" && (group === "sent" || group === "sending"))
    .length;
}
