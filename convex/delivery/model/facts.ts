import type { Doc, Id } from "../../_generated/dataModel";
import { gate as breakerGate } from "../../connections/breaker";
import { addressesOf, usableAddress } from "../../contacts/model";
import type { Channel } from "../../lib/closedSets";
import { healthOf, pausedUntil } from "../flow/health";
import { phoneFacts } from "../phones";
import type { ChannelFacts, ConnectionFacts, Gate } from "../router";
import type { Failure } from "../schema";
import type { Settings } from "../settings/schema";
import { whatsappFormFor } from "../windows/model";
import type { Batch } from "./batch";
import { pauseOfChannel, pauseOfConnection } from "./pauses";
import { permissionFacts } from "./permission";

/** Tries of one message that are looked at; far more than the retry policy allows. */
const MAX_ATTEMPTS_READ = 50;

/** While one message probes a provider the others look again this soon: an answer takes seconds. */
const PROBE_RECHECK_MS = 5_000;

/** After these a provider would refuse the same message again; everything else may pass. */
const FINAL_REFUSALS: readonly Failure["class"][] = ["permanent", "window_closed"];

/** A connection with how it does at the moment. */
export async function connectionState(batch: Batch, connection: Doc<"connections">, settings: Settings) {
  const { recent, pause } = await batch.flowOf(connection._id);
  const breaker = batch.breakerOf(connection);
  const { performanceMetrics } = settings.trackingSettings;
  return { ...connection, health: healthOf({ breaker, recent, pause }, performanceMetrics, batch.now) };
}

/** What is known of one message's channels, read once. */
export class ChannelLookUp {
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
      failure.class === "permanent" && !(failure.isContent === true && failure.number < (row.simplifiedFrom ?? 0));
    // Free text may be refused where a template is taken; a template that is refused for that is refused for good.
    const windowsClosed = refusals.filter((failure) => failure.class === "window_closed").length;
    return {
      id,
      order,
      weight,
      priceMicros,
      health,
      gate: await this.gateOf(connection),
      hasRefused: refusals.some(isFinal) || windowsClosed > 1,
      failedTries: refusals.filter((failure) => !FINAL_REFUSALS.includes(failure.class)).length,
      form: await this.formFor(connection, refusals),
      dryUntil: batch.dryUntil(id),
    };
  }

  private async formFor(
    connection: Doc<"connections">,
    refusals: readonly Failure[],
  ): Promise<ConnectionFacts["form"]> {
    if (connection.channel !== "whatsapp") return undefined;
    const { batch, row, contact } = this;
    const body = await batch.ctx.db.get("messageBodies", row.bodyId);
    if (body === null) return undefined;
    const form = await whatsappFormFor(batch.ctx, {
      orgId: row.orgId,
      contactId: row.contactId,
      connection,
      content: body.content,
      locale: contact.locale ?? (await batch.org(row.orgId)).locale,
      now: batch.now,
      isKnownClosed: refusals.some((failure) => failure.class === "window_closed"),
    });
    if (form.kind === "closed") return { kind: "closed", detail: `${form.reason}: ${form.detail}` };
    if (form.kind === "free_text") return { kind: "free_text" };
    const { outsideWindow } = this.settings.channelSettings.whatsapp;
    return outsideWindow === "template"
      ? { kind: "template", name: `${form.template.name} (${form.template.language})` }
      : { kind: "closed", detail: "window_closed: other channels are preferred to templates" };
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
