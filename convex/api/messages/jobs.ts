import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { finishRawEvent, recordAttempt, requireRawEvent, storeRawEvent } from "../../intake/model";
import { asAppError } from "../../lib/errors";
import { internalAction, internalMutation, internalQuery } from "../../lib/functions";
import { callerOf, vApiCaller } from "../model";
import { readBody, submit } from "./http";
import { acceptMessage, cancel, readMessage, vApiMessage, vApiMessageView, vApiMessageWithDecisions } from "./model";

const vProblem = v.object({ code: v.string(), message: v.string(), field: v.optional(v.string()) });

/** What became of one message of a request: queued (or known already), or refused with the field. */
const vAccepted = v.union(
  v.object({ ok: v.literal(true), isNew: v.boolean(), message: vApiMessageView }),
  v.object({ ok: v.literal(false), problem: vProblem }),
);
export type Accepted = Infer<typeof vAccepted>;

/** Queues one message in a transaction of its own. */
export const acceptOne = internalMutation({
  args: { caller: vApiCaller, message: vApiMessage },
  returns: v.object({ isNew: v.boolean(), message: vApiMessageView }),
  handler: async (ctx, { caller, message }) => await acceptMessage(ctx, caller, message),
});

/** Queues the messages of a request; one that cannot be queued does not keep the others back. */
export const accept = internalMutation({
  args: { caller: vApiCaller, messages: v.array(vApiMessage) },
  returns: v.array(vAccepted),
  handler: async (ctx, { caller, messages }): Promise<Accepted[]> => {
    const results: Accepted[] = [];
    for (const message of messages) {
      try {
        const accepted = await ctx.runMutation(internal.api.messages.jobs.acceptOne, { caller, message });
        results.push({ ok: true, ...accepted });
      } catch (thrown) {
        const problem = asAppError(thrown);
        if (problem === null) throw thrown;
        results.push({ ok: false, problem: { code: problem.code, message: problem.message, field: problem.field } });
      }
    }
    return results;
  },
});

/** One message with its decisions. Throws `not_found`. */
export const get = internalQuery({
  args: { orgId: v.id("organisations"), id: v.string() },
  returns: vApiMessageWithDecisions,
  handler: async (ctx, { orgId, id }) => await readMessage(ctx, orgId, id),
});

/** Takes a waiting message back. Throws `conflict` when it is too late. */
export const cancelOne = internalMutation({
  args: { caller: vApiCaller, id: v.string() },
  returns: vApiMessageView,
  handler: async (ctx, { caller, id }) => await cancel(ctx, caller, id),
});

const vStoredBody = v.union(
  v.object({ kind: v.literal("text"), text: v.string() }),
  v.object({ kind: v.literal("file"), storageId: v.id("_storage"), sizeBytes: v.number() }),
);

/** Keeps a signed request that could not be read, so that it can be replayed (design rule 10). */
export const keepRejected = internalMutation({
  args: {
    caller: vApiCaller,
    dedupeKey: v.string(),
    body: vStoredBody,
    problem: vProblem,
  },
  returns: v.null(),
  handler: async (ctx, { caller, dedupeKey, body, problem }): Promise<null> => {
    const { code, message: reason, field } = problem;
    const state = { kind: "rejected" as const, at: Date.now(), code, reason, field };
    const { orgId, apiKeyId: sourceId } = caller;
    await storeRawEvent(ctx, { orgId, kind: "message_api", sourceId, dedupeKey, body, state });
    return null;
  },
});

/** What a replay needs of a kept request; null when it is processed already. */
export const keptRequest = internalQuery({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.union(v.null(), v.object({ caller: vApiCaller, dedupeKey: v.string(), body: vStoredBody })),
  handler: async (ctx, { rawEventId }) => {
    const { orgId, sourceId, dedupeKey, body, state } = await requireRawEvent(ctx, rawEventId);
    const apiKeyId = ctx.db.normalizeId("apiKeys", sourceId);
    if (state.kind !== "received" || apiKeyId === null) return null;
    return { caller: await callerOf(ctx, orgId, apiKeyId), dedupeKey, body };
  },
});

/** Records how a replay ended. */
export const finishReplay = internalMutation({
  args: { rawEventId: v.id("rawEvents"), queueId: v.optional(v.string()), problem: v.optional(vProblem) },
  returns: v.null(),
  handler: async (ctx, { rawEventId, queueId, problem }): Promise<null> => {
    if (problem === undefined) {
      await finishRawEvent(ctx, rawEventId, { kind: "processed", result: `message ${queueId ?? ""}` });
    } else {
      await recordAttempt(ctx, rawEventId, problem);
    }
    return null;
  },
});

/** Processes a kept request again: queueing is idempotent by its key, so a repeated run makes one message. */
export const replay = internalAction({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const kept = await ctx.runQuery(internal.api.messages.jobs.keptRequest, { rawEventId });
    if (kept === null) return null;
    const text = await readBody(ctx, kept.body);
    const result = await submit(ctx, kept.caller, text, kept.dedupeKey);
    const finish: {
      queueId?: Id<"messageQueue"> | string;
      problem?: { code: string; message: string; field?: string };
    } = result.ok ? { queueId: result.message.id } : { problem: result.problem };
    await ctx.runMutation(internal.api.messages.jobs.finishReplay, { rawEventId, ...finish });
    return null;
  },
});
