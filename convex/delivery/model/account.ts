import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { afterFailure, afterSuccess, beginProbe, gate, type BreakerFailure } from "../../connections/breaker";
import { saveBreaker } from "../../connections/model";
import type { Breaker } from "../../connections/schema";
import { fullBucket, rateOf, takeToken } from "../flow/bucket";
import { healthOf, observe, pausedUntil, type Health } from "../flow/health";
import type { Bucket, ProviderPause, Recent } from "../flow/schema";
import type { ErrorClass, Lane } from "../schema";
import type { Settings } from "../settings/schema";
import { flowOf, saveFlow } from "./flows";

/** Failures a healthy provider does not have; a refused recipient is none of them. */
const SPEAKS_AGAINST_PROVIDER: readonly string[] = ["transient", "config", "rate_limited"] satisfies ErrorClass[];

/**
 * One connection within one transaction over many messages: what it learns about it (breaker, tokens, health, the pause
 * its provider asked for) is kept here and written once, by `save`.
 */
export class Account {
  private breaker: Breaker;
  private bucket: Bucket | undefined;
  private pause: ProviderPause | undefined;
  private recent: Recent | undefined;
  private hasFlowChanged = false;
  /** Until when it may send no more, by its rate; undefined when it may. */
  dryUntil: number | undefined;

  private constructor(
    readonly connection: Doc<"connections">,
    private readonly row: Doc<"connectionFlows"> | null,
    private readonly settings: Settings,
    private readonly now: number,
  ) {
    this.breaker = connection.breaker;
    this.bucket = row?.bucket;
    this.pause = row?.pause;
    this.recent = row?.recent;
  }

  static async open(ctx: QueryCtx, connection: Doc<"connections">, settings: Settings, now: number): Promise<Account> {
    return new Account(connection, await flowOf(ctx, connection._id), settings, now);
  }

  get id(): Id<"connections"> {
    return this.connection._id;
  }

  get health(): Health {
    const { breaker, recent, pause } = this;
    return healthOf({ breaker, recent, pause }, this.settings.trackingSettings.performanceMetrics, this.now);
  }

  /** What its breaker says, and when to ask it again where it is open. */
  get gate(): { answer: ReturnType<typeof gate>; opensAt: number | null } {
    const answer = gate(this.breaker, this.now);
    return { answer, opensAt: this.breaker.kind === "open" ? this.breaker.until : null };
  }

  /** When the pause its provider asked for ends; `now` when there is none. */
  get pausedUntil(): number {
    return pausedUntil(this.pause, this.now);
  }

  /** The one message that finds out whether the provider is back; nothing while the breaker is closed. */
  beginProbe(): void {
    if (this.breaker.kind !== "closed") this.breaker = beginProbe(this.breaker, this.now);
  }

  /** Takes leave to send one message. False when the rate is used up: `dryUntil` then says until when. */
  takeToken(lane: Lane): boolean {
    const { burstSeconds } = this.settings.deliverySettings.rateLimits;
    const rate = rateOf(this.connection.ratePerSecond, burstSeconds);
    const taken = takeToken(this.bucket ?? fullBucket(rate, this.now), lane, rate, this.now);
    this.bucket = taken.bucket;
    this.hasFlowChanged = true;
    if (taken.waitMs > 0) this.dryUntil = this.now + taken.waitMs;
    return taken.waitMs === 0;
  }

  /** Learns from one answer of the provider. */
  learn({ failure, tookMs, pauseMs = 0 }: { failure: BreakerFailure | null; tookMs: number; pauseMs?: number }): void {
    this.breaker = failure === null ? afterSuccess() : afterFailure(this.breaker, failure, this.now);
    const isFailure = failure !== null && SPEAKS_AGAINST_PROVIDER.includes(failure.class);
    const { performanceMetrics } = this.settings.trackingSettings;
    this.recent = observe(this.recent, [{ isFailure, tookMs }], performanceMetrics, this.now);
    if (failure !== null && pauseMs > 0) this.pause = { from: this.now, forMs: pauseMs, reason: failure.reason };
    this.hasFlowChanged = true;
  }

  async save(ctx: MutationCtx): Promise<void> {
    await saveBreaker(ctx, this.connection, this.breaker);
    if (!this.hasFlowChanged) return;
    const { bucket, pause, recent } = this;
    const key = { orgId: this.connection.orgId, connectionId: this.id };
    await saveFlow(ctx, key, this.row, { bucket, pause, recent });
  }
}
