import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { goesOnAs, requireContact } from "../../contacts/model";
import { topicOfPurpose } from "../../contacts/topics/model";
import { listenersOf } from "../../events/model";
import type { Purpose } from "../../lib/closedSets";
import { remember } from "../../lib/remember";
import { settingsOf } from "../settings/model";
import type { Settings } from "../settings/schema";
import { Tally } from "./counts";
import { labelsOf, LabelTexts } from "./labels";
import { ensureWakeUp, type Queue } from "./wakeUps";

/** Messages that begin with one prefix and are looked for together; more of them are looked for one by one. */
const EXPECTED_LIMIT = 100;

type Queued = Pick<Doc<"messageQueue">, "_id">;

/**
 * What many messages of one transaction have in common, read once; their counts and wake-ups, written once. Lives as long
 * as the transaction, whose end has to call `write`.
 */
export class Outbox {
  readonly tally = new Tally();
  private readonly contacts = new Map<Id<"contacts">, Promise<Doc<"contacts">>>();
  private readonly settings = new Map<Id<"organisations">, Promise<Settings>>();
  private readonly topics = new Map<string, Promise<string | undefined>>();
  private readonly wakeUps = new Map<string, { queue: Queue; at: number }>();
  private readonly expected = new Map<string, Map<string, Queued>>();
  private readonly texts = new LabelTexts();

  /** Whom a message goes to, after merges. Throws `not_found` for contacts of another organisation. */
  async contactOf(ctx: QueryCtx, orgId: Id<"organisations">, contactId: Id<"contacts">): Promise<Doc<"contacts">> {
    const read = async () => await goesOnAs(ctx, await requireContact(ctx, orgId, contactId));
    const contact = await remember(this.contacts, contactId, read);
    // Kept by its id alone: somebody else's is refused as if it had been asked for first.
    return contact.orgId === orgId ? contact : await read();
  }

  async settingsOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Settings> {
    return await remember(this.settings, orgId, () => settingsOf(ctx, orgId));
  }

  /** Key of the first topic of a purpose. */
  async topicOf(ctx: QueryCtx, orgId: Id<"organisations">, purpose: Purpose): Promise<string | undefined> {
    const read = async () => (await topicOfPurpose(ctx, orgId, purpose))?.key;
    return await remember(this.topics, `${orgId}:${purpose}`, read);
  }

  async labelsOf(ctx: QueryCtx, message: Parameters<typeof labelsOf>[1]): ReturnType<typeof labelsOf> {
    return await labelsOf(ctx, message, this.texts);
  }

  /** The optional reactions of an organisation. */
  async listenersOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<readonly string[]> {
    const names = this.tally.listenersOf(orgId) ?? (await listenersOf(ctx, orgId));
    this.tally.setListeners(orgId, names);
    return names;
  }

  /** Looks for all messages at once whose idempotency keys begin with `prefix`: several of them are about to be queued. */
  async expect(ctx: QueryCtx, orgId: Id<"organisations">, prefix: string): Promise<void> {
    const rows = await ctx.db
      .query("messageQueue")
      .withIndex("by_idempotency", (q) =>
        q.eq("orgId", orgId).gte("idempotencyKey", prefix).lt("idempotencyKey", `${prefix}${LAST_CHARACTER}`),
      )
      .take(EXPECTED_LIMIT);
    if (rows.length < EXPECTED_LIMIT) {
      this.expected.set(`${orgId}:${prefix}`, new Map(rows.map((row) => [row.idempotencyKey, row])));
    }
  }

  /** The message queued under a key, `prefix` of which may have been expected; null: none is. */
  async messageOf(ctx: QueryCtx, orgId: Id<"organisations">, key: string, prefix = key): Promise<Queued | null> {
    const expected = this.expected.get(`${orgId}:${prefix}`);
    if (expected !== undefined) return expected.get(key) ?? null;
    return await ctx.db
      .query("messageQueue")
      .withIndex("by_idempotency", (q) => q.eq("orgId", orgId).eq("idempotencyKey", key))
      .unique();
  }

  /** Remembers what was queued in this transaction, where it was looked for before it was there. */
  queued(orgId: Id<"organisations">, key: string, prefix: string | undefined, message: Queued): void {
    this.expected.get(`${orgId}:${prefix}`)?.set(key, message);
  }

  /** The dispatcher of a queue is to run at `at` or before. */
  wake({ lane, shard }: Queue, at: number): void {
    const key = `${lane}:${shard}`;
    const earlier = this.wakeUps.get(key);
    if (earlier === undefined || at < earlier.at) this.wakeUps.set(key, { queue: { lane, shard }, at });
  }

  /** Writes the counts and the wake-ups of all messages so far. */
  async write(ctx: MutationCtx): Promise<void> {
    await this.tally.write(ctx);
    for (const { queue, at } of this.wakeUps.values()) await ensureWakeUp(ctx, queue, at);
    this.wakeUps.clear();
  }
}

/** After every character a key may have. */
const LAST_CHARACTER = "\uffff";
