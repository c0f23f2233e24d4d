import { vi } from "vitest";
import type { Doc, Id } from "../../convex/_generated/dataModel";
import { internal } from "../../convex/_generated/api";
import { createConnection } from "../../convex/connections/model";
import { CATALOGUE } from "../../convex/connections/catalogue";
import { cancelMessage, keyOf, moveMessage } from "../../convex/delivery/model";
import type { Finding } from "../../convex/delivery/model/recovery";
import { explain } from "../../convex/delivery/model/explain";
import { shardOf } from "../../convex/delivery/hash";
import type { ErrorClass, Failure, SendResult } from "../../convex/delivery/schema";
import { allRows, inMutation, makeWorkspace, queueText, rowOf, type Convex, type Workspace } from "./delivery";
import { setupConvex } from "./convex";
import { recordReceipt } from "../../convex/tracking/receipts/model";

/** What a sender wants left of a lease before it calls a provider. */
const SEND_BUDGET_MS = 35_000;

/** A message as a provider took it: what a person finds in the mailbox. */
export type Taken = { queueId: Id<"messageQueue">; connectionId: Id<"connections">; key: string; id: string };

/** A claimed message in a sender's hands. */
type InHand = { queueId: Id<"messageQueue">; attempt: number; connectionId: Id<"connections">; key: string };

/** What a provider does with a request. `deaf`: it takes the message, and its answer is lost. */
export type Behaviour = "takes" | "deaf" | "silent" | "crash" | ErrorClass;

/**
 * The delivery core with providers whose every message is counted, and a sender that can be stopped at any point. Nothing
 * runs by itself: the test claims, calls, records and lets time pass. Providers that honour our key remember it.
 */
export class DeliveryWorld {
  readonly taken: Taken[] = [];
  /** Claimed by the dispatcher, and not handed to a provider yet. */
  readonly inHand: InHand[] = [];
  /** Answers on their way back. */
  readonly answers: { inHand: InHand; result: SendResult }[] = [];
  private readonly claimed = new Set<string>();
  private receipts = 0;

  constructor(
    private readonly t: Convex,
    private readonly workspace: Workspace,
  ) {}

  async enqueue(name: string, overrides: Parameters<typeof queueText>[2] = {}): Promise<Id<"messageQueue">> {
    return (await queueText(this.t, this.workspace, { idempotencyKey: name, ...overrides })).queueId;
  }

  /** One run of the dispatcher; what it claims is in the sender's hands afterwards. */
  async dispatch(): Promise<void> {
    const shard = shardOf(this.workspace.contactId);
    await this.t.mutation(internal.delivery.jobs.dispatch, { lane: "transactional", shard });
    for (const row of await allRows(this.t, "messageQueue")) this.pickUp(row);
  }

  private pickUp(row: Doc<"messageQueue">): void {
    if (row.state.kind !== "sending" || row.connectionId === undefined) return;
    const { attempt } = row.state;
    const name = `${row._id}:${attempt}`;
    if (this.claimed.has(name)) return;
    this.claimed.add(name);
    this.inHand.push({ queueId: row._id, attempt, connectionId: row.connectionId, key: keyOf(row) });
  }

  /** The sender calls the provider of its `index`-th message. */
  async call(index: number, behaviour: Behaviour): Promise<void> {
    const [inHand] = this.inHand.splice(index, 1);
    if (inHand === undefined || behaviour === "crash") return;
    if (!(await this.isInTime(inHand))) {
      this.answers.push({ inHand, result: { kind: "not_started" } });
      return;
    }
    const connection = await this.connection(inHand.connectionId);
    // The secrets left with the account: nothing can be sent.
    if (connection === null) return;
    const known = CATALOGUE[connection.provider].honoursKey ? this.takenUnder(inHand) : undefined;
    const result = this.answerTo(inHand, behaviour, known);
    this.answers.push({ inHand, result });
  }

  // A sender starts nothing that could outlive its lease (nodeJobs/sender.ts).
  private async isInTime({ queueId, attempt }: InHand): Promise<boolean> {
    const { state } = await this.row(queueId);
    return state.kind === "sending" && state.attempt === attempt && state.leaseUntil - Date.now() >= SEND_BUDGET_MS;
  }

  private answerTo(inHand: InHand, behaviour: Behaviour, known: Taken | undefined): SendResult {
    switch (behaviour) {
      case "takes":
        return { kind: "accepted", providerMessageId: (known ?? this.take(inHand)).id };
      case "deaf":
        if (known === undefined) this.take(inHand);
        return { kind: "lost", reason: "no answer" };
      case "silent":
      case "crash":
        return { kind: "lost", reason: "no answer" };
      case "permanent":
      case "invalid_address":
      case "window_closed":
      case "opted_out":
        // What it took under this key it does not refuse now: it answers as it did the first time.
        if (known !== undefined) return { kind: "accepted", providerMessageId: known.id };
        return refused(behaviour);
      case "transient":
      case "rate_limited":
      case "config":
        return refused(behaviour);
    }
  }

  private take({ queueId, connectionId, key }: InHand): Taken {
    const taken = { queueId, connectionId, key, id: `p-${this.taken.length}` };
    this.taken.push(taken);
    return taken;
  }

  private takenUnder({ connectionId, key }: Pick<InHand, "connectionId" | "key">): Taken | undefined {
    return this.taken.find((taken) => taken.connectionId === connectionId && taken.key === key);
  }

  /** The provider (or, `isOurs`, our own side) refuses the `index`-th message, and that is recorded. */
  async refuse(index: number, failure: Failure, { isOurs }: { isOurs?: true } = {}): Promise<void> {
    const [inHand] = this.inHand.splice(index, 1);
    if (inHand === undefined) throw new Error("No message is in the sender's hands.");
    await this.settle(inHand, { kind: "refused", failure }, isOurs);
  }

  /** Records the `index`-th answer; `again` leaves it there to come once more. */
  async record(index: number, again = false): Promise<void> {
    const answer = this.answers[index];
    if (answer === undefined) return;
    if (!again) this.answers.splice(index, 1);
    await this.settle(answer.inHand, answer.result);
  }

  private async settle({ queueId, attempt }: InHand, result: SendResult, isOurs?: true): Promise<void> {
    const settlements = [{ queueId, attempt, result, tookMs: 5, isOurs }];
    const queue = { lane: "transactional", shard: shardOf(this.workspace.contactId) } as const;
    await this.t.mutation(internal.delivery.jobs.exchange, { ...queue, settlements, room: 0 });
  }

  /** The sender dies: what it held and the answers it had are gone. */
  crash(): void {
    this.inHand.length = 0;
    this.answers.length = 0;
  }

  /** A provider's report about what it took. */
  async receipt(
    index: number,
    kind: "sent" | "delivered" | "failed" | "bounced",
    byKey: boolean,
    failure: Failure = { class: "permanent", reason: "reported" },
  ): Promise<void> {
    const taken = this.taken[index];
    if (taken === undefined) return;
    const about = byKey ? { reference: taken.key } : {};
    const { orgId } = this.workspace;
    await inMutation(this.t, (ctx) =>
      recordReceipt(ctx, {
        orgId,
        connectionId: taken.connectionId,
        kind,
        at: Date.now(),
        providerMessageId: taken.id,
        ...about,
        ...(kind === "failed" || kind === "bounced" ? { failure } : {}),
        dedupeKey: `receipt-${(this.receipts += 1)}`,
      }),
    );
  }

  /** Lets time pass and the minutely sweep run; providers that are being asked answer, `able` to or not. */
  async pass(ms: number, able: boolean): Promise<void> {
    vi.setSystemTime(Date.now() + ms);
    await this.t.mutation(internal.delivery.jobs.sweep, {});
    for (const row of await allRows(this.t, "messageQueue")) {
      if (row.state.kind !== "sending" || row.state.isAsking !== true) continue;
      const finding = able ? this.finding(row) : ({ kind: "cannot_say", reason: "not reached" } as const);
      await this.t.mutation(internal.delivery.jobs.settleFinding, {
        queueId: row._id,
        attempt: row.state.attempt,
        finding,
      });
    }
  }

  private finding(row: Doc<"messageQueue">): Finding {
    const { connectionId } = row;
    if (connectionId === undefined) throw new Error("Nobody to be asked.");
    const taken = this.takenUnder({ connectionId, key: keyOf(row) });
    return taken === undefined ? { kind: "absent" } : { kind: "found", providerMessageId: taken.id };
  }

  async connection(connectionId: Id<"connections">): Promise<Doc<"connections"> | null> {
    return await this.t.run(async (ctx) => await ctx.db.get("connections", connectionId));
  }

  async change(connectionId: Id<"connections">, change: Partial<Doc<"connections">> | null): Promise<void> {
    await inMutation(this.t, async (ctx) => {
      if ((await ctx.db.get("connections", connectionId)) === null) return;
      if (change === null) await ctx.db.delete("connections", connectionId);
      else await ctx.db.patch("connections", connectionId, change);
    });
  }

  async cancel(queueId: Id<"messageQueue">): Promise<void> {
    await inMutation(this.t, (ctx) => cancelMessage(ctx, queueId, "test"));
  }

  async move(queueId: Id<"messageQueue">, byMs: number): Promise<void> {
    await inMutation(this.t, (ctx) => moveMessage(ctx, queueId, Date.now() + byMs));
  }

  async row(queueId: Id<"messageQueue">): Promise<Doc<"messageQueue">> {
    return await rowOf(this.t, queueId);
  }

  /** How often a person has a message. */
  copiesOf(queueId: Id<"messageQueue">): number {
    return this.taken.filter((taken) => taken.queueId === queueId).length;
  }
}

function refused(errorClass: ErrorClass): SendResult {
  return { kind: "refused", failure: { class: errorClass, reason: errorClass } };
}

/**
 * A workspace with two e-mail accounts that honour our key, the first tried before the second, no other channel and no
 * quiet hours.
 */
export async function worldOfTwoAccounts() {
  const t = setupConvex();
  const workspace = await makeWorkspace(t);
  const { orgId } = workspace;
  const account = (name: string) =>
    inMutation(t, (ctx) =>
      createConnection(ctx, { orgId, channel: "email", provider: "sandbox", name, ratePerSecond: 100 }),
    );
  await inMutation(t, async (ctx) => {
    await ctx.db.patch("organisations", orgId, { quietHours: { start: "00:00", end: "00:00" } });
    for (const connectionId of Object.values(workspace.connections)) await ctx.db.delete("connections", connectionId);
  });
  const [first, second] = [await account("First"), await account("Second")];
  const world = new DeliveryWorld(t, workspace);
  return {
    t,
    workspace,
    world,
    first,
    second,
    /** Waits until the message is due again and lets the dispatcher have a look at it. */
    due: async (queueId: Id<"messageQueue">): Promise<Doc<"messageQueue">> => {
      const { dueAt } = await world.row(queueId);
      await world.pass(Math.max(0, dueAt - Date.now()), true);
      await world.dispatch();
      return await world.row(queueId);
    },
    /** The answer of the message that has been in the sender's hands the longest. */
    answer: async (behaviour: Behaviour): Promise<void> => {
      await world.call(0, behaviour);
      await world.record(0);
    },
    lines: (queueId: Id<"messageQueue">) => inMutation(t, (ctx) => explain(ctx, queueId)),
  };
}
