import { v } from "convex/values";
import { literals } from "convex-helpers/validators";
import { memberQuery, personQuery, publicQuery } from "../lib/functions";
import { vRole } from "../lib/permissions";
import { scopeOf, vThreadScope } from "../lib/threadScope";
import { DEMO_SIGN_IN } from "./demo";
import { describeInvitation, listInvitations } from "./invitations/model";
import { defaultCalendar, getDemoOrg, listMembers } from "./model";
import { presentMe } from "./people/model";
import { vBrand, vHoliday, vInvitationMail, vOpeningInterval, vQuietHours } from "./schema";

const vMembership = v.object({
  orgId: v.id("organisations"),
  orgName: v.string(),
  slug: v.string(),
  timezone: v.string(),
  locale: v.string(),
  isDemo: v.boolean(),
  memberId: v.id("members"),
  role: vRole,
  isAway: v.boolean(),
});

/** Who is signed in and where they belong; null for strangers. */
export const me = personQuery({
  args: {},
  returns: v.union(
    v.null(),
    v.object({
      person: v.union(v.null(), v.object({ id: v.id("people"), name: v.string(), email: v.optional(v.string()) })),
      memberships: v.array(vMembership),
    }),
  ),
  handler: async (ctx) => await presentMe(ctx, ctx),
});

/** Everybody in the workspace, by name. */
export const members = memberQuery("org.read")({
  args: {},
  returns: v.array(
    v.object({
      memberId: v.id("members"),
      name: v.string(),
      role: vRole,
      status: literals("active", "suspended"),
      isAway: v.boolean(),
      /** When they are back (UTC ms), where they said so. */
      awayUntil: v.union(v.number(), v.null()),
      /** The channels and teams they are narrowed to; null: they see every conversation. */
      scope: v.union(vThreadScope, v.null()),
    }),
  ),
  handler: async (ctx) => {
    const all = await listMembers(ctx, ctx.orgId);
    return all.map(({ _id, displayName, role, status, away, scope }) => ({
      memberId: _id,
      name: displayName,
      role,
      status,
      isAway: away !== undefined,
      awayUntil: away?.until ?? null,
      scope: scopeOf({ role, scope }),
    }));
  },
});

/** The workspace with its module switches. */
export const settings = memberQuery("org.read")({
  args: {},
  returns: v.object({
    orgId: v.id("organisations"),
    name: v.string(),
    slug: v.string(),
    timezone: v.string(),
    locale: v.string(),
    modules: v.record(v.string(), v.boolean()),
    quietHours: vQuietHours,
    isDemo: v.boolean(),
    brand: v.optional(vBrand),
  }),
  handler: async (ctx) => {
    const { _id, name, slug, timezone, locale, modules, quietHours, isDemo, brand } = ctx.org;
    return { orgId: _id, name, slug, timezone, locale, modules, quietHours, isDemo, brand };
  },
});

/** Opening hours and holidays that count where nothing else is said. Throws `not_found` when there are none. */
export const calendar = memberQuery("org.read")({
  args: {},
  returns: v.object({
    name: v.string(),
    timezone: v.string(),
    intervals: v.array(vOpeningInterval),
    holidays: v.array(vHoliday),
  }),
  handler: async (ctx) => {
    const { name, timezone, intervals, holidays } = await defaultCalendar(ctx, ctx.orgId);
    return { name, timezone, intervals, holidays };
  },
});

/** The one-click sign-in, while the seeded demo workspace exists; null otherwise. */
export const demo = publicQuery({
  args: {},
  returns: v.union(v.null(), v.object({ email: v.string(), password: v.string() })),
  handler: async (ctx) => ((await getDemoOrg(ctx)) === null ? null : { ...DEMO_SIGN_IN }),
});

/** Open invitations of the workspace. */
export const invitations = memberQuery("members.manage")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("invitations"),
      email: v.string(),
      role: vRole,
      expiresAt: v.number(),
      mail: v.optional(vInvitationMail),
      isDeclined: v.boolean(),
    }),
  ),
  handler: async (ctx) => await listInvitations(ctx, ctx.orgId),
});

/** What the holder of an invitation link is invited to. The unguessable token is the proof. */
export const invitation = publicQuery({
  args: { token: v.string() },
  returns: v.union(
    v.null(),
    v.object({
      orgName: v.string(),
      email: v.string(),
      role: vRole,
      expiresAt: v.number(),
      hasExpired: v.boolean(),
    }),
  ),
  handler: async (ctx, { token }) => await describeInvitation(ctx, token),
});
