import { v } from "convex/values";
import { vThreadChannel, vPriority, vThreadType } from "../lib/closedSets";
import { appError } from "../lib/errors";
import { memberQuery } from "../lib/functions";
import { mayOpenThreadId } from "../lib/threadAccess";
import { listCalendars } from "../orgs/calendars/model";
import { vHoliday, vOpeningInterval } from "../orgs/schema";
import { explainThread, imagineDeadlines, vExplainedClock, vImaginedClock } from "./model/explain";
import { listPolicies } from "./model/policies";
import { vEscalation, vSlaConditions, vSlaTargets } from "./schema";

/** The service levels in their order, those switched off included. */
export const policies = memberQuery("org.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("slaPolicies"),
      name: v.string(),
      isEnabled: v.boolean(),
      conditions: vSlaConditions,
      targets: vSlaTargets,
      calendarId: v.optional(v.id("calendars")),
      escalation: vEscalation,
    }),
  ),
  handler: async (ctx) => {
    const all = await listPolicies(ctx, ctx.orgId);
    return all.map(({ _id, name, isEnabled, conditions, targets, calendarId, escalation }) => ({
      id: _id,
      name,
      isEnabled,
      conditions,
      targets,
      calendarId,
      escalation,
    }));
  },
});

/** Business hours and days off, the default calendar first. */
export const calendars = memberQuery("org.read")({
  args: {},
  returns: v.array(
    v.object({
      id: v.id("calendars"),
      name: v.string(),
      timezone: v.string(),
      intervals: v.array(vOpeningInterval),
      holidays: v.array(vHoliday),
      isDefault: v.boolean(),
    }),
  ),
  handler: async (ctx) => {
    const all = await listCalendars(ctx, ctx.orgId);
    return all.map(({ _id, name, timezone, intervals, holidays, isDefault }) => ({
      id: _id,
      name,
      timezone,
      intervals,
      holidays,
      isDefault,
    }));
  },
});

/** The clocks of a thread with the counted and paused times that make their deadlines (product.md O-8). */
export const explainDeadline = memberQuery("inbox.read")({
  args: { threadId: v.id("threads") },
  returns: v.array(vExplainedClock),
  handler: async (ctx, { threadId }) => {
    if (!(await mayOpenThreadId(ctx, ctx.member, threadId))) {
      throw appError("not_found", "This conversation does not exist.");
    }
    return await explainThread(ctx, ctx.orgId, threadId);
  },
});

/** The deadlines a message would get that comes in at an instant (UTC ms), and how they come about. Changes nothing. */
export const whatIf = memberQuery("org.read")({
  args: {
    at: v.number(),
    channel: vThreadChannel,
    priority: vPriority,
    threadType: vThreadType,
    accountId: v.optional(v.id("accounts")),
    teamId: v.optional(v.id("teams")),
  },
  returns: v.array(vImaginedClock),
  handler: async (ctx, asked) => await imagineDeadlines(ctx, ctx.orgId, asked),
});
