import { createAccount } from "@convex-dev/auth/server";
import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api";
import type { DataModel, Id } from "../_generated/dataModel";
import { internalAction, internalMutation } from "../lib/functions";
import { createOrganisation } from "../orgs/model";
import { DEMO_ORG, furnish } from "./model/workspace";

// Workspaces for tests against a running backend: everything known beforehand, nothing in them yet.

const PASSWORD = "Test-Passwort-1";

const vWorkspace = v.object({
  orgId: v.id("organisations"),
  website: v.object({ publicId: v.string(), secret: v.string() }),
  calcom: v.object({ publicId: v.string(), secret: v.string() }),
  members: v.array(v.object({ name: v.string(), email: v.string(), password: v.string() })),
});

/**
 * Makes an empty workspace with sandbox connections, the five-step journey, a generic and a cal.com source, and two
 * members (admin and agent) with local accounts. `key` (letters and digits) makes names, addresses and secrets unique.
 */
export const createWorkspace = internalAction({
  args: { key: v.string() },
  returns: vWorkspace,
  handler: async (ctx, { key }): Promise<Infer<typeof vWorkspace>> => {
    const website = { publicId: `website-${key}`, secret: `whsec_${btoa(`website-secret-${key}`.padEnd(32, "."))}` };
    const calcom = { publicId: `calcom-${key}`, secret: `calcom-secret-${key}` };
    const orgId: Id<"organisations"> = await ctx.runMutation(internal.dev.fixtures.insertWorkspace, {
      key,
      website,
      calcom,
    });
    const members = [
      { name: "Anna Admin", email: `anna@${key}.example`, password: PASSWORD, role: "admin" as const },
      { name: "Ben Agent", email: `ben@${key}.example`, password: PASSWORD, role: "agent" as const },
    ];
    for (const { name, email, password, role } of members) {
      const { user } = await createAccount<DataModel>(ctx, {
        provider: "password",
        account: { id: email, secret: password },
        profile: { name, email },
      });
      await ctx.runMutation(internal.dev.jobs.join, { orgId, userId: user._id, name, email, role });
    }
    return { orgId, website, calcom, members: members.map(({ role: _, ...shown }) => shown) };
  },
});

/** The organisation of `createWorkspace`, without its members. */
export const insertWorkspace = internalMutation({
  args: { key: v.string(), website: vWorkspace.fields.website, calcom: vWorkspace.fields.calcom },
  returns: v.id("organisations"),
  handler: async (ctx, { key, ...sources }): Promise<Id<"organisations">> => {
    const orgId = await createOrganisation(ctx, { name: `Segelschule ${key}`, timezone: DEMO_ORG.timezone });
    await furnish(ctx, orgId, { email: `info@${key}.example` }, sources);
    return orgId;
  },
});
