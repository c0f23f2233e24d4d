"use node";

import { log, reasonOf } from "../../lib/log";
import type { Parcel } from "../model/outgoing";
import type { Settlement } from "../model/settle";
import type { Carrier, Carried } from "./carrier";

/** Messages of one lane and shard that are with their providers at the same time. */
const CONCURRENCY = 25;

/** Messages a sender holds: those that are with their providers, and what it takes next while answers are recorded. */
const WINDOW = 50;

/** No send is started with less than this left of its lease: the longest an adapter may take. */
const SEND_BUDGET_MS = 35_000;

/**
 * How long an answer waits for those of the other messages in hand: a transaction costs the same for one answer and for
 * all, and so does its commit. They wait with the provider, not with the queue.
 */
const GATHER_MS = 50;

/** A sender takes no more after this and leaves the rest to a new one: actions have ten minutes. */
const MAX_RUN_MS = 4 * 60_000;

type Exchange = (settlements: Settlement[], room: number) => Promise<Parcel>;

/**
 * Keeps a connection pool of providers busy: sends what it holds, hands the answers over in one group - when all are there, or
 * the first has waited for the others long enough - and takes as many further messages as it has room for. While one group is
 * being recorded the next one gathers.
 */
export class Sender {
  private readonly startedAt = performance.now();
  private readonly waiting: Carried[] = [];
  private answers: Settlement[] = [];
  private sending = 0;
  private exchanging: Promise<void> | null = null;
  private done: (() => void) | null = null;
  /** Runs while answers wait for others. */
  private gathering: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly carrier: Carrier,
    private readonly exchange: Exchange,
  ) {}

  /** Resolves when everything it took is sent and recorded, or cannot be recorded: leases deal with that. */
  async run(first: Parcel): Promise<void> {
    const ended = new Promise<void>((resolve) => (this.done = resolve));
    await this.take(first);
    this.goOn();
    await ended;
  }

  private async take(parcel: Parcel): Promise<void> {
    this.answers.push(...parcel.broken.map(({ reason, ...key }) => brokenMessage(key, reason)));
    this.waiting.push(...(await this.carrier.unpack(parcel)));
  }

  private goOn(): void {
    while (this.sending < CONCURRENCY) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      this.sending += 1;
      void this.sendOne(next);
    }
    if (this.answers.length > 0 && this.exchanging === null) this.handOver();
    const isIdle = this.sending === 0 && this.waiting.length === 0 && this.answers.length === 0;
    if (isIdle && this.exchanging === null) this.done?.();
  }

  private handOver(): void {
    const isComplete = this.sending === 0 && this.waiting.length === 0;
    if (!isComplete) {
      this.gathering ??= setTimeout(() => this.endGathering(), GATHER_MS);
      return;
    }
    this.exchanging = this.exchangeAnswers();
  }

  private endGathering(): void {
    this.gathering = null;
    if (this.answers.length > 0) this.exchanging ??= this.exchangeAnswers();
  }

  private async sendOne(message: Carried): Promise<void> {
    // The list may be another one once the answer is there: it is looked up then.
    const answer = await this.answerTo(message);
    this.answers.push(answer);
    this.sending -= 1;
    this.goOn();
  }

  private async answerTo(message: Carried): Promise<Settlement> {
    const { queueId, attempt } = message.outgoing;
    if (message.leaseEndsAt - performance.now() < SEND_BUDGET_MS) {
      return { queueId, attempt, result: { kind: "not_started" }, tookMs: 0 };
    }
    try {
      return await this.carrier.send(message);
    } catch (thrown) {
      // Nothing left: what happens from the provider's call on comes as a result, so this is ours (a template, a file).
      return brokenMessage({ queueId, attempt }, reasonOf(thrown));
    }
  }

  private async exchangeAnswers(): Promise<void> {
    if (this.gathering !== null) clearTimeout(this.gathering);
    this.gathering = null;
    const group = this.answers;
    this.answers = [];
    const mayTake = performance.now() - this.startedAt < MAX_RUN_MS;
    const room = mayTake ? WINDOW - this.sending - this.waiting.length : 0;
    try {
      await this.take(await this.exchange(group, room));
    } catch (thrown) {
      log.error("delivery.exchange_failed", { size: group.length, reason: reasonOf(thrown) });
      for (const answer of group) await this.recordAlone(answer);
    }
    this.exchanging = null;
    this.goOn();
  }

  // One answer that cannot be recorded must not make the others of its group look lost.
  private async recordAlone(answer: Settlement): Promise<void> {
    try {
      await this.exchange([answer], 0);
    } catch (thrown) {
      log.error("delivery.answer_lost", { queueId: answer.queueId, reason: reasonOf(thrown) });
    }
  }
}

function brokenMessage(key: Pick<Settlement, "queueId" | "attempt">, reason: string): Settlement {
  log.error("delivery.broken_message", { queueId: key.queueId, reason });
  const failure = { class: "permanent", code: "internal", reason } as const;
  return { ...key, result: { kind: "refused", failure }, tookMs: 0, isOurs: true };
}
