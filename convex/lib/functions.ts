import { customMutation, customQuery } from "convex-helpers/server/customFunctions";
import { v } from "convex/values";
import type { Doc, Id } from "../_generated/dataModel";
import { internalMutation, mutation, query, type QueryCtx } from "../_generated/server";
import { currentAuthKey, getPerson, requireMember } from "./access";
import { chainAfter } from "./chain";
import { appError } from "./errors";
import type { Permission } from "./permissions";

// The only file that may import the raw builders: every public function says on its declaration line who may call it.
export { httpAction, internalAction, internalMutation, internalQuery } from "../_generated/server";

/**
 * A query for members of an organisation. Adds the argument `orgId` and puts `orgId`, `org` and `member` on the context.
 * Throws AppError `unauthenticated`, `not_found` or `forbidden` before the handler runs.
 */
export function memberQuery(permission: Permission) {
  return customQuery(query, {
    args: { orgId: v.id("organisations") },
    input: async (ctx, { orgId }) => ({
      ctx: { orgId, ...(await requireMember(ctx, orgId, permission)) },
      args: {},
    }),
  });
}

/** The same for mutations. */
export function memberMutation(permission: Permission) {
  return customMutation(mutation, {
    args: { orgId: v.id("organisations") },
    input: async (ctx, { orgId }) => ({
      ctx: { orgId, ...(await requireMember(ctx, orgId, permission)) },
      args: {},
    }),
  });
}

/**
 * A query about the signed-in person rather than one organisation. `authKey` and `person` are null for strangers, so
 * that the interface can ask who is there.
 */
export const personQuery = customQuery(query, {
  args: {},
  input: async (ctx) => ({ ctx: { authKey: await currentAuthKey(ctx), person: await getPerson(ctx) }, args: {} }),
});

/** A mutation by any signed-in person; `person` is null until the first `orgs/mutations:ensurePerson`. */
export const personMutation = customMutation(mutation, {
  args: {},
  input: async (ctx) => {
    const authKey = await currentAuthKey(ctx);
    if (authKey === null) throw appError("unauthenticated", "Sign in to go on.");
    return { ctx: { authKey, person: await getPerson(ctx) }, args: {} };
  },
});

/**
 * What a domain does when another one's event arrives (events/subscriptions): it gets the event, and whatever it emits names
 * it as its cause. Throws `not_found` once the event was pruned.
 */
export const reaction = customMutation(internalMutation, {
  args: { eventId: v.id("domainEvents") },
  input: async (ctx, { eventId }) => {
    const event = await eventOf(ctx, eventId);
    return { ctx: { chain: chainAfter(event) }, args: { event } };
  },
});

/** The same for several events of bookings that one transaction emitted, at least one; each booking has its own cause. */
export const reactionToMany = customMutation(internalMutation, {
  args: { eventIds: v.array(v.id("domainEvents")) },
  input: async (ctx, { eventIds }) => {
    const events: Doc<"domainEvents">[] = [];
    for (const eventId of eventIds) events.push(await eventOf(ctx, eventId));
    const causes = new Map(events.map(({ _id, subject }) => [subject.bookingId ?? "", _id]));
    const [first] = events;
    return { ctx: { chain: first === undefined ? undefined : chainAfter(first), causes }, args: { events } };
  },
});

async function eventOf(ctx: QueryCtx, eventId: Id<"domainEvents">): Promise<Doc<"domainEvents">> {
  const event = await ctx.db.get("domainEvents", eventId);
  if (event === null) throw appError("not_found", "This event does not exist any more.");
  return event;
}

/** For strangers: only where the argument itself is the proof (an opaque token). Rate-limit every use. */
export const publicQuery = query;
export const publicMutation = mutation;
