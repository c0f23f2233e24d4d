import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx } from "../_generated/server";
import { channelByAddress, getChannelByPublicId } from "../connections/model";
import { appError, asAppError } from "../lib/errors";
import { internalAction, internalMutation, internalQuery } from "../lib/functions";
import { log, reasonOf } from "../lib/log";
import { takeToken } from "../lib/rateLimits";
import { mailboxAddresses, renewMailboxSecret } from "./mailboxes/model";
import {
  processAlone,
  pruneRawEvents,
  recordAttempt,
  replayRawEvent,
  requireRawEvent,
  storeRawEvent,
  sweepLost,
} from "./model";
import { endWakeUp, waitingIn } from "./model/queues";
import { PROCESSORS } from "./processors";
import { vRawEventKind, vRawEventState, type RawEventKind, type RawEventState } from "./schema";

const vBody = v.union(
  v.object({ kind: v.literal("text"), text: v.string() }),
  v.object({ kind: v.literal("file"), storageId: v.id("_storage"), sizeBytes: v.number() }),
);
export type RawBody = Infer<typeof vBody>;

/**
 * Runs the mutation that processes a raw event, as a transaction within this one, and records what went wrong, if
 * anything did. For events whose body lies in the row: no action is needed for them.
 */
export const processInline = internalMutation({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const { kind, state } = await requireRawEvent(ctx, rawEventId);
    const processor = PROCESSORS[kind];
    if (state.kind !== "received" || processor.type !== "mutation") return null;
    try {
      await ctx.runMutation(processor.ref, { rawEventId });
    } catch (thrown) {
      await recordAttempt(ctx, rawEventId, problemOf(rawEventId, kind, thrown));
    }
    return null;
  },
});

/**
 * Processes the events that wait together, as one transaction within this one. One that spoils it for the others is found
 * by trying each by itself, with its own record of what went wrong.
 */
export const processWaiting = internalMutation({
  args: { queue: v.string() },
  returns: v.null(),
  handler: async (ctx, { queue }): Promise<null> => {
    const waiting = await waitingIn(ctx, queue);
    await endWakeUp(ctx, queue, waiting.length === 0 ? 0 : await processTogether(ctx, waiting));
    return null;
  },
});

async function processTogether(ctx: MutationCtx, events: readonly Doc<"rawEvents">[]): Promise<number> {
  const kind = events[0]?.kind;
  const processor = kind === undefined ? undefined : PROCESSORS[kind];
  try {
    if (processor?.type !== "mutation" || processor.manyRef === undefined)
      throw new Error("Nothing reads them together.");
    const done = await ctx.runMutation(processor.manyRef, { rawEventIds: events.map(({ _id }) => _id) });
    if (done > 0) return done;
    throw new Error("Nothing was read.");
  } catch (thrown) {
    log.warn("intake.apart", { kind, events: events.length, reason: reasonOf(thrown) });
    for (const event of events) await processAlone(ctx, event);
    return events.length;
  }
}

/** Runs the action that processes a raw event and records what went wrong, if anything did. */
export const process = internalAction({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const event: { kind: RawEventKind; state: RawEventState } = await ctx.runQuery(internal.intake.jobs.stateOf, {
      rawEventId,
    });
    if (event.state.kind !== "received") return null;
    const processor = PROCESSORS[event.kind];
    try {
      const ref = processor.type === "action" ? processor.ref : processor.fileRef;
      if (ref === undefined) throw new Error(`Nothing reads a body of ${event.kind} in file storage.`);
      await ctx.runAction(ref, { rawEventId });
    } catch (thrown) {
      const error = problemOf(rawEventId, event.kind, thrown);
      await ctx.runMutation(internal.intake.jobs.noteAttempt, { rawEventId, error });
    }
    return null;
  },
});

function problemOf(rawEventId: Id<"rawEvents">, kind: RawEventKind, thrown: unknown) {
  const { code, message, field } = asAppError(thrown) ?? { code: "unexpected", message: reasonOf(thrown) };
  log.warn("intake.attempt_failed", { rawEventId, kind, code, reason: message });
  return { code, message, field };
}

/** Kind and state of a raw event. */
export const stateOf = internalQuery({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.object({ kind: vRawEventKind, state: vRawEventState }),
  handler: async (ctx, { rawEventId }) => {
    const { kind, state } = await requireRawEvent(ctx, rawEventId);
    return { kind, state };
  },
});

/** Counts a failed attempt: rejects, retries or gives up (see `recordAttempt`). */
export const noteAttempt = internalMutation({
  args: {
    rawEventId: v.id("rawEvents"),
    error: v.object({ code: v.string(), message: v.string(), field: v.optional(v.string()) }),
  },
  returns: v.null(),
  handler: async (ctx, { rawEventId, error }): Promise<null> => {
    await recordAttempt(ctx, rawEventId, error);
    return null;
  },
});

/**
 * The e-mail channel a webhook address names, if it accepts webhooks at all; null otherwise. Takes one token of the
 * channel's rate limit: throws `rate_limited`.
 */
export const admit = internalMutation({
  args: { channelKey: v.string() },
  returns: v.union(
    v.null(),
    v.object({ orgId: v.id("organisations"), channelId: v.id("channels"), secretHash: v.string() }),
  ),
  handler: async (
    ctx,
    { channelKey },
  ): Promise<{ orgId: Id<"organisations">; channelId: Id<"channels">; secretHash: string } | null> => {
    const channel = await getChannelByPublicId(ctx, channelKey);
    // One that is switched off takes in mail too: what a provider gives up on is lost for good.
    if (channel?.inboundSecretHash === undefined) return null;
    await takeToken(ctx, "webhook", channel._id);
    return { orgId: channel.orgId, channelId: channel._id, secretHash: channel.inboundSecretHash };
  },
});

/**
 * Lets the inbox channel of an own address take in e-mail over webhooks:
 * `npx convex run intake/jobs:openMailbox '{"address": "info@example.org"}'`. Answers where Postmark or a mail server is
 * to post, and the password of HTTP Basic, which can be read only here; calling again replaces it. Throws `not_found`.
 */
export const openMailbox = internalMutation({
  args: { address: v.string() },
  returns: v.object({ postmarkUrl: v.string(), rawEmailUrl: v.string(), secret: v.string() }),
  handler: async (ctx, { address }): Promise<{ postmarkUrl: string; rawEmailUrl: string; secret: string }> => {
    const channel = await channelByAddress(ctx, address.trim().toLowerCase());
    if (channel === null) throw appError("not_found", "No inbox channel receives at this address.");
    return { ...mailboxAddresses(channel._id), secret: await renewMailboxSecret(ctx, channel) };
  },
});

/** Keeps an inbound event for HTTP handlers, which have no database of their own. */
export const store = internalMutation({
  args: {
    orgId: v.id("organisations"),
    kind: vRawEventKind,
    sourceId: v.string(),
    dedupeKey: v.string(),
    body: vBody,
    cutFromBytes: v.optional(v.number()),
    state: v.optional(vRawEventState),
  },
  returns: v.object({ rawEventId: v.id("rawEvents"), isNew: v.boolean() }),
  handler: async (ctx, event): Promise<{ rawEventId: Id<"rawEvents">; isNew: boolean }> => storeRawEvent(ctx, event),
});

/** Processes a rejected or failed event once more: `npx convex run intake/jobs:replay '{"rawEventId": "…"}'`. */
export const replay = internalMutation({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    await replayRawEvent(ctx, rawEventId);
    return null;
  },
});

/** Picks up events whose job was lost. Run every few minutes. */
export const sweep = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    const lost = await sweepLost(ctx, Date.now());
    if (lost > 0) log.warn("intake.jobs_lost", { lost });
    return null;
  },
});

/** Removes events past their retention, batch after batch. Run daily. */
export const prune = internalMutation({
  args: {},
  returns: v.null(),
  handler: async (ctx): Promise<null> => {
    if (await pruneRawEvents(ctx, Date.now())) await ctx.scheduler.runAfter(0, internal.intake.jobs.prune, {});
    return null;
  },
});
