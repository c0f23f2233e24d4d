import { literals } from "convex-helpers/validators";
import { v, type Infer } from "convex/values";
import { createConnection, connectionsFor, requireConnection } from "../connections/model";
import { renewWebhookAddress } from "../connections/webhooks/model";
import { resolveContact } from "../contacts/model";
import { vProvider } from "../connections/schema";
import { enqueue } from "../delivery/model";
import { Batch } from "../delivery/model/batch";
import { claimDue } from "../delivery/model/claim";
import { explain } from "../delivery/model/explain";
import { queueCounts } from "../delivery/model/counts";
import { MESSAGE_STATES, vLane } from "../delivery/schema";
import { internalMutation, internalQuery } from "../lib/functions";

// Many mails through one provider on this machine, for tests that end the server while it sends and for the benchmark.

const FLOOD_RATE_PER_SECOND = 100_000;
/** Mails one call queues or reports on; each costs a few dozen reads. */
const MAX_PER_CALL = 100;

/** Sends the organisation's e-mail through a provider on this machine instead of the sandbox. */
export const connect = internalMutation({
  args: {
    orgId: v.id("organisations"),
    provider: vProvider,
    settings: v.record(v.string(), v.union(v.string(), v.number(), v.boolean())),
    secrets: v.optional(v.record(v.string(), v.string())),
  },
  returns: v.id("connections"),
  handler: async (ctx, { orgId, provider, settings, secrets }) => {
    for (const { _id } of await connectionsFor(ctx, orgId, "email")) {
      await ctx.db.patch("connections", _id, { isEnabled: false });
    }
    const account = { provider, name: `Local ${provider}`, ratePerSecond: FLOOD_RATE_PER_SECOND, settings, secrets };
    return await createConnection(ctx, { orgId, channel: "email", ...account });
  },
});

/**
 * Queues one mail each to the people number `from` up to `to` (exclusive), due at `dueAt` (UTC ms; now when absent), in
 * the lane without quiet hours.
 */
export const queueMails = internalMutation({
  args: { orgId: v.id("organisations"), from: v.number(), to: v.number(), dueAt: v.optional(v.number()) },
  returns: v.null(),
  handler: async (ctx, { orgId, from, to, dueAt }): Promise<null> => {
    for (let i = from; i < Math.min(to, from + MAX_PER_CALL); i++) {
      const contact = await resolveContact(ctx, { orgId, name: `Person ${i}`, email: `person${i}@flood.example` });
      await enqueue(ctx, {
        orgId,
        lane: "critical",
        channel: "email",
        contactId: contact._id,
        purpose: "transactional",
        source: { kind: "system", name: "mail flood" },
        content: { kind: "finished", subject: `Mail ${i}`, text: `Guten Tag, Person ${i}.`, fileIds: [] },
        dueAt: dueAt ?? Date.now(),
        idempotencyKey: `flood:${i}`,
      });
    }
    return null;
  },
});

/** Gives the connection another webhook address and returns it. */
export const webhookAddress = internalMutation({
  args: { orgId: v.id("organisations"), connectionId: v.id("connections") },
  returns: v.string(),
  handler: async (ctx, { orgId, connectionId }): Promise<string> =>
    await renewWebhookAddress(ctx, await requireConnection(ctx, orgId, connectionId)),
});

/**
 * Claims up to `room` messages of one lane and shard as if it were `now` (UTC ms), as the dispatcher does, but nobody sends
 * them. Returns how many.
 */
export const claim = internalMutation({
  args: { lane: vLane, shard: v.number(), now: v.number(), room: v.number() },
  returns: v.number(),
  handler: async (ctx, { now, room, ...queue }): Promise<number> => {
    const batch = new Batch(ctx, now);
    const claimed = await claimDue(batch, queue, room);
    await batch.flush();
    return claimed.length;
  },
});

/** How many messages of the organisation are in each state. */
export const tally = internalQuery({
  args: { orgId: v.id("organisations") },
  returns: v.record(v.string(), v.number()),
  handler: async (ctx, { orgId }) => (await queueCounts(ctx, orgId)).states,
});

const vFloodMail = v.object({
  address: v.union(v.string(), v.null()),
  state: literals(...MESSAGE_STATES),
  mayBeDuplicate: v.boolean(),
  /** Its history says that recovery sent it again. */
  isResentInHistory: v.boolean(),
});

/** How the mails number `from` and following are, one call's worth. */
export const reportMails = internalQuery({
  args: { orgId: v.id("organisations"), from: v.number(), to: v.number() },
  returns: v.array(vFloodMail),
  handler: async (ctx, { orgId, from, to }): Promise<Infer<typeof vFloodMail>[]> => {
    const mails: Infer<typeof vFloodMail>[] = [];
    for (let i = from; i < Math.min(to, from + MAX_PER_CALL); i++) {
      const row = await ctx.db
        .query("messageQueue")
        .withIndex("by_idempotency", (q) => q.eq("orgId", orgId).eq("idempotencyKey", `flood:${i}`))
        .unique();
      if (row === null) continue;
      const decisions = await explain(ctx, row._id);
      mails.push({
        address: row.address ?? null,
        state: row.state.kind,
        mayBeDuplicate: row.mayBeDuplicate,
        isResentInHistory: decisions.some(({ rule }) => rule === "resend_marked"),
      });
    }
    return mails;
  },
});
