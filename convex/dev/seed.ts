import { createAccount } from "@convex-dev/auth/server";
import { v } from "convex/values";
import { internal } from "../_generated/api";
import type { DataModel, Id } from "../_generated/dataModel";
import type { ActionCtx } from "../_generated/server";
import { internalAction } from "../lib/functions";
import type { Role } from "../lib/permissions";
import { DEMO_SIGN_IN } from "../orgs/demo";
import { DEMO_ORG } from "./model/workspace";

type Account = { name: string; email: string; role: Role };

/** Both sign in with the demo password; Jana is the one-click demo sign-in. */
const AGENTS: readonly Account[] = [
  { name: "Jana Petersen", email: DEMO_SIGN_IN.email, role: "admin" },
  { name: "Malte Brandt", email: "malte@haff-segeln.example", role: "agent" },
];

/**
 * Makes the demo workspace "Segelschule Haff" and returns how to sign in. When it is there already, only answers; after
 * a run that was cut short it goes on where that one stopped.
 */
export const run = internalAction({
  args: {},
  returns: v.object({ email: v.string(), password: v.string(), orgName: v.string() }),
  handler: async (ctx): Promise<{ email: string; password: string; orgName: string }> => {
    const answer = { ...DEMO_SIGN_IN, orgName: DEMO_ORG.name };
    if (await ctx.runQuery(internal.dev.jobs.isSeeded, {})) return answer;
    const orgId: Id<"organisations"> = await ctx.runMutation(internal.dev.jobs.workspace, {});
    for (const account of AGENTS) await addAgent(ctx, orgId, account);
    await tellStories(ctx, orgId);
    await ctx.runAction(internal.dev.nodeJobs.renderHistory, { orgId });
    await ctx.runMutation(internal.dev.jobs.open, { orgId });
    return answer;
  },
});

/** A local account that is a member of the workspace. Running again finds the account. */
async function addAgent(ctx: ActionCtx, orgId: Id<"organisations">, { name, email, role }: Account): Promise<void> {
  const { user } = await createAccount<DataModel>(ctx, {
    provider: "password",
    account: { id: email, secret: DEMO_SIGN_IN.password },
    profile: { name, email },
  });
  await ctx.runMutation(internal.dev.jobs.join, { orgId, userId: user._id, name, email, role });
}

async function tellStories(ctx: ActionCtx, orgId: Id<"organisations">): Promise<void> {
  const now = Date.now();
  for (let index = 0; await ctx.runMutation(internal.dev.jobs.booking, { orgId, index, now }); index += 1);
  for (let index = 0; await ctx.runMutation(internal.dev.jobs.thread, { orgId, index, now }); index += 1);
  await ctx.runMutation(internal.dev.jobs.work, { orgId, now });
  await ctx.runMutation(internal.dev.jobs.consents, { orgId, now });
  await ctx.runMutation(internal.dev.jobs.explained, { orgId, now });
  for (let index = 0; await ctx.runMutation(internal.dev.jobs.figures, { orgId, index, now }); index += 1);
}
