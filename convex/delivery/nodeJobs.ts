"use node";

import { v } from "convex/values";
import { internal } from "../_generated/api";
import { internalAction } from "../lib/functions";
import { log, reasonOf } from "../lib/log";
import { vAttemptKey } from "./model/outgoing";
import { vLane } from "./schema";
import type { Finding } from "./model/recovery";
import { Carrier } from "./nodeJobs/carrier";
import { Sender } from "./nodeJobs/sender";

/**
 * Sends the claimed attempts of one lane and shard and goes on with what falls due there, until nothing does. What a crash
 * leaves in doubt is what it had claimed: its window.
 */
export const sendBatch = internalAction({
  args: { lane: vLane, shard: v.number(), attempts: v.array(v.object(vAttemptKey)) },
  returns: v.null(),
  handler: async (ctx, { attempts, ...queue }): Promise<null> => {
    const parcel = await ctx.runQuery(internal.delivery.jobs.loadParcel, { attempts });
    const carrier = new Carrier(ctx);
    const sender = new Sender(carrier, (settlements, room) =>
      ctx.runMutation(internal.delivery.jobs.exchange, { ...queue, settlements, room }),
    );
    try {
      await sender.run(parcel);
    } finally {
      carrier.close();
    }
    return null;
  },
});

/** Asks a provider what became of a message whose answer was lost (design rule 4). */
export const askProvider = internalAction({
  args: vAttemptKey,
  returns: v.null(),
  handler: async (ctx, key): Promise<null> => {
    const parcel = await ctx.runQuery(internal.delivery.jobs.loadParcel, { attempts: [key] });
    const carrier = new Carrier(ctx);
    let finding: Finding;
    try {
      const [message] = await carrier.unpack(parcel);
      finding =
        message === undefined
          ? { kind: "cannot_say", reason: "The message cannot be put together any more." }
          : await carrier.find(message);
    } catch (thrown) {
      log.error("delivery.ask_failed", { queueId: key.queueId, reason: reasonOf(thrown) });
      finding = { kind: "cannot_say", reason: reasonOf(thrown) };
    } finally {
      carrier.close();
    }
    await ctx.runMutation(internal.delivery.jobs.settleFinding, { ...key, finding });
    return null;
  },
});
