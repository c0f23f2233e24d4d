import { literals } from "convex-helpers/validators";
import { v } from "convex/values";
import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import { getConnection, requireConnection } from "../../connections/model";
import { vProvider, type Provider } from "../../connections/schema";
import { connectionByPublicId } from "../../connections/webhooks/model";
import { finishKnownEvent, finishRawEvent, requireRawEvent, storeRawEvent } from "../../intake/model";
import { wakeQueue } from "../../intake/model/queues";
import { sha256Hex } from "../../lib/crypto";
import { internalAction, internalMutation, internalQuery } from "../../lib/functions";
import { takeToken } from "../../lib/rateLimits";
import { appError } from "../../lib/errors";
import { applyItems, itemsOf, ReportApplier, type ReportCounts, type ReportItem } from "./model";

/** Facts of one request that one transaction applies; each costs some ten reads and a few writes. */
const ITEMS_PER_TRANSACTION = 100;

const vAccount = v.object({
  orgId: v.id("organisations"),
  connectionId: v.id("connections"),
  provider: vProvider,
  settings: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
  encryptedSecrets: v.optional(v.string()),
  secretHash: v.string(),
  /** Changes with anything of the above. */
  version: v.string(),
});

type Account = {
  orgId: Id<"organisations">;
  connectionId: Id<"connections">;
  provider: Provider;
  settings: Record<string, string | number | boolean>;
  encryptedSecrets?: string;
  secretHash: string;
  version: string;
};

/** What requests to a connection are verified with; null for one that takes none. */
async function accountOf(connection: Doc<"connections"> | null): Promise<Account | null> {
  if (connection?.webhookSecretHash === undefined) return null;
  const { _id: connectionId, orgId, provider, settings, encryptedSecrets, webhookSecretHash: secretHash } = connection;
  const facts = { orgId, connectionId, provider, settings, encryptedSecrets, secretHash };
  return { ...facts, version: await sha256Hex(JSON.stringify(facts)) };
}

/** The connection a webhook address names, with what its requests are verified with; null when it takes none. */
export const account = internalQuery({
  args: { connectionKey: v.string() },
  returns: v.union(v.null(), vAccount),
  handler: async (ctx, { connectionKey }): Promise<Account | null> =>
    await accountOf(await connectionByPublicId(ctx, connectionKey)),
});

/**
 * Keeps a verified request, or a mail in one, and schedules its reading. A known one changes nothing. With `isCounted` it takes a token of
 * the connection's rate limit: throws `rate_limited`.
 */
export const keep = internalMutation({
  args: {
    orgId: v.id("organisations"),
    connectionId: v.id("connections"),
    dedupeKey: v.string(),
    kind: literals("provider_webhook", "email_sendgrid", "email_mailgun"),
    isCounted: v.boolean(),
    body: v.union(
      v.object({ kind: v.literal("text"), text: v.string() }),
      v.object({ kind: v.literal("file"), storageId: v.id("_storage"), sizeBytes: v.number() }),
    ),
    /** The size of the whole: this is the beginning of a mail that is too large. */
    cutFromBytes: v.optional(v.number()),
  },
  returns: v.null(),
  handler: async (ctx, { connectionId, isCounted, ...event }): Promise<null> => {
    if (isCounted) await takeToken(ctx, "providerWebhook", connectionId);
    await storeRawEvent(ctx, { ...event, sourceId: connectionId });
    return null;
  },
});

/**
 * Keeps verified reports that came at the same time and schedules their reading. A known one changes nothing. "stale": the
 * account is not any more what the report was verified with, and nothing of it is kept.
 */
export const keepReports = internalMutation({
  args: {
    reports: v.array(
      v.object({ connectionId: v.id("connections"), version: v.string(), dedupeKey: v.string(), text: v.string() }),
    ),
  },
  returns: v.array(literals("kept", "stale")),
  handler: async (ctx, { reports }): Promise<("kept" | "stale")[]> => {
    const accounts = new Map<Id<"connections">, Account | null>();
    const queues = new Set<string>();
    const outcomes: ("kept" | "stale")[] = [];
    for (const { connectionId, version, dedupeKey, text } of reports) {
      const known = accounts.get(connectionId);
      const current = known === undefined ? await accountOf(await getConnection(ctx, connectionId)) : known;
      accounts.set(connectionId, current);
      outcomes.push(current?.version === version ? "kept" : "stale");
      if (current?.version !== version) continue;
      const event = { orgId: current.orgId, sourceId: connectionId, kind: "provider_webhook", dedupeKey } as const;
      await storeRawEvent(ctx, { ...event, body: { kind: "text", text } }, queues);
    }
    for (const queue of queues) await wakeQueue(ctx, queue);
    return outcomes;
  },
});

/** Reads a request that lies in its row and applies what it says; a request with many facts goes on in an action. */
export const process = internalMutation({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const event = await requireRawEvent(ctx, rawEventId);
    if (event.state.kind === "processed" || event.body.kind !== "text") return null;
    const connection = await sourceOf(ctx, event);
    const items = itemsOf(connection, event.body.text, event.receivedAt);
    const counts = await applyItems(ctx, connection, items);
    await finishRawEvent(ctx, rawEventId, { kind: "processed", result: resultOf(counts) });
    return null;
  },
});

/** The same for many requests to one connection, the oldest first; stops where one transaction has enough facts. */
export const processMany = internalMutation({
  args: { rawEventIds: v.array(v.id("rawEvents")) },
  returns: v.number(),
  handler: async (ctx, { rawEventIds }): Promise<number> => {
    const requests: { event: Doc<"rawEvents">; items: ReportItem[] }[] = [];
    let connection: Doc<"connections"> | null = null;
    let facts = 0;
    for (const rawEventId of rawEventIds) {
      const event = await requireRawEvent(ctx, rawEventId);
      if (event.body.kind !== "text") throw appError("invalid", "The body of this request is not in its row.");
      connection ??= await sourceOf(ctx, event);
      const items = itemsOf(connection, event.body.text, event.receivedAt);
      facts += items.length;
      if (requests.length > 0 && facts > ITEMS_PER_TRANSACTION) break;
      requests.push({ event, items });
    }
    if (connection === null) return 0;
    const applier = await ReportApplier.forItems(
      ctx,
      connection,
      requests.flatMap(({ items }) => items),
    );
    for (const { event, items } of requests) {
      await finishKnownEvent(ctx, event, { kind: "processed", result: resultOf(await applier.apply(items)) });
    }
    await applier.flush();
    return requests.length;
  },
});

/** The same for a request in file storage, which may say a thousand things: slice by slice. */
export const processFile = internalAction({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.null(),
  handler: async (ctx, { rawEventId }): Promise<null> => {
    const storageId: Id<"_storage"> | null = await ctx.runQuery(internal.tracking.providerHooks.jobs.fileOf, {
      rawEventId,
    });
    const blob = storageId === null ? null : await ctx.storage.get(storageId);
    if (blob === null) throw appError("not_found", "The stored request is gone.");
    const text = await blob.text();
    for (let from: number | null = 0; from !== null;) {
      from = await ctx.runMutation(internal.tracking.providerHooks.jobs.applySlice, { rawEventId, text, from });
    }
    return null;
  },
});

/** Where the body of a raw event lies, or null when it lies in its row. */
export const fileOf = internalQuery({
  args: { rawEventId: v.id("rawEvents") },
  returns: v.union(v.null(), v.id("_storage")),
  handler: async (ctx, { rawEventId }): Promise<Id<"_storage"> | null> => {
    const { body } = await requireRawEvent(ctx, rawEventId);
    return body.kind === "file" ? body.storageId : null;
  },
});

/** Applies the next facts of a request. Returns where the following slice starts; null when it was the last. */
export const applySlice = internalMutation({
  args: { rawEventId: v.id("rawEvents"), text: v.string(), from: v.number() },
  returns: v.union(v.null(), v.number()),
  handler: async (ctx, { rawEventId, text, from }): Promise<number | null> => {
    const event = await requireRawEvent(ctx, rawEventId);
    if (event.state.kind === "processed") return null;
    const connection = await sourceOf(ctx, event);
    const items: ReportItem[] = itemsOf(connection, text, event.receivedAt);
    const counts = await applyItems(ctx, connection, items.slice(from, from + ITEMS_PER_TRANSACTION));
    const next = from + ITEMS_PER_TRANSACTION;
    if (next < items.length) return next;
    const result = items.length > ITEMS_PER_TRANSACTION ? `${items.length} facts` : resultOf(counts);
    await finishRawEvent(ctx, rawEventId, { kind: "processed", result });
    return null;
  },
});

async function sourceOf(
  ctx: Parameters<typeof requireConnection>[0],
  { orgId, sourceId }: Doc<"rawEvents">,
): Promise<Doc<"connections">> {
  const connectionId = ctx.db.normalizeId("connections", sourceId);
  if (connectionId === null) throw appError("not_found", "This connection does not exist.");
  return await requireConnection(ctx, orgId, connectionId);
}

function resultOf({ applied, early, known, inbound }: ReportCounts): string {
  const parts = Object.entries({ applied, early, known, inbound }).filter(([, count]) => count > 0);
  return parts.length === 0 ? "nothing to keep" : parts.map(([name, count]) => `${count} ${name}`).join(", ");
}
