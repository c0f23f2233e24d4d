import type { Id } from "../../../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../../../_generated/server";
import { internal } from "../../../_generated/api";
import { requireMemberOf } from "../../../orgs/model";
import { lookedAt } from "../../../orgs/teams/model";
import { isLookingAt } from "../../../orgs/teams/presence";
import { clockTime } from "../../../lib/time";
import { isQuiet } from "../../preferences";
import { settingsOf } from "../../model/settings";
import { presentUnread, unreadNotifications } from "../../model/store";
import { isWaitedFor, LOOK_AGAIN_MS, nextTryIn } from "../rules";
import type { PushOutcome } from "../schema";
import { pushPayload } from "../words";
import { devicesOf } from "./devices";
import { pushKeys } from "./keys";

/** One happening: what is counted on the notification afterwards is pushed by itself. */
export type PushOrder = { notificationId: Id<"notifications">; at: number };

/**
 * Sends a happening to each device of its member, unless it is read, or the member has quiet hours or may not know it any
 * more. Who looks at the app on any screen is left alone and asked about again a minute later: read by then, it is done.
 */
export async function considerPush(ctx: MutationCtx, order: PushOrder, now: number): Promise<void> {
  const found = await wanted(ctx, order);
  if (found === null) return;
  const { member } = found;
  const { quietHours, timezone } = await settingsOf(ctx, member);
  if (isQuiet(clockTime(now, timezone), quietHours ?? undefined)) return;
  if (isLookingAt(await lookedAt(ctx, member._id), now)) {
    if (!isWaitedFor(order.at, now)) return;
    await ctx.scheduler.runAfter(LOOK_AGAIN_MS, internal.notifications.push.jobs.consider, order);
    return;
  }
  for (const { _id: deviceId } of await devicesOf(ctx, member._id)) {
    await ctx.scheduler.runAfter(0, internal.notifications.push.nodeJobs.send, { ...order, deviceId, tries: 1 });
  }
}

/** The notification and its member while it is still unread, newest, and theirs to know. */
async function wanted(ctx: QueryCtx, { notificationId, at }: PushOrder) {
  const row = await ctx.db.get("notifications", notificationId);
  if (row === null || row.at !== at) return null;
  const member = await requireMemberOf(ctx, row.orgId, row.memberId);
  const news = await presentUnread(ctx, member, row);
  return news === null ? null : { member, news };
}

/** What one try needs, secrets encrypted; null when there is nothing to send any more. Asked right before sending. */
export async function loadPush(ctx: QueryCtx, order: PushOrder, deviceId: Id<"pushDevices">) {
  const [device, keys, found] = [
    await ctx.db.get("pushDevices", deviceId),
    await pushKeys(ctx),
    await wanted(ctx, order),
  ];
  if (device === null || keys === null || found === null || found.member._id !== device.memberId) return null;
  const { member, news } = found;
  const { isPushPrivate } = await settingsOf(ctx, member);
  const { count: badge } = await unreadNotifications(ctx, member, 0);
  const { endpoint, p256dh, encryptedAuth, language, orgId } = device;
  const { publicKey, encryptedPrivateKey } = keys;
  const payload = JSON.stringify(pushPayload(news, { orgId, language, isPrivate: isPushPrivate, badge }));
  const isPressing = news.kind === "deadline" || news.kind === "alert";
  return { endpoint, p256dh, encryptedAuth, publicKey, encryptedPrivateKey, payload, isPressing };
}

/** Keeps what became of a try: a browser that is gone is removed, what passes is tried again. */
export async function finishPush(
  ctx: MutationCtx,
  order: PushOrder & { deviceId: Id<"pushDevices">; tries: number },
  outcome: PushOutcome,
  now: number,
): Promise<void> {
  const { deviceId, tries } = order;
  const device = await ctx.db.get("pushDevices", deviceId);
  if (device === null) return;
  switch (outcome.kind) {
    case "gone":
      return await ctx.db.delete("pushDevices", deviceId);
    case "sent":
      return await ctx.db.patch("pushDevices", deviceId, { lastSentAt: now, problem: undefined });
    case "failed": {
      await ctx.db.patch("pushDevices", deviceId, { problem: outcome.reason });
      const inMs = nextTryIn(outcome, tries);
      if (inMs === null) return;
      await ctx.scheduler.runAfter(inMs, internal.notifications.push.nodeJobs.send, { ...order, tries: tries + 1 });
    }
  }
}
