import type { PaginationOptions } from "convex/server";
import { internal } from "../../../_generated/api";
import type { Doc, Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { seededUnit } from "../../../delivery/hash";
import { requireMessage } from "../../../delivery/model";
import { decryptSecret } from "../../../lib/crypto";
import { appError } from "../../../lib/errors";
import { HOUR_MS, MINUTE_MS } from "../../../lib/time";
import { viewOf } from "../../messages/model";
import { WEBHOOK_KINDS } from "../kinds";
import { endpointsOf, followHealth } from "../model";
import { nextOf } from "../schedule";
import type { Try } from "../schema";

const RETENTION_MS = 30 * 24 * HOUR_MS;
const PRUNE_BATCH = 200;
/** Standard Webhooks: payloads stay small; a chatty one carries ids instead. */
const MAX_BODY_CHARS = 20_000;
/** How late a delivery may be before its job is taken for lost: an action may run for ten minutes. */
const LOST_AFTER_MS = 11 * MINUTE_MS;
const SWEEP_BATCH = 100;

/** Queues an event for every endpoint that subscribes to it, once each. */
export async function queueEvent(ctx: MutationCtx, event: Doc<"domainEvents">): Promise<void> {
  const kind = WEBHOOK_KINDS.find((known) => known === event.kind);
  if (kind === undefined) return;
  const endpoints = await endpointsOf(ctx, event.orgId);
  const wanting = endpoints.filter((endpoint) => endpoint.isEnabled && endpoint.kinds.includes(kind));
  if (wanting.length === 0) return;
  const body = await bodyOf(ctx, event);
  for (const { _id: endpointId } of wanting) {
    const known = await ctx.db
      .query("webhookDeliveries")
      .withIndex("by_event", (q) => q.eq("eventId", event._id).eq("endpointId", endpointId))
      .first();
    if (known !== null) continue;
    const deliveryId = await ctx.db.insert("webhookDeliveries", {
      orgId: event.orgId,
      endpointId,
      eventId: event._id,
      kind,
      body,
      state: { kind: "waiting", dueAt: Date.now() },
      tries: [],
    });
    await ctx.scheduler.runAfter(0, internal.api.webhooks.nodeJobs.send, { deliveryId });
  }
}

/** `{type, timestamp, data}`: ids and essentials; a message as the REST API shows it. */
async function bodyOf(ctx: QueryCtx, { orgId, kind, at, subject, payload }: Doc<"domainEvents">): Promise<string> {
  const queueId = subject.queueId === undefined ? null : ctx.db.normalizeId("messageQueue", subject.queueId);
  const message = queueId === null ? {} : { message: viewOf(await requireMessage(ctx, orgId, queueId)) };
  const body = { type: kind, timestamp: new Date(at).toISOString(), data: { ...subject, ...payload, ...message } };
  const text = JSON.stringify(body);
  return text.length <= MAX_BODY_CHARS ? text : JSON.stringify({ ...body, data: subject });
}

/** What the sending job needs, or null when there is nothing to send (any more). Secrets are decrypted there. */
export async function loadDelivery(ctx: QueryCtx, deliveryId: Id<"webhookDeliveries">) {
  const delivery = await ctx.db.get("webhookDeliveries", deliveryId);
  if (delivery === null || delivery.state.kind !== "waiting") return null;
  const endpoint = await ctx.db.get("webhookEndpoints", delivery.endpointId);
  if (endpoint?.isEnabled !== true) return null;
  const { encryptedSecret, encryptedOldSecret, oldSecretUntil = 0 } = endpoint;
  const isRotating = encryptedOldSecret !== undefined && oldSecretUntil > Date.now();
  return {
    id: delivery.eventId,
    url: endpoint.url,
    body: delivery.body,
    encryptedSecrets: isRotating ? [encryptedSecret, encryptedOldSecret] : [encryptedSecret],
  };
}

/** Records a try and decides what follows; the endpoint's health follows too. */
export async function recordTry(
  ctx: MutationCtx,
  deliveryId: Id<"webhookDeliveries">,
  made: Try,
  retryAfterMs: number | undefined,
): Promise<void> {
  const delivery = await ctx.db.get("webhookDeliveries", deliveryId);
  if (delivery === null || delivery.state.kind !== "waiting") return;
  const tries = [...delivery.tries, made];
  const next = nextOf({ ...made, retryAfterMs }, tries.length, seededUnit(`${deliveryId}:${tries.length}`));
  switch (next.kind) {
    case "delivered":
      await ctx.db.patch("webhookDeliveries", deliveryId, { tries, state: { kind: "delivered", at: made.at } });
      break;
    case "failed":
      await ctx.db.patch("webhookDeliveries", deliveryId, {
        tries,
        state: { kind: "failed", at: made.at, reason: next.reason },
      });
      break;
    case "retry": {
      const state = { kind: "waiting" as const, dueAt: made.at + next.inMs };
      await ctx.db.patch("webhookDeliveries", deliveryId, { tries, state });
      await ctx.scheduler.runAfter(next.inMs, internal.api.webhooks.nodeJobs.send, { deliveryId });
    }
  }
  const isGone = next.kind === "failed" && next.isGone;
  await followHealth(ctx, delivery.endpointId, made.at, next.kind === "delivered", isGone);
}

/** The deliveries of an endpoint, newest first, with every try. */
export async function listDeliveries(
  ctx: QueryCtx,
  endpoint: Doc<"webhookEndpoints">,
  paginationOpts: PaginationOptions,
) {
  const result = await ctx.db
    .query("webhookDeliveries")
    .withIndex("by_endpoint", (q) => q.eq("endpointId", endpoint._id))
    .order("desc")
    .paginate(paginationOpts);
  return {
    ...result,
    page: result.page.map(({ _id, _creationTime, kind, body, state, tries }) => ({
      id: _id,
      createdAt: _creationTime,
      kind,
      body,
      state,
      tries,
    })),
  };
}

/** Sends an ended delivery again: same id and bytes. Throws `not_found`, or `conflict` while it waits. */
export async function replayDelivery(
  ctx: MutationCtx,
  orgId: Id<"organisations">,
  deliveryId: Id<"webhookDeliveries">,
): Promise<void> {
  const delivery = await ctx.db.get("webhookDeliveries", deliveryId);
  if (delivery === null || delivery.orgId !== orgId) throw appError("not_found", "This delivery does not exist.");
  if (delivery.state.kind === "waiting") throw appError("conflict", "This delivery is still being tried.");
  await ctx.db.patch("webhookDeliveries", deliveryId, { state: { kind: "waiting", dueAt: Date.now() }, tries: [] });
  await ctx.scheduler.runAfter(0, internal.api.webhooks.nodeJobs.send, { deliveryId });
}

/** Schedules again what a crash left without a job. */
export async function sweepDeliveries(ctx: MutationCtx, now: number): Promise<void> {
  const lost = await ctx.db
    .query("webhookDeliveries")
    .withIndex("by_due", (q) => q.eq("state.kind", "waiting").lt("state.dueAt", now - LOST_AFTER_MS))
    .take(SWEEP_BATCH);
  for (const { _id: deliveryId, endpointId } of lost) {
    const endpoint = await ctx.db.get("webhookEndpoints", endpointId);
    if (endpoint?.isEnabled === true) {
      await ctx.db.patch("webhookDeliveries", deliveryId, { state: { kind: "waiting", dueAt: now } });
      await ctx.scheduler.runAfter(0, internal.api.webhooks.nodeJobs.send, { deliveryId });
    } else {
      const state = { kind: "failed" as const, at: now, reason: "The endpoint was switched off." };
      await ctx.db.patch("webhookDeliveries", deliveryId, { state });
    }
  }
}

/** Removes one batch of deliveries past their retention. Returns true when there may be more. */
export async function pruneDeliveries(ctx: MutationCtx, now: number): Promise<boolean> {
  const old = await ctx.db
    .query("webhookDeliveries")
    .withIndex("by_creation_time", (q) => q.lt("_creationTime", now - RETENTION_MS))
    .take(PRUNE_BATCH);
  for (const { _id } of old) await ctx.db.delete("webhookDeliveries", _id);
  return old.length === PRUNE_BATCH;
}

/** The secrets that sign a try, newest first. */
export async function signingSecrets(encrypted: readonly string[]): Promise<string[]> {
  return await Promise.all(encrypted.map((secret) => decryptSecret(secret)));
}
