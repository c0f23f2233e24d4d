import { v } from "convex/values";
import type { Doc } from "../../_generated/dataModel";
import { memberMutation } from "../../lib/functions";
import { changeAccount, deleteAccount, ensureAccount, restoreAccount, type ByActor } from "./model";
import { vAccountKind } from "./schema";

const by = ({ _id: memberId, orgId }: Doc<"members">): ByActor => ({ orgId, actor: { kind: "member", memberId } });

/** The organisation of that name and kind, made if there is none. */
export const ensure = memberMutation("contacts.edit")({
  args: { name: v.string(), kind: vAccountKind },
  returns: v.id("accounts"),
  handler: async (ctx, account) => (await ensureAccount(ctx, by(ctx.member), account)).accountId,
});

/** Gives an organisation another name, kind or other domains; what is absent stays. */
export const change = memberMutation("contacts.edit")({
  args: {
    accountId: v.id("accounts"),
    name: v.optional(v.string()),
    kind: v.optional(vAccountKind),
    domains: v.optional(v.array(v.string())),
  },
  returns: v.null(),
  handler: async (ctx, { accountId, ...said }): Promise<null> => {
    await changeAccount(ctx, by(ctx.member), accountId, said);
    return null;
  },
});

/** Deletes an organisation. Its people and conversations stay; for an hour it can be brought back as it was. */
export const remove = memberMutation("contacts.edit")({
  args: { accountId: v.id("accounts") },
  returns: v.null(),
  handler: async (ctx, { accountId }): Promise<null> => {
    await deleteAccount(ctx, by(ctx.member), accountId, Date.now());
    return null;
  },
});

/** Brings a deleted organisation back. */
export const restore = memberMutation("contacts.edit")({
  args: { accountId: v.id("accounts") },
  returns: v.null(),
  handler: async (ctx, { accountId }): Promise<null> => {
    await restoreAccount(ctx, by(ctx.member), accountId, Date.now());
    return null;
  },
});
