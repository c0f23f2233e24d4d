import { getAuthSessionId } from "@convex-dev/auth/server";
import { v, type Infer } from "convex/values";
import { vSystemMail, type SystemMail } from "../../../delivery/systemMail/model";
import { getPerson } from "../../../lib/access";
import { internalMutation, internalQuery } from "../../../lib/functions";
import { localAccountOf, type LocalAccount } from "../../../orgs/passwords/model";
import * as model from "./model";

const vAccount = v.object({ userId: v.id("users"), email: v.string() });

/** Makes a link and the mail with it; null where there is nobody to write to, or nothing to send it with. */
export const prepare = internalMutation({
  args: { email: v.string() },
  returns: v.union(v.null(), vSystemMail),
  handler: async (ctx, { email }): Promise<SystemMail | null> => await model.prepareResetMail(ctx, email),
});

/** Uses a link up. Throws `not_found` for one that opens nothing. */
export const use = internalMutation({
  args: { token: v.string() },
  returns: vAccount,
  handler: async (ctx, { token }): Promise<LocalAccount> => await model.useLink(ctx, token),
});

const vOwn = vAccount.extend({ sessionId: v.id("authSessions") });

/** The local account and session of whoever calls; null for strangers, for who signs in elsewhere and for the demo's. */
export const own = internalQuery({
  args: {},
  returns: v.union(v.null(), vOwn),
  handler: async (ctx): Promise<Infer<typeof vOwn> | null> => {
    const person = await getPerson(ctx);
    const account = person === null ? null : await localAccountOf(ctx, person);
    const sessionId = await getAuthSessionId(ctx);
    return account === null || sessionId === null ? null : { ...account, sessionId };
  },
});

/** Writes down that somebody changed their own password. */
export const noteChange = internalMutation({
  args: { account: vAccount },
  returns: v.null(),
  handler: async (ctx, { account }): Promise<null> => {
    await model.noteChange(ctx, account);
    return null;
  },
});

/**
 * For who runs the deployment, where nobody can send mail and no admin is left: prints a link to a new password, open
 * for an hour. `npx convex run inbox/teams/passwords/jobs:makeLink '{"email": "…"}'` (docs/deploy.md)
 */
export const makeLink = internalMutation({
  args: { email: v.string() },
  returns: v.object({ url: v.string(), expiresAt: v.number() }),
  handler: async (ctx, { email }) => await model.makeLinkAt(ctx, email),
});
