import { internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import type { AuditAction, AuditDetails } from "../../audit/actions";
import { record } from "../../audit/model";
import { requireConnection } from "../../connections/model";
import type { Channel } from "../../lib/closedSets";
import { appError } from "../../lib/errors";
import { requireMemberOf } from "../../orgs/model";
import { pauseText, sameScope, sourceIdsOf } from "../flow/pauseScopes";
import type { PauseScope } from "../flow/schema";
import type { MessageSource, MessageState } from "../schema";
import { recordDecision, setState } from "../model";
import { heldCounts, Tally } from "./counts";
import { ensureWakeUp } from "./wakeUps";

/** More pauses than this are a way of life, not a pause. */
const MAX_PAUSES = 100;
const MAX_REASON_CHARS = 300;
/** Messages one transaction lets go again. */
const RELEASE_BATCH = 100;

export type Pause = Doc<"deliveryPauses">;

/** What an organisation paused, oldest first. */
export async function pausesOf(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Pause[]> {
  return await ctx.db
    .query("deliveryPauses")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .take(MAX_PAUSES);
}

/** What an organisation paused as screens show it: by whom and why, and how many messages it holds. */
export async function listPauses(ctx: QueryCtx, orgId: Id<"organisations">) {
  const pauses = await pausesOf(ctx, orgId);
  const held = await heldCounts(ctx, orgId);
  return await Promise.all(
    pauses.map(async ({ _id, scope, reason, memberId, at }) => {
      const by = (await requireMemberOf(ctx, orgId, memberId)).displayName;
      return { id: _id, scope, reason, by, at, held: held.get(_id) ?? 0 };
    }),
  );
}

/** The pause that stops messages of this source, or null. */
export function pauseOfSource(pauses: readonly Pause[], source: MessageSource): Pause | null {
  const ids = sourceIdsOf(source);
  const stops = ({ scope }: Pause) =>
    scope.kind === "source" && scope.sourceKind === source.kind && (scope.id === undefined || ids.includes(scope.id));
  return pauses.find(stops) ?? null;
}

/** The pause that stops a channel, or null. */
export function pauseOfChannel(pauses: readonly Pause[], channel: Channel): Pause | null {
  return pauses.find(({ scope }) => scope.kind === "channel" && scope.channel === channel) ?? null;
}

/** The pause that stops a connection, or null. */
export function pauseOfConnection(pauses: readonly Pause[], connectionId: Id<"connections">): Pause | null {
  return pauses.find(({ scope }) => scope.kind === "connection" && scope.connectionId === connectionId) ?? null;
}

/**
 * Stops a connection, a channel or a source. What is with a provider already goes on; what falls due is held. Throws
 * `conflict` when it is paused already, `invalid` without a reason, `not_found` for another organisation's connection.
 */
export async function pause(
  ctx: MutationCtx,
  by: { orgId: Id<"organisations">; memberId: Id<"members"> },
  scope: PauseScope,
  reasonText: string,
): Promise<Id<"deliveryPauses">> {
  const { orgId, memberId } = by;
  const reason = reasonText.trim();
  if (reason === "" || reason.length > MAX_REASON_CHARS) {
    throw appError("invalid", `Say why, in at most ${MAX_REASON_CHARS} characters.`, { field: "reason" });
  }
  if (scope.kind === "connection") await requireConnection(ctx, orgId, scope.connectionId);
  const known = await pausesOf(ctx, orgId);
  if (known.some((each) => sameScope(each.scope, scope))) throw appError("conflict", "It is paused already.");
  if (known.length >= MAX_PAUSES) throw appError("conflict", `There are ${MAX_PAUSES} pauses: lift one first.`);
  const pauseId = await ctx.db.insert("deliveryPauses", { orgId, scope, reason, memberId, at: Date.now() });
  await audit(ctx, by, "delivery.paused", pauseId, { scope: pauseText(scope), reason });
  return pauseId;
}

/** Lifts a pause; what it held is let go in the background. Throws `not_found` for another organisation's. */
export async function resume(
  ctx: MutationCtx,
  by: { orgId: Id<"organisations">; memberId: Id<"members"> },
  pauseId: Id<"deliveryPauses">,
): Promise<void> {
  const row = await ctx.db.get("deliveryPauses", pauseId);
  if (row === null || row.orgId !== by.orgId) throw appError("not_found", "This pause does not exist any more.");
  await ctx.db.delete("deliveryPauses", pauseId);
  await audit(ctx, by, "delivery.resumed", pauseId, { scope: pauseText(row.scope) });
  await ctx.scheduler.runAfter(0, internal.delivery.jobs.releaseHeld, { pauseId });
}

/** What a held message waits for. */
type HoldId = Extract<MessageState, { kind: "held" }>["pauseId"];

/** Lets a batch of held messages go. How long they waited for people is noted. Returns true when there may be more. */
export async function releaseHeld(ctx: MutationCtx, pauseId: HoldId): Promise<boolean> {
  const now = Date.now();
  const isTalk = ctx.db.normalizeId("personHolds", pauseId) !== null;
  const tally = new Tally();
  const held = await ctx.db
    .query("messageQueue")
    .withIndex("by_pause", (q) => q.eq("state.pauseId", pauseId))
    .take(RELEASE_BATCH);
  for (const row of held) {
    if (row.state.kind !== "held") continue;
    const rule = isTalk ? "talk_over" : "resumed";
    await recordDecision(ctx, row, { stage: "hold", rule, outcome: "queued" });
    const changes = isTalk ? { heldMs: heldMsOf(row, Math.max(row.state.at, row.plannedAt ?? 0), now) } : {};
    // In the order in which they fell due: their due times stay.
    await setState(ctx, row, { kind: "pending" }, changes, tally);
    await ensureWakeUp(ctx, row, Math.max(now, row.dueAt));
  }
  await tally.write(ctx);
  return held.length === RELEASE_BATCH;
}

/** How long a message has waited for people in all, when the wait that began at `since` ends now. */
export function heldMsOf({ heldMs }: Pick<Doc<"messageQueue">, "heldMs">, since: number, now: number): number {
  return (heldMs ?? 0) + Math.max(0, now - since);
}

async function audit(
  ctx: MutationCtx,
  { orgId, memberId }: { orgId: Id<"organisations">; memberId: Id<"members"> },
  action: AuditAction,
  pauseId: Id<"deliveryPauses">,
  details: AuditDetails,
): Promise<void> {
  const subject = { table: "deliveryPauses", id: pauseId };
  await record(ctx, { orgId, actor: { kind: "member", memberId }, action, subject, details });
}
