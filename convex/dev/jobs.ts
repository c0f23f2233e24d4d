import { v } from "convex/values";
import { startFigures } from "../analytics/team/model";
import { listSources } from "../bookings/model/sources";
import { vAttemptKey } from "../delivery/model/outgoing";
import { vRendered } from "../delivery/schema";
import { decryptSecret } from "../lib/crypto";
import { internalMutation, internalQuery } from "../lib/functions";
import { vRole } from "../lib/permissions";
import { BOOKINGS } from "./data/bookings";
import { THREADS } from "./data/threads";
import { tellBooking } from "./model/bookings";
import { tellConsents } from "./model/consents";
import { planMuch } from "./model/ahead";
import { tellExplained } from "./model/explained";
import { openAttempts, settleMessage } from "./model/history";
import { holdFigures, tellFigures } from "./model/teamFigures";
import { tellDiscussions } from "./model/discussions";
import { furnishAccounts, furnishWork } from "./model/work";
import { tellThread } from "./model/threads";
import { createWorkspace, getDemoWorkspace, joinWorkspace, openWorkspace } from "./model/workspace";

/** Whether the demo workspace is complete. */
export const isSeeded = internalQuery({
  args: {},
  returns: v.boolean(),
  handler: async (ctx): Promise<boolean> => (await getDemoWorkspace(ctx))?.isDemo === true,
});

/** The demo's cal.com source with its secret, so that `npm run booking` can sign like cal.com; null without a demo. */
export const calcomSource = internalQuery({
  args: {},
  returns: v.union(v.null(), v.object({ publicId: v.string(), secret: v.string() })),
  handler: async (ctx): Promise<{ publicId: string; secret: string } | null> => {
    const demo = await getDemoWorkspace(ctx);
    const sources = demo?.isDemo === true ? await listSources(ctx, demo._id) : [];
    const source = sources.find(({ kind }) => kind === "calcom");
    if (source === undefined) return null;
    return { publicId: source.publicId, secret: await decryptSecret(source.encryptedSecret) };
  },
});

/** Standing parts of the demo: organisation, channels, templates, sources, journey, contacts. */
export const workspace = internalMutation({
  args: {},
  returns: v.id("organisations"),
  handler: async (ctx) => {
    const orgId = await createWorkspace(ctx);
    await holdFigures(ctx, orgId);
    return orgId;
  },
});

/** Makes the owner of a local account a member. */
export const join = internalMutation({
  args: {
    orgId: v.id("organisations"),
    userId: v.id("users"),
    name: v.string(),
    email: v.string(),
    role: vRole,
  },
  returns: v.id("members"),
  handler: async (ctx, { orgId, ...person }) => await joinWorkspace(ctx, orgId, person),
});

/** One booking of the demo by its place in the list; false when there are no more. */
export const booking = internalMutation({
  args: { orgId: v.id("organisations"), index: v.number(), now: v.number() },
  returns: v.boolean(),
  handler: async (ctx, { orgId, index, now }): Promise<boolean> => {
    const told = BOOKINGS[index];
    if (told === undefined) return false;
    await tellBooking(ctx, orgId, told, index, now);
    return true;
  },
});

/** One conversation of the demo by its place in the list; false when there are no more. */
export const thread = internalMutation({
  args: { orgId: v.id("organisations"), index: v.number(), now: v.number() },
  returns: v.boolean(),
  handler: async (ctx, { orgId, index, now }): Promise<boolean> => {
    const told = THREADS[index];
    if (told === undefined) return false;
    await tellThread(ctx, orgId, told, index, now);
    return true;
  },
});

/** What the demo's team works with, and what it talks about among itself. */
export const work = internalMutation({
  args: { orgId: v.id("organisations"), now: v.number() },
  returns: v.null(),
  handler: async (ctx, { orgId, now }): Promise<null> => {
    await furnishWork(ctx, orgId);
    await furnishAccounts(ctx, orgId);
    await tellDiscussions(ctx, orgId, now);
    return null;
  },
});

/** What the demo's customers agreed to, and who must not be written to. */
export const consents = internalMutation({
  args: { orgId: v.id("organisations"), now: v.number() },
  returns: v.null(),
  handler: async (ctx, { orgId, now }): Promise<null> => {
    await tellConsents(ctx, orgId, now);
    return null;
  },
});

/** Messages whose "Why?" shows what the engine does, shifted to the morning or given up; and a person with much ahead. */
export const explained = internalMutation({
  args: { orgId: v.id("organisations"), now: v.number() },
  returns: v.null(),
  handler: async (ctx, { orgId, now }): Promise<null> => {
    await tellExplained(ctx, orgId, now);
    await planMuch(ctx, orgId, now);
    return null;
  },
});

/** Three months of the team's work, for the reports: one part of it. False when it was the last. */
export const figures = internalMutation({
  args: { orgId: v.id("organisations"), index: v.number(), now: v.number() },
  returns: v.boolean(),
  handler: async (ctx, { orgId, index, now }) => await tellFigures(ctx, orgId, { index, now }),
});

/** Historical messages that still have to be rendered: one batch, empty when there are none. */
export const openHistory = internalQuery({
  args: { orgId: v.id("organisations") },
  returns: v.array(v.object(vAttemptKey)),
  handler: async (ctx, { orgId }) => await openAttempts(ctx, orgId),
});

/** Settles rendered historical messages. */
export const settleHistory = internalMutation({
  args: { settlements: v.array(v.object({ ...vAttemptKey, rendered: vRendered })) },
  returns: v.null(),
  handler: async (ctx, { settlements }): Promise<null> => {
    for (const { rendered, ...key } of settlements) await settleMessage(ctx, key, rendered);
    return null;
  },
});

/** Opens the finished demo: the demo sign-in exists from now on. */
export const open = internalMutation({
  args: { orgId: v.id("organisations") },
  returns: v.null(),
  handler: async (ctx, { orgId }): Promise<null> => {
    await startFigures(ctx, orgId, Date.now());
    await openWorkspace(ctx, orgId);
    return null;
  },
});
