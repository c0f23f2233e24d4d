import { literals } from "convex-helpers/validators";
import { defineTable } from "convex/server";
import { v, type Infer } from "convex/values";
import { vChannel } from "../lib/closedSets";
import { MEASURES } from "./measures";

export const vMeasure = literals(...MEASURES);

export const vRatings = v.object({
  nps: v.optional(v.number()),
  speed: v.optional(v.number()),
  channel: v.optional(v.number()),
  resolution: v.optional(v.number()),
});

/** What a member sets. */
export const vSurveySettings = v.object({
  isOn: v.boolean(),
  measures: v.array(vMeasure),
  /** From the closing to the question. */
  delayMinutes: v.number(),
  /** The conversation's own channel, the best one for the person, or always e-mail. */
  by: literals("conversation", "best", "email"),
  /** The same person is asked at most once in so many days. */
  everyDays: v.number(),
});
export type SurveySettings = Infer<typeof vSurveySettings>;

const vGrade = v.object({ count: v.number(), sum: v.number() });
export const vTally = v.object({
  sent: v.number(),
  answered: v.number(),
  promoters: v.number(),
  detractors: v.number(),
  npsCount: v.number(),
  satisfied: v.number(),
  grades: v.object({ speed: vGrade, channel: vGrade, resolution: vGrade }),
});

/** Why nobody is asked. */
const vSkipReason = literals("reopened", "not_answered", "asked_lately", "no_contact", "merged", "deleted", "off");

export const surveyTables = {
  // Whether and how people are asked. Written by members; absent: off.
  surveySettings: defineTable({ orgId: v.id("organisations"), ...vSurveySettings.fields }).index("by_org", ["orgId"]),
  // One question about one closing of a conversation, with its answer. Written by surveys; read by its page and figures;
  // the comment goes with the person's other texts.
  surveys: defineTable({
    orgId: v.id("organisations"),
    /** The closing: one question each. */
    eventId: v.id("domainEvents"),
    threadId: v.id("threads"),
    contactId: v.id("contacts"),
    /** Who had the conversation when it was closed. */
    assigneeId: v.optional(v.id("members")),
    channel: vChannel,
    measures: v.array(vMeasure),
    locale: v.string(),
    state: v.union(
      v.object({ kind: v.literal("planned"), dueAt: v.number() }),
      v.object({ kind: v.literal("sent"), at: v.number(), queueId: v.string() }),
      v.object({ kind: v.literal("answered"), at: v.number() }),
      v.object({ kind: v.literal("skipped"), at: v.number(), reason: vSkipReason }),
    ),
    sentAt: v.optional(v.number()),
    /** The link is in the message alone. */
    tokenHash: v.optional(v.string()),
    ratings: v.optional(vRatings),
    comment: v.optional(v.string()),
  })
    .index("by_event", ["eventId"])
    .index("by_token", ["tokenHash"])
    .index("by_thread", ["threadId"])
    .index("by_contact", ["contactId", "sentAt"])
    .index("by_planned", ["state.kind", "state.dueAt"]),
  // Sums a month, an agent and a channel. Written with every question and answer; read by monitoring.
  surveyFigures: defineTable({
    orgId: v.id("organisations"),
    /** "2026-11", by the organisation's own calendar. */
    month: v.string(),
    agentId: v.union(v.id("members"), v.null()),
    channel: vChannel,
    tally: vTally,
  }).index("by_org", ["orgId", "month", "agentId", "channel"]),
};
