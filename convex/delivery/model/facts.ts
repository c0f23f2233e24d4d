import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { canSendAs } from "../../connections/senders/model";
import { addressesOf, usableAddress } from "../../contacts/model";
import type { Channel } from "../../lib/closedSets";
import { phoneFacts } from "../phones";
import { isInDoubt } from "../model";
import type { ChannelFacts, ConnectionFacts, Gate } from "../router";
import type { Failure, MessageContent } from "../schema";
import { whatsappFormFor } from "../windows/model";
import type { Account } from "./account";
import type { Batch, Desk } from "./batch";
import { pauseOfChannel, pauseOfConnection } from "./pauses";
import { permissionFacts } from "./permission";

/** Tries of one message that are looked at; far more than the retry policy allows. */
const MAX_ATTEMPTS_READ = 50;

/** While one message probes a provider the others look again this soon: an answer takes seconds. */
const PROBE_RECHECK_MS = 5_000;

/** After these a provider would refuse the same message again; everything else may pass. */
const FINAL_REFUSALS: readonly Failure["class"][] = ["permanent", "window_closed"];

/** What is known of one message's channels, read once. */
export class ChannelLookUp {
  private addresses: Promise<Doc<"contactAddresses">[]> | null = null;
  private tries: Promise<Doc<"attempts">[]> | null = null;

  constructor(
    private readonly batch: Batch<QueryCtx>,
    private readonly row: Doc<"messageQueue">,
    private readonly contact: Doc<"contacts">,
    private readonly desk: Desk,
    /** What it says, where no body is kept of it yet. */
    private readonly content?: MessageContent,
  ) {}

  async facts(channel: Channel): Promise<ChannelFacts<Id<"connections">>> {
    const { batch, row, contact } = this;
    const { org, pauses } = this.desk;
    const offered = await batch.channel(row.orgId, channel);
    // One in doubt is for who may have it, as it was: nobody else, and no other address.
    const accounts = offered.filter(({ connection }) =>
      isInDoubt(row)
        ? connection._id === row.connectionId
        : row.from === undefined || canSendAs(connection, row.from.address),
    );
    const address = await this.addressOn(channel, accounts);
    const permission = await permissionFacts(batch.ctx, row, { org, contact, channel, address, now: batch.now });
    const pause = pauseOfChannel(pauses, channel);
    const tries = await this.attempts();
    const connections: ConnectionFacts<Id<"connections">>[] = [];
    for (const account of accounts) connections.push(await this.connectionFacts(account, tries));
    return {
      channel,
      address,
      addressProblem: this.problemWith(channel, address),
      ...permission,
      pause: pause === null ? null : { pauseId: pause._id, reason: pause.reason },
      connections,
    };
  }

  private async addressOn(channel: Channel, accounts: readonly Account[]): Promise<string | null> {
    if (isInDoubt(this.row)) return this.row.address ?? null;
    if (channel === "webhook") return webhookAddress(accounts);
    const wished = this.row.to?.[channel];
    if (wished !== undefined) return wished;
    this.addresses ??= addressesOf(this.batch.ctx, this.row.contactId);
    return usableAddress(await this.addresses, channel)?.address ?? null;
  }

  private problemWith(channel: Channel, address: string | null): string | null {
    if (address === null) return null;
    // What writes by itself to a place it reads from writes for ever (product.md 2.3 no. 33); people know what they do.
    const { kind } = this.row.source;
    if ((kind === "sequence" || kind === "api") && this.desk.ownAddresses.has(address)) return "own_address";
    const asksForKind = channel === "sms" && this.desk.settings.channelSettings.sms.landlines === "reroute";
    return asksForKind && phoneFacts(address).isLandline ? "landline" : null;
  }

  private async connectionFacts(
    account: Account,
    tries: readonly Doc<"attempts">[],
  ): Promise<ConnectionFacts<Id<"connections">>> {
    const { row } = this;
    const { _id: id, order, weight, priceMicros } = account.connection;
    const own = tries.filter(({ connectionId }) => connectionId === id);
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
      order: id === row.preferredConnectionId ? Number.MIN_SAFE_INTEGER : order,
      weight,
      priceMicros,
      health: account.health,
      gate: this.gateOf(account),
      hasRefused: refusals.some(isFinal) || windowsClosed > 1,
      failedTries: refusals.filter((failure) => !FINAL_REFUSALS.includes(failure.class)).length,
      form: channelHasForms(account) ? await this.formFor(account.connection, refusals) : undefined,
      dryUntil: account.dryUntil,
    };
  }

  private async formFor(
    connection: Doc<"connections">,
    refusals: readonly Failure[],
  ): Promise<ConnectionFacts["form"]> {
    const { batch, row, contact } = this;
    const content = this.content ?? (await batch.ctx.db.get("messageBodies", row.bodyId))?.content;
    if (content === undefined) return undefined;
    const form = await whatsappFormFor(batch.ctx, {
      orgId: row.orgId,
      contactId: row.contactId,
      connection,
      content,
      locale: contact.locale ?? this.desk.org.locale,
      now: batch.now,
      isKnownClosed: refusals.some((failure) => failure.class === "window_closed"),
    });
    if (form.kind === "closed") return { kind: "closed", detail: `${form.reason}: ${form.detail}` };
    if (form.kind === "free_text") return { kind: "free_text" };
    const { outsideWindow } = this.desk.settings.channelSettings.whatsapp;
    return outsideWindow === "template"
      ? { kind: "template", name: `${form.template.name} (${form.template.language})` }
      : { kind: "closed", detail: "window_closed: other channels are preferred to templates" };
  }

  private gateOf(account: Account): Gate {
    const { now } = this.batch;
    const pause = pauseOfConnection(this.desk.pauses, account.id);
    if (pause !== null) return { kind: "paused", pauseId: pause._id, reason: pause.reason };
    const { answer, opensAt } = account.gate;
    if (answer === "refuse") return { kind: "broken", retryAt: opensAt ?? now + PROBE_RECHECK_MS };
    const until = account.pausedUntil;
    if (until > now) return { kind: "limited", retryAt: until };
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
function webhookAddress([account]: readonly Account[]): string | null {
  const url = account?.connection.settings.url;
  return typeof url === "string" ? url : null;
}

function channelHasForms({ connection }: Account): boolean {
  return connection.channel === "whatsapp";
}
