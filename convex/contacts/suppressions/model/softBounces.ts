import type { MutationCtx } from "../../../_generated/server";
import { comparableAddress } from "../../addresses";
import { suppress, type SuppressionScope } from "../model";
import { areTooMany, SOFT_BOUNCE_WINDOW_MS } from "../softBounces";

/** More rows than the limit stay only until the next bounce clears them. */
const MAX_KEPT = 50;

/**
 * Counts a message that came back softly, once however often its provider reports it, and suppresses the address when
 * there were too many. `reference` names the message. Returns whether it is suppressed now.
 */
export async function noteSoftBounce(
  ctx: MutationCtx,
  bounce: Pick<SuppressionScope, "orgId" | "channel" | "address"> & { reference: string },
): Promise<boolean> {
  const { orgId, channel, reference } = bounce;
  const address = comparableAddress(channel, bounce.address);
  const now = Date.now();
  const rows = await ctx.db
    .query("softBounces")
    .withIndex("by_address", (q) => q.eq("orgId", orgId).eq("channel", channel).eq("address", address))
    .take(MAX_KEPT);
  const [old, recent] = [
    rows.filter((row) => now - row.at > SOFT_BOUNCE_WINDOW_MS),
    rows.filter((row) => now - row.at <= SOFT_BOUNCE_WINDOW_MS),
  ];
  for (const row of old) await ctx.db.delete("softBounces", row._id);
  if (recent.some((row) => row.reference === reference)) return false;
  await ctx.db.insert("softBounces", { orgId, channel, address, reference, at: now });
  if (!areTooMany([...recent.map(({ at }) => at), now], now)) return false;
  await suppress(ctx, { orgId, channel, address, reason: "soft_bounces", source: `message:${reference}` });
  return true;
}
