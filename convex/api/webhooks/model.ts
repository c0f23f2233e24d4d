import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction } from "../../audit/actions";
import { record } from "../../audit/model";
import { setListener } from "../../events/model";
import { encryptSecret } from "../../lib/crypto";
import { appError } from "../../lib/errors";
import { addressProblem } from "../../lib/publicAddress";
import { HOUR_MS } from "../../lib/time";
import { newSigningSecret } from "../model";
import type { WebhookKind } from "./kinds";
import { GIVE_UP_AFTER_MS } from "./schedule";

/** The optional reaction of events/subscriptions.ts that this domain listens with. */
const LISTENER = "api.onEvent";

const MAX_ENDPOINTS = 50;
const MAX_TEXT_CHARS = 200;
/** Both secrets sign for so long after a rotation (providers.md section 18). */
const ROTATION_MS = 24 * HOUR_MS;

type Actor = { orgId: Id<"organisations">; memberId: Id<"members"> };
export type EndpointFields = { url: string; description: string; kinds: WebhookKind[] };

/** The endpoint, if `orgId` owns it. Throws `not_found` otherwise. */
export async function requireEndpoint(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
  endpointId: Id<"webhookEndpoints">,
): Promise<Doc<"webhookEndpoints">> {
  const endpoint = await ctx.db.get("webhookEndpoints", endpointId);
  if (endpoint === null || endpoint.orgId !== orgId) throw appError("not_found", "This endpoint does not exist.");
  return endpoint;
}

/** All endpoints of an organisation, oldest first. */
export async function endpointsOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"webhookEndpoints">[]> {
  return await ctx.db
    .query("webhookEndpoints")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_ENDPOINTS);
}

/** The endpoints of an organisation without their secrets, oldest first. */
export async function listEndpoints(ctx: QueryCtx, orgId: Id<"organisations">) {
  const endpoints = await endpointsOf(ctx, orgId);
  return endpoints.map(({ _id, url, description, kinds, isEnabled, disabledReason, failingSince }) => ({
    id: _id,
    url,
    description,
    kinds,
    isEnabled,
    disabledReason,
    failingSince,
  }));
}

/** Adds an endpoint and returns its signing secret, readable this once. Throws `invalid`, or `conflict` when full. */
export async function addEndpoint(ctx: MutationCtx, { orgId, memberId }: Actor, fields: EndpointFields) {
  requireSound(fields);
  if ((await endpointsOf(ctx, orgId)).length >= MAX_ENDPOINTS) {
    throw appError("conflict", `A workspace has at most ${MAX_ENDPOINTS} endpoints.`);
  }
  const secret = newSigningSecret();
  const endpointId = await ctx.db.insert("webhookEndpoints", {
    orgId,
    ...fields,
    isEnabled: true,
    encryptedSecret: await encryptSecret(secret),
  });
  await setListener(ctx, orgId, LISTENER, true);
  await recordChange(ctx, { orgId, memberId }, endpointId, "webhook_endpoint.added");
  return { endpointId, secret };
}

/** Changes where events go and which. Throws `invalid`. */
export async function changeEndpoint(
  ctx: MutationCtx,
  actor: Actor,
  endpoint: Doc<"webhookEndpoints">,
  fields: EndpointFields,
): Promise<void> {
  requireSound(fields);
  await ctx.db.patch("webhookEndpoints", endpoint._id, fields);
  await recordChange(ctx, actor, endpoint._id, "webhook_endpoint.changed");
}

/** Switches an endpoint on (whatever switched it off) or off. Events while it is off are not sent later. */
export async function setEndpointEnabled(
  ctx: MutationCtx,
  actor: Actor,
  endpoint: Doc<"webhookEndpoints">,
  isEnabled: boolean,
): Promise<void> {
  const healed = { isEnabled, disabledReason: undefined, failingSince: undefined };
  await ctx.db.patch("webhookEndpoints", endpoint._id, healed);
  await recordChange(ctx, actor, endpoint._id, isEnabled ? "webhook_endpoint.enabled" : "webhook_endpoint.disabled");
}

/** Makes a new signing secret and returns it; the old one signs too for a day. */
export async function rotateSecret(ctx: MutationCtx, actor: Actor, endpoint: Doc<"webhookEndpoints">): Promise<string> {
  const secret = newSigningSecret();
  await ctx.db.patch("webhookEndpoints", endpoint._id, {
    encryptedSecret: await encryptSecret(secret),
    encryptedOldSecret: endpoint.encryptedSecret,
    oldSecretUntil: Date.now() + ROTATION_MS,
  });
  await recordChange(ctx, actor, endpoint._id, "webhook_endpoint.rotated");
  return secret;
}

/** Removes an endpoint; deliveries that wait end when they come due. The log goes with its retention. */
export async function removeEndpoint(ctx: MutationCtx, actor: Actor, endpoint: Doc<"webhookEndpoints">) {
  await ctx.db.delete("webhookEndpoints", endpoint._id);
  if ((await endpointsOf(ctx, actor.orgId)).length === 0) await setListener(ctx, actor.orgId, LISTENER, false);
  await recordChange(ctx, actor, endpoint._id, "webhook_endpoint.removed");
}

function requireSound({ url, description, kinds }: EndpointFields): void {
  const problem = isOnThisMachine(url) ? null : addressProblem(url);
  if (problem !== null) throw appError("invalid", problem, { field: "url" });
  if (description.length > MAX_TEXT_CHARS) throw appError("invalid", "This is too long.", { field: "description" });
  if (kinds.length === 0) throw appError("invalid", "Choose at least one event.", { field: "kinds" });
}

// What the name resolves to is looked at before every call (lib/guardedFetch), this machine refused there unless allowed.
function isOnThisMachine(url: string): boolean {
  return URL.canParse(url) && ["127.0.0.1", "localhost"].includes(new URL(url).hostname);
}

async function recordChange(
  ctx: MutationCtx,
  { orgId, memberId }: Actor,
  id: string,
  action: AuditAction,
): Promise<void> {
  const subject = { table: "webhookEndpoints", id };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject });
}

/** Keeps since when an endpoint only fails, and switches it off when that is hopeless. */
export async function followHealth(
  ctx: MutationCtx,
  endpointId: Id<"webhookEndpoints">,
  now: number,
  isDelivered: boolean,
  isGone: boolean,
): Promise<void> {
  const endpoint = await ctx.db.get("webhookEndpoints", endpointId);
  if (endpoint === null) return;
  if (isDelivered) {
    // The usual case writes nothing: parallel deliveries would contend for the row.
    if (endpoint.failingSince !== undefined) {
      await ctx.db.patch("webhookEndpoints", endpointId, { failingSince: undefined });
    }
    return;
  }
  const failingSince = endpoint.failingSince ?? now;
  const isHopeless = isGone || now - failingSince >= GIVE_UP_AFTER_MS;
  const disabledReason = isGone ? "The endpoint answered 410: it is gone." : "Nothing but failures for five days.";
  const off = isHopeless && endpoint.isEnabled ? { isEnabled: false, disabledReason } : {};
  if (endpoint.failingSince === undefined || isHopeless) {
    await ctx.db.patch("webhookEndpoints", endpointId, { failingSince, ...off });
  }
}
