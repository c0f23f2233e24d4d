import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { topicOfPurpose } from "../../contacts/topics/model";
import type { Channel, Purpose } from "../../lib/closedSets";
import { remember } from "../../lib/remember";
import { DAY_MS, MINUTE_MS } from "../../lib/time";
import { requireVersion } from "../../templates/model";
import { fillLine, fillVariables } from "../../templates/variables";
import { shortened, shortText } from "../content";
import { withStopHint } from "../footer";
import { Batch, FAR_MS } from "../model/batch";
import { chooseRoute, countsForCap, hasOrMayHave } from "../model/decide";
import { hourFactsOf } from "../model/hours";
import type { Route } from "../router";
import type { Lane, MessageContent, MessageSource } from "../schema";
import { countSegments } from "../segments";
import { allowedAt, objectionTo } from "../sendChecks";
import type { Settings } from "../settings/schema";
import { slotIn } from "../time/spread";
import type { Allowed } from "../time/windows";

// What would become of messages that are not queued (product.md O-1): the router, the hours and the checks of send time,
// asked as things stand now. What nobody can know (an answer, a withdrawal, an outage to come) is as it is today.

/** Messages of one person that are looked at for the cap. */
const MAX_OF_PERSON = 200;

/** A message as `enqueue` would get it. */
export type Intended = {
  contactId: Id<"contacts">;
  lane: Lane;
  channel: Channel | "best";
  purpose: Purpose;
  content: Extract<MessageContent, { kind: "template" }>;
  /** UTC ms. */
  dueAt: number;
  /** Its slot in a spread period hangs on it. */
  idempotencyKey: string;
};

/** Where an order of messages comes from: those of the same source that are queued already do not count beside them. */
export type IntendedSource = Extract<MessageSource, { kind: "sequence" }>;

/** `route` says why it takes its way or takes none; the rest is there only for those that have one. */
export type Foreseen = {
  /** When it is due in the queue: later than asked where load is spread. */
  dueAt: number;
  route: Route<Id<"connections">>;
  /** When it leaves at the earliest, and the rule of hours that moved it; null: no hour within two weeks. */
  allowed: Allowed | null;
  /** Of the account that would carry it. */
  connectionName?: string;
  /** SMS only. */
  segments?: number;
  /** Millionths of the currency unit, by the price of the account that would carry it. */
  priceMicros: number;
};

type RouteOfKind = Promise<Route<Id<"connections">>>;

/** Asks for many messages of one organisation, each fact once. Lives as long as one query. */
export class Foresight {
  private readonly near: Batch<QueryCtx>;
  private readonly far: Batch<QueryCtx>;
  private readonly routes = new Map<string, RouteOfKind>();
  private readonly hours = new Map<string, Allowed | null>();
  private readonly topics = new Map<Purpose, Promise<string | undefined>>();
  private readonly sent = new Map<Id<"contacts">, Promise<number[]>>();

  constructor(
    private readonly ctx: QueryCtx,
    private readonly orgId: Id<"organisations">,
    private readonly source: IntendedSource,
    private readonly now: number,
  ) {
    this.near = new Batch(ctx, now);
    this.far = new Batch(ctx, now + FAR_MS);
  }

  /** Spares it to read somebody who was read in this transaction. */
  know(contact: Doc<"contacts">): void {
    this.near.know(contact);
    this.far.know(contact);
  }

  /** The way, hour and price of one message. Throws `not_found` for a template version of another organisation. */
  async foresee(message: Intended): Promise<Foreseen> {
    const { settings } = await this.near.desk(this.orgId);
    const spreadMs = settings.deliverySettings.timingRules.spreadMinutes[message.lane] * MINUTE_MS;
    const dueAt = message.dueAt + slotIn(spreadMs, message.idempotencyKey);
    const batch = dueAt < this.now + FAR_MS ? this.near : this.far;
    const row = await this.rowOf(message, dueAt);
    const route = await this.routeOf(batch, row, message);
    if (route.kind !== "send") return { dueAt, route, allowed: null, priceMicros: 0 };
    const about = { contact: await batch.contact(this.orgId, row.contactId), desk: await batch.desk(this.orgId) };
    const facts = hourFactsOf(row, { ...about, ...route });
    const allowed = this.allowed(dueAt, facts, settings);
    const account = await batch.account(route.connectionId);
    const price = account?.connection.priceMicros ?? 0;
    const known = { dueAt, route, allowed, connectionName: account?.connection.name };
    if (route.channel !== "sms") return { ...known, priceMicros: price };
    const segments = await this.segmentsOf(message, settings, about.contact.locale ?? about.desk.org.locale);
    return { ...known, segments, priceMicros: price * segments };
  }

  /**
   * What the checks of send time would object to a message that leaves at `at`, by age and cap; null: nothing. `others`:
   * instants of intended messages to the same person that count for the cap.
   */
  async objection(message: Intended, plannedAt: number, at: number, others: readonly number[]) {
    const { settings } = await this.near.desk(this.orgId);
    const counts = countsForCap(message, settings);
    const known = counts ? await this.sentTo(message.contactId, settings) : [];
    return objectionTo(
      {
        now: at,
        lane: message.lane,
        purpose: message.purpose,
        isEmergency: false,
        sourceAnswer: { wanted: true },
        plannedAt,
        heldMs: 0,
        waitedTooLong: false,
        cappedSentAt: [...known, ...others].filter((each) => each <= at),
      },
      settings.deliverySettings,
    );
  }

  /** Whether messages of a purpose count for the cap. */
  async counts(purpose: Purpose): Promise<boolean> {
    return countsForCap({ purpose }, (await this.near.desk(this.orgId)).settings);
  }

  private async rowOf(message: Intended, dueAt: number): Promise<Doc<"messageQueue">> {
    const { contactId, lane, channel, purpose, idempotencyKey } = message;
    return {
      // None of these is in the database: whatever is asked by them finds nothing, as for a message just queued.
      _id: idempotencyKey as Id<"messageQueue">,
      bodyId: idempotencyKey as Id<"messageBodies">,
      _creationTime: this.now,
      orgId: this.orgId,
      topic: await remember(this.topics, purpose, () => this.topicOf(purpose)),
      source: this.source,
      state: { kind: "pending" },
      group: "waiting",
      shard: 0,
      attemptCount: 0,
      countsFromAttempt: 1,
      mayBeDuplicate: false,
      subject: "",
      sourceLabel: "",
      plannedAt: dueAt,
      contactId,
      lane,
      channel,
      purpose,
      idempotencyKey,
      dueAt,
    };
  }

  private async topicOf(purpose: Purpose): Promise<string | undefined> {
    return (await topicOfPurpose(this.ctx, this.orgId, purpose))?.key;
  }

  /** The same for all messages of a kind to one person: asked once. */
  private async routeOf(batch: Batch<QueryCtx>, row: Doc<"messageQueue">, { content }: Intended): RouteOfKind {
    const { contactId, channel, purpose, lane } = row;
    // Only WhatsApp asks what a message says, and the sandbox does not even there.
    const forms = (await batch.offered(this.orgId, "whatsapp")).some(({ provider }) => provider !== "sandbox");
    const key = JSON.stringify([contactId, channel, purpose, lane, batch.now, forms && content.templateVersionId]);
    const read = async () => await chooseRoute(batch, row, await batch.contact(this.orgId, contactId), content);
    return await remember(this.routes, key, read);
  }

  private allowed(dueAt: number, facts: ReturnType<typeof hourFactsOf>, settings: Settings): Allowed | null {
    const { lane, purpose, channel, zones, country, preferredHours } = facts;
    const key = JSON.stringify([dueAt, lane, purpose, channel, zones, country, preferredHours]);
    return remember(this.hours, key, () => allowedAt(dueAt, facts, settings));
  }

  private async segmentsOf(message: Intended, settings: Settings, locale: string): Promise<number> {
    const version = await requireVersion(this.ctx, this.orgId, message.content.templateVersionId);
    return countSegments(smsOf(version, message, settings, locale)).count;
  }

  /** What a message says, as plain text: as the channel it would take wants it, or as a mail where it takes none. */
  async textOf(message: Intended, channel: Channel | null): Promise<{ subject: string; text: string }> {
    const version = await requireVersion(this.ctx, this.orgId, message.content.templateVersionId);
    const { values } = message.content;
    if (channel === null || channel === "email" || channel === "webhook") {
      const { subject, body, variables } = version;
      return { subject: fillLine(subject, values, variables), text: fillVariables(body, values, variables) };
    }
    const { settings, org } = await this.near.desk(this.orgId);
    const { locale = org.locale } = await this.near.contact(this.orgId, message.contactId);
    if (channel === "sms") return { subject: "", text: smsOf(version, message, settings, locale) };
    return { subject: "", text: withStopHint(shortText(version, values), message.purpose, locale) };
  }

  /** What counts for the cap beside what is intended: sent within a week, or queued by others. */
  private async sentTo(contactId: Id<"contacts">, settings: Settings): Promise<number[]> {
    return await remember(this.sent, contactId, () => this.readSent(contactId, settings));
  }

  private async readSent(contactId: Id<"contacts">, settings: Settings): Promise<number[]> {
    const rows = await this.ctx.db
      .query("messageQueue")
      .withIndex("by_contact", (q) => q.eq("contactId", contactId).gte("dueAt", this.now - 7 * DAY_MS))
      .take(MAX_OF_PERSON);
    return rows.filter((row) => countsForCap(row, settings) && this.isBeside(row)).map(({ dueAt }) => dueAt);
  }

  private isBeside(row: Doc<"messageQueue">): boolean {
    if (hasOrMayHave(row)) return true;
    const isOwn = row.source.kind === "sequence" && row.source.sequenceId === this.source.sequenceId;
    return row.group === "waiting" && !isOwn;
  }
}

function smsOf(
  version: Doc<"templateVersions">,
  { content, purpose }: Intended,
  { channelSettings }: Settings,
  locale: string,
): string {
  const tidy = shortText(version, content.values);
  const hinted = withStopHint(tidy, purpose, locale);
  return shortened(tidy, channelSettings.sms.maxSegments, hinted.slice(tidy.length));
}
