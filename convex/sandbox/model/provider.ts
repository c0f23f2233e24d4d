import { v, type Infer } from "convex/values";
import { internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../_generated/server";
import { messageByProviderId } from "../../delivery/model";
import type { SendResult } from "../../delivery/schema";
import { CHANNELS, vChannel, type Channel } from "../../lib/closedSets";
import { recordReceipt } from "../../tracking/receipts/model";
import { receiptsOf, refusalOf } from "../behaviour";
import { vSandboxBehaviour, type SandboxBehaviour } from "../schema";

/** How often a receipt waits for the acceptance it follows to be recorded, a second apart. */
const MAX_REPORT_TRIES = 90;
const REPORT_RETRY_MS = 1_000;

/** A send as the simulated provider receives it. */
export const vAccept = v.object({
  orgId: v.id("organisations"),
  connectionId: v.id("connections"),
  channel: vChannel,
  idempotencyKey: v.string(),
  address: v.string(),
  name: v.string(),
  subject: v.optional(v.string()),
  text: v.string(),
  html: v.optional(v.string()),
  messageId: v.optional(v.string()),
  replyTo: v.optional(v.string()),
  references: v.array(v.string()),
});

/**
 * The simulated provider: puts the message on its device and schedules the receipts, unless it is told to misbehave. A
 * key it knows is answered like the first time and puts nothing on the device again.
 */
export async function acceptSend(ctx: MutationCtx, send: Infer<typeof vAccept>): Promise<SendResult> {
  const { idempotencyKey, ...message } = send;
  const { orgId, connectionId, channel } = send;
  const providerMessageId = `sandbox-${idempotencyKey}`;
  const accepted = { kind: "accepted", providerMessageId } as const;
  if ((await messageOf(ctx, orgId, providerMessageId)) !== null) return accepted;
  const behaviour = await behaviourOf(ctx, orgId, channel);
  const refusal = refusalOf(behaviour);
  if (refusal !== null) return refusal;
  const at = Date.now();
  await ctx.db.insert("sandboxMessages", { ...message, direction: "to_customer", providerMessageId, at });
  for (const { kind, afterMs } of receiptsOf(channel, behaviour)) {
    const report = { orgId, connectionId, providerMessageId, kind, tries: 1 };
    await ctx.scheduler.runAfter(afterMs, internal.sandbox.jobs.report, report);
  }
  return accepted;
}

/** A device's report. One that overtakes the record of the acceptance waits for it. */
export async function report(
  ctx: MutationCtx,
  receipt: {
    orgId: Id<"organisations">;
    connectionId: Id<"connections">;
    providerMessageId: string;
    kind: "delivered" | "read";
    tries: number;
  },
): Promise<void> {
  const { tries, ...about } = receipt;
  const { connectionId, providerMessageId, kind } = about;
  if ((await messageByProviderId(ctx, connectionId, providerMessageId)) === null) {
    if (tries >= MAX_REPORT_TRIES) return;
    await ctx.scheduler.runAfter(REPORT_RETRY_MS, internal.sandbox.jobs.report, { ...receipt, tries: tries + 1 });
    return;
  }
  await recordReceipt(ctx, { ...about, at: Date.now(), dedupeKey: `${providerMessageId}:${kind}` });
}

export const vBehaviours = v.array(v.object({ channel: vChannel, behaviour: vSandboxBehaviour }));

/** How the simulated provider of each channel behaves. */
export async function listBehaviours(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Infer<typeof vBehaviours>> {
  return await Promise.all(
    CHANNELS.map(async (channel) => ({ channel, behaviour: await behaviourOf(ctx, orgId, channel) })),
  );
}

/** Tells the simulated provider of a channel how to behave from now on. */
export async function setBehaviour(
  ctx: MutationCtx,
  entry: { orgId: Id<"organisations">; channel: Channel; behaviour: SandboxBehaviour },
): Promise<void> {
  const row = await settingOf(ctx, entry.orgId, entry.channel);
  if (row === null) await ctx.db.insert("sandboxSettings", entry);
  else await ctx.db.patch("sandboxSettings", row._id, { behaviour: entry.behaviour });
}

async function behaviourOf(ctx: QueryCtx, orgId: Id<"organisations">, channel: Channel): Promise<SandboxBehaviour> {
  return (await settingOf(ctx, orgId, channel))?.behaviour ?? "normal";
}

async function settingOf(ctx: QueryCtx, orgId: Id<"organisations">, channel: Channel) {
  return await ctx.db
    .query("sandboxSettings")
    .withIndex("by_channel", (q) => q.eq("orgId", orgId).eq("channel", channel))
    .unique();
}

async function messageOf(ctx: QueryCtx, orgId: Id<"organisations">, providerMessageId: string) {
  return await ctx.db
    .query("sandboxMessages")
    .withIndex("by_provider_message", (q) => q.eq("orgId", orgId).eq("providerMessageId", providerMessageId))
    .unique();
}
