import { customMutation, customQuery } from "convex-helpers/server/customFunctions";
import { v } from "convex/values";
import { mutation, query } from "../_generated/server";
import { currentAuthKey, getPerson, requireMember } from "./access";
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

/** For strangers: only where the argument itself is the proof (an opaque token). Rate-limit every use. */
export const publicQuery = query;
export const publicMutation = mutation;
