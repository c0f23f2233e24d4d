import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { connectionsFor, getConnection, listChannels } from "../../connections/model";
import { requireContact } from "../../contacts/model";
import { listenersOf } from "../../events/model";
import type { Channel } from "../../lib/closedSets";
import { remember } from "../../lib/remember";
import { DAY_MS } from "../../lib/time";
import { defaultCalendar, requireOrg } from "../../orgs/model";
import { settingsOf } from "../settings/model";
import type { Settings } from "../settings/schema";
import type { Allowed } from "../time/windows";
import { hasHolds, holdsOf, type PersonHold } from "../holds/model";
import { Account } from "./account";
import { Tally } from "./counts";
import { pausesOf, type Pause } from "./pauses";

/** From here on WhatsApp's windows that are open now are closed, and a broken provider may be asked again. */
export const FAR_MS = DAY_MS;

/** What every message of an organisation asks for. */
export type Desk = {
  org: Doc<"organisations">;
  settings: Settings;
  pauses: readonly Pause[];
  /** Automatic messages to somebody wait for a person of the team (holds/). */
  hasHolds: boolean;
  /** Where the organisation itself receives messages. */
  ownAddresses: ReadonlySet<string>;
  /** The default calendar; null where no purpose keeps business hours. */
  calendar: Doc<"calendars"> | null;
};

/**
 * One transaction over many messages: rows that every message asks for again are read once, and what every message
 * would change a little (counts, tokens, health, breaker) is written once, by `flush`. One transaction sees one state of
 * the database, so nothing in here can go stale. Of a query (`Batch<QueryCtx>`) it only looks and cannot be flushed.
 */
export class Batch<Ctx extends QueryCtx = MutationCtx> {
  readonly tally = new Tally();
  private readonly desks = new Map<string, Promise<Desk>>();
  private readonly contacts = new Map<string, Promise<Doc<"contacts">>>();
  private readonly holds = new Map<string, Promise<PersonHold[]>>();
  private readonly offers = new Map<string, Promise<Doc<"connections">[]>>();
  private readonly channels = new Map<string, Promise<Account[]>>();
  private readonly accounts = new Map<string, Promise<Account | null>>();
  private readonly orders = new Map<string, Promise<Channel[]>>();
  private readonly instants = new Map<string, Allowed | null>();

  constructor(
    readonly ctx: Ctx,
    readonly now = Date.now(),
  ) {}

  desk(orgId: Id<"organisations">): Promise<Desk> {
    return remember(this.desks, orgId, async () => {
      this.tally.setListeners(orgId, await listenersOf(this.ctx, orgId));
      const settings = await settingsOf(this.ctx, orgId);
      const keepsHours = settings.deliverySettings.timingRules.businessHoursFor.length > 0;
      return {
        org: await requireOrg(this.ctx, orgId),
        settings,
        pauses: await pausesOf(this.ctx, orgId),
        hasHolds: settings.humanFirst.isEnabled && (await hasHolds(this.ctx, orgId)),
        ownAddresses: new Set((await listChannels(this.ctx, orgId)).flatMap(({ address }) => address ?? [])),
        calendar: keepsHours ? await defaultCalendar(this.ctx, orgId) : null,
      };
    });
  }

  contact(orgId: Id<"organisations">, contactId: Id<"contacts">): Promise<Doc<"contacts">> {
    return remember(this.contacts, contactId, () => requireContact(this.ctx, orgId, contactId));
  }

  /** Spares it to read somebody who was read in this transaction. */
  know(contact: Doc<"contacts">): void {
    this.contacts.set(contact._id, Promise.resolve(contact));
  }

  /** Why automatic messages to a person wait. */
  personHolds(contactId: Id<"contacts">): Promise<PersonHold[]> {
    return remember(this.holds, contactId, () => holdsOf(this.ctx, contactId));
  }

  /** The enabled connections of a channel, in order; none when the organisation switched the channel off. */
  offered(orgId: Id<"organisations">, channel: Channel): Promise<Doc<"connections">[]> {
    return remember(this.offers, `${orgId}:${channel}`, async () => {
      const { settings } = await this.desk(orgId);
      if (!settings.channelSettings[channel].isEnabled) return [];
      return (await connectionsFor(this.ctx, orgId, channel)).filter((connection) => connection.isEnabled);
    });
  }

  /** The same with how they do. */
  channel(orgId: Id<"organisations">, channel: Channel): Promise<Account[]> {
    return remember(this.channels, `${orgId}:${channel}`, async () => {
      const accounts: Account[] = [];
      for (const connection of await this.offered(orgId, channel)) {
        const account = await this.account(connection._id, connection);
        if (account !== null) accounts.push(account);
      }
      return accounts;
    });
  }

  /** The connection, or null when it was removed meanwhile. `known`: it is at hand. */
  account(connectionId: Id<"connections">, known?: Doc<"connections">): Promise<Account | null> {
    return remember(this.accounts, connectionId, async () => {
      const connection = known ?? (await getConnection(this.ctx, connectionId));
      if (connection === null) return null;
      const { settings } = await this.desk(connection.orgId);
      return await Account.open(this.ctx, connection, settings, this.now);
    });
  }

  /** The answer to a question about the order of channels, asked once: what one batch learns does not turn it around. */
  channelOrder(key: string, ask: () => Promise<Channel[]>): Promise<Channel[]> {
    return remember(this.orders, key, ask);
  }

  /** The answer to a question about hours, asked once. */
  allowedInstant(key: string, ask: () => Allowed | null): Allowed | null {
    return remember(this.instants, key, ask);
  }

  /** Writes what was collected. Call it once, last. */
  async flush(this: Batch): Promise<void> {
    for (const opened of this.accounts.values()) await (await opened)?.save(this.ctx);
    await this.tally.write(this.ctx);
  }
}
