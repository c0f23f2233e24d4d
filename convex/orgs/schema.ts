import { authTables } from "@convex-dev/auth/server";
import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vRole } from "../lib/permissions";
import { vThreadScope } from "../lib/threadScope";
import { passwordTables } from "./passwords/schema";
import { retentionTables } from "./retention/schema";
import { teamTables, vAway } from "./teams/schema";

/** Module keys of requirement S3; `tickets` is always on. */
export const MODULE_KEYS = [
  "tickets",
  "sms",
  "website",
  "wizard",
  "missed_call",
  "review_engine",
  "whatsapp",
  "email",
  "voice_agent",
  "dashboard",
] as const;
export const vModuleKey = literals(...MODULE_KEYS);
export type ModuleKey = Infer<typeof vModuleKey>;

/** Local wall-clock time, "HH:MM", 24 h. */
export const vClockTime = v.string();

/** ISO weekday: 1 = Monday … 7 = Sunday. Several intervals a day are several rows. */
export const vOpeningInterval = v.object({ weekday: v.number(), start: vClockTime, end: vClockTime });
/** An ISO date off; with `start` and `end` only that part of the day. */
export const vHoliday = v.object({
  date: v.string(),
  name: v.string(),
  start: v.optional(vClockTime),
  end: v.optional(vClockTime),
});
export const vQuietHours = v.object({ start: vClockTime, end: vClockTime });

/** How the organisation appears in the mails it sends. */
export const vBrand = v.object({
  /** "#1f6feb" */
  accentColor: v.optional(v.string()),
  tagline: v.optional(v.string()),
  websiteUrl: v.optional(v.string()),
  /** Lines of the legal footer: company, address, contact (a send-time requirement: providers.md 21.1). */
  imprint: v.array(v.string()),
});

/** How far the mail with an invitation is; without an account to send it with, the link is handed over by hand. */
export const vInvitationMail = v.union(
  v.object({ kind: v.literal("no_account") }),
  v.object({ kind: v.literal("sending"), at: v.number() }),
  v.object({ kind: v.literal("sent"), at: v.number() }),
  v.object({ kind: v.literal("failed"), at: v.number(), reason: v.string() }),
);

export const orgTables = {
  ...passwordTables,
  ...retentionTables,
  ...teamTables,
  // Written and read by @convex-dev/auth only.
  ...authTables,
  // One row a tenant. Written by orgs and dev; read by every permission check; never pruned.
  organisations: defineTable({
    name: v.string(),
    slug: v.string(),
    /** IANA zone: the last fallback for every local time. */
    timezone: v.string(),
    /** BCP 47; customer texts default to it. */
    locale: v.string(),
    modules: v.record(v.string(), v.boolean()),
    quietHours: vQuietHours,
    /** The seeded workspace: the only one in which the demo sign-in exists. */
    isDemo: v.boolean(),
    brand: v.optional(vBrand),
    /** How long texts are kept (orgs/retention); absent: the default. */
    retention: v.optional(v.object({ messageDays: v.number(), conversationDays: v.union(v.number(), v.null()) })),
    /** "clerk:<organisation id>": members of it who sign in through Clerk belong here. */
    externalKey: v.optional(v.string()),
  })
    .index("by_slug", ["slug"])
    .index("by_demo", ["isDemo"])
    .index("by_external_key", ["externalKey"]),
  // A human who signs in, whatever the identity provider. Global: one person may belong to several organisations.
  people: defineTable({
    /** "local:<users id>" or "clerk:<subject>". */
    authKey: v.string(),
    name: v.string(),
    email: v.optional(v.string()),
    /** The person chose the name here: what the identity provider calls them does not matter any more. */
    isNamedByHand: v.optional(v.boolean()),
  }).index("by_auth_key", ["authKey"]),
  // Who belongs to which organisation in which role. Written by orgs; read by every permission check.
  members: defineTable({
    orgId: v.id("organisations"),
    personId: v.id("people"),
    role: vRole,
    status: literals("active", "suspended"),
    displayName: v.string(),
    /** What they know, in small letters: what conversations that need it are given by. */
    skills: v.optional(v.array(v.string())),
    /** Open conversations that are enough; absent: no limit. */
    capacity: v.optional(v.number()),
    away: v.optional(vAway),
    /** The conversations they see, where their role can be narrowed (lib/threadScope); absent: all. */
    scope: v.optional(vThreadScope),
  })
    .index("by_org", ["orgId"])
    .index("by_person_org", ["personId", "orgId"])
    .index("by_return", ["away.until"]),
  // Open invitations; removed when accepted or withdrawn. The token is stored hashed.
  invitations: defineTable({
    orgId: v.id("organisations"),
    email: v.string(),
    role: vRole,
    tokenHash: v.string(),
    invitedBy: v.id("members"),
    expiresAt: v.number(),
    /** What the token is derived from, with a key that is not in the database; absent on the oldest rows. */
    seed: v.optional(v.string()),
    mail: v.optional(vInvitationMail),
    /** The invited person does not want to join: the link opens nothing any more, and who invited sees it. */
    declinedAt: v.optional(v.number()),
  })
    .index("by_org", ["orgId"])
    .index("by_token_hash", ["tokenHash"]),
  // Business hours and holidays. Written by orgs; read by sla, delivery, sequences.
  calendars: defineTable({
    orgId: v.id("organisations"),
    name: v.string(),
    timezone: v.string(),
    intervals: v.array(vOpeningInterval),
    holidays: v.array(vHoliday),
    isDefault: v.boolean(),
  }).index("by_org", ["orgId", "isDefault"]),
};
