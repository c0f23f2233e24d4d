import { v, type Infer } from "convex/values";
import type { Doc, Id } from "../../_generated/dataModel";
import type { QueryCtx } from "../../_generated/server";
import { connectionsFor } from "../../connections/model";
import { vBreaker, vProvider } from "../../connections/schema";
import { CHANNELS, vChannel } from "../../lib/closedSets";
import { healthOf, pausedUntil, vHealth } from "../flow/health";
import { settingsOf } from "../settings/model";
import { flowOf } from "./flows";

/** How a connection does at the moment (product.md C-03, C-24). */
export const vConnectionState = v.object({
  id: v.id("connections"),
  name: v.string(),
  channel: vChannel,
  provider: vProvider,
  isEnabled: v.boolean(),
  health: vHealth,
  breaker: vBreaker,
  /** Messages that could leave at once by the rate, when last something left. */
  tokensLeft: v.union(v.number(), v.null()),
  /** The provider asked for a pause until then, UTC ms. */
  pausedUntil: v.union(v.number(), v.null()),
});

/** How every connection of an organisation does, by channel and order. */
export async function connectionStates(
  ctx: QueryCtx,
  orgId: Id<"organisations">,
): Promise<Infer<typeof vConnectionState>[]> {
  const { trackingSettings } = await settingsOf(ctx, orgId);
  const now = Date.now();
  const all: Doc<"connections">[] = [];
  for (const channel of CHANNELS) all.push(...(await connectionsFor(ctx, orgId, channel)));
  return await Promise.all(
    all.map(async ({ _id, name, channel, provider, isEnabled, breaker }) => {
      const flow = await flowOf(ctx, _id);
      const until = pausedUntil(flow?.pause, now);
      return {
        id: _id,
        name,
        channel,
        provider,
        isEnabled,
        health: healthOf(
          { breaker, recent: flow?.recent, pause: flow?.pause },
          trackingSettings.performanceMetrics,
          now,
        ),
        breaker,
        tokensLeft: flow?.bucket === undefined ? null : Math.floor(flow.bucket.tokens),
        pausedUntil: until > now ? until : null,
      };
    }),
  );
}
