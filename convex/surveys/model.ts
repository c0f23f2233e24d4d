import { v, type Infer } from "convex/values";
import { internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import type { MutationCtx, QueryCtx } from "../_generated/server";
import { record } from "../audit/model";
import { requireContact } from "../contacts/model";
import { enqueue } from "../delivery/model";
import { answerWindow } from "../delivery/windows/model";
import { emit } from "../events/model";
import { wasAnswered } from "../inbox/model/answered";
import { findThread } from "../inbox/model/rows";
import { tellThread } from "../inbox/merges/model/moves";
import { isOnCustomerChannel, type Channel } from "../lib/closedSets";
import { randomToken, sha256Hex } from "../lib/crypto";
import { requireEnv } from "../lib/env";
import { appError } from "../lib/errors";
import { DAY_MS, MINUTE_MS } from "../lib/time";
import { brandOf, requireOrg } from "../orgs/model";
import { vBrand } from "../orgs/schema";
import { SURVEY_PREFIX } from "./html";
import { EMPTY_TALLY, isBad, isRating, MEASURES, tallyOf, type Measure, type Ratings } from "./measures";
import { addFigures } from "./model/figures";
import { vMeasure, type SurveySettings } from "./schema";
import { surveyWords } from "./words";

/** How long an answer is taken: later nobody remembers. */
const SURVEY_LIFETIME_MS = 30 * DAY_MS;
/** A question that could not leave within two days is about something forgotten. */
const WORTH_ASKING_MS = 2 * DAY_MS;
const MAX_DELAY_MINUTES = 7 * 24 * 60;
const MAX_EVERY_DAYS = 365;
/** Closings of one conversation that may still be planned at once. */
const MAX_PLANNED = 10;
const SWEEP_BATCH = 50;
/** One closing each: nobody closes one so often. */
const MAX_OF_THREAD = 500;

/** What counts until a member decides otherwise. */
const DEFAULT_SETTINGS: SurveySettings = {
  isOn: false,
  measures: [...MEASURES],
  delayMinutes: 60,
  by: "conversation",
  everyDays: 30,
};

/** Whether and how people are asked. */
export async function surveySettings(ctx: QueryCtx, orgId: Id<"organisations">): Promise<SurveySettings> {
  const row = await settingsRow(ctx, orgId);
  if (row === null) return DEFAULT_SETTINGS;
  const { isOn, measures, delayMinutes, by, everyDays } = row;
  return { isOn, measures, delayMinutes, by, everyDays };
}

/** Changes it. Throws `invalid` with the field. */
export async function saveSettings(ctx: MutationCtx, member: Doc<"members">, settings: SurveySettings): Promise<void> {
  const { orgId } = member;
  const { delayMinutes, everyDays } = settings;
  const measures = MEASURES.filter((measure) => settings.measures.includes(measure));
  if (measures.length === 0) throw appError("invalid", "Choose at least one question.", { field: "measures" });
  if (!Number.isInteger(delayMinutes) || delayMinutes < 0 || delayMinutes > MAX_DELAY_MINUTES) {
    throw appError("invalid", "From 0 minutes to a week (10080).", { field: "delayMinutes" });
  }
  if (!Number.isInteger(everyDays) || everyDays < 0 || everyDays > MAX_EVERY_DAYS) {
    throw appError("invalid", "From 0 to 365 days.", { field: "everyDays" });
  }
  const row = await settingsRow(ctx, orgId);
  if (row === null) await ctx.db.insert("surveySettings", { orgId, ...settings, measures });
  else await ctx.db.patch("surveySettings", row._id, { ...settings, measures });
  const actor = { kind: "member", memberId: member._id } as const;
  const subject = { table: "organisations", id: orgId };
  await record(ctx, { orgId, actor, action: "surveys.changed", subject, details: { isOn: settings.isOn } });
}

/** A conversation was closed: plans the question about it, once a closing. */
export async function planSurvey(ctx: MutationCtx, event: Doc<"domainEvents">): Promise<void> {
  const { orgId, _id: eventId } = event;
  const settings = await surveySettings(ctx, orgId);
  const threadId = ctx.db.normalizeId("threads", event.subject.threadId ?? "");
  if (!settings.isOn || threadId === null) return;
  const known = await ctx.db
    .query("surveys")
    .withIndex("by_event", (q) => q.eq("eventId", eventId))
    .unique();
  const thread = await findThread(ctx, orgId, threadId);
  // A conversation that was merged into another is closed by that, and goes on there.
  if (known !== null || thread?._id !== threadId || thread.isOpen || thread.contactId === undefined) return;
  if (thread.isSpam === true || !isOnCustomerChannel(thread)) return;
  const contact = await requireContact(ctx, orgId, thread.contactId);
  const dueAt = event.at + settings.delayMinutes * MINUTE_MS;
  const surveyId = await ctx.db.insert("surveys", {
    orgId,
    eventId,
    threadId,
    contactId: contact._id,
    assigneeId: thread.assigneeId,
    channel: thread.channel,
    measures: settings.measures,
    locale: contact.locale ?? (await requireOrg(ctx, orgId)).locale,
    state: { kind: "planned", dueAt },
  });
  await ctx.scheduler.runAt(Math.max(dueAt, Date.now()), internal.surveys.jobs.send, { surveyId });
}

/** A conversation goes on: what was planned about its closing is not asked. */
export async function dropPlanned(ctx: MutationCtx, event: Doc<"domainEvents">): Promise<void> {
  const threadId = ctx.db.normalizeId("threads", event.subject.threadId ?? "");
  if (threadId === null) return;
  const surveys = await ctx.db
    .query("surveys")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .order("desc")
    .take(MAX_PLANNED);
  for (const survey of surveys) if (survey.orgId === event.orgId) await skipPlanned(ctx, survey, "reopened");
}

/** A conversation is gone for good: the words about it go, and the links to write more. The ratings stay: they are figures. */
export async function forgetWords(ctx: MutationCtx, { orgId, subject }: Doc<"domainEvents">): Promise<void> {
  const threadId = ctx.db.normalizeId("threads", subject.threadId ?? "");
  if (threadId === null) return;
  const surveys = await ctx.db
    .query("surveys")
    .withIndex("by_thread", (q) => q.eq("threadId", threadId))
    .take(MAX_OF_THREAD);
  for (const survey of surveys) {
    if (survey.orgId !== orgId) continue;
    await skipPlanned(ctx, survey, "deleted");
    await ctx.db.patch("surveys", survey._id, { comment: undefined, tokenHash: undefined });
  }
}

type SkipReason = Extract<Doc<"surveys">["state"], { kind: "skipped" }>["reason"];

async function skipPlanned(ctx: MutationCtx, survey: Doc<"surveys">, reason: SkipReason): Promise<void> {
  if (survey.state.kind !== "planned") return;
  await ctx.db.patch("surveys", survey._id, { state: { kind: "skipped", at: Date.now(), reason } });
}

/** Asks, unless something speaks against it by now; once, however often it runs. */
export async function sendSurvey(ctx: MutationCtx, surveyId: Id<"surveys">): Promise<void> {
  const survey = await ctx.db.get("surveys", surveyId);
  const now = Date.now();
  if (survey?.state.kind !== "planned" || survey.state.dueAt > now) return;
  const reason = await reasonNotToAsk(ctx, survey, now);
  if (reason !== null) return await skipPlanned(ctx, survey, reason);
  const { orgId, contactId, locale } = survey;
  const token = randomToken();
  const words = surveyWords(locale);
  const { name } = await requireOrg(ctx, orgId);
  const url = `${requireEnv("CONVEX_SITE_URL")}${SURVEY_PREFIX}${token}`;
  const wish = await channelFor(ctx, survey, now);
  const isShort = wish === "sms" || wish === "whatsapp";
  const text = isShort ? words.short(name, url) : words.message(name, url);
  const { queueId } = await enqueue(ctx, {
    orgId,
    lane: "transactional",
    channel: wish,
    contactId,
    purpose: "service",
    source: { kind: "system", name: "survey" },
    content: { kind: "finished", ...(isShort ? {} : { subject: words.subject }), text, fileIds: [] },
    dueAt: now,
    expiresAt: now + WORTH_ASKING_MS,
    idempotencyKey: `survey:${surveyId}`,
  });
  const tokenHash = await sha256Hex(token);
  await ctx.db.patch("surveys", surveyId, { state: { kind: "sent", at: now, queueId }, sentAt: now, tokenHash });
  await addFigures(ctx, survey, { ...EMPTY_TALLY, sent: 1 }, now);
}

/**
 * Where to ask. A person who wrote by WhatsApp more than a day ago can be asked there by approved templates alone, which a
 * survey is not: by the best other way then (product.md 2.4 no. 38).
 */
async function channelFor(
  ctx: QueryCtx,
  { orgId, contactId, channel }: Doc<"surveys">,
  now: number,
): Promise<Channel | "best"> {
  const { by } = await surveySettings(ctx, orgId);
  if (by !== "conversation") return by;
  if (channel !== "whatsapp") return channel;
  const { until } = await answerWindow(ctx, orgId, contactId);
  return until === null || until > now ? channel : "best";
}

async function reasonNotToAsk(ctx: QueryCtx, survey: Doc<"surveys">, now: number): Promise<SkipReason | null> {
  const { orgId, threadId, contactId } = survey;
  const { isOn, everyDays } = await surveySettings(ctx, orgId);
  if (!isOn) return "off";
  const thread = await findThread(ctx, orgId, threadId);
  if (thread === null) return "deleted";
  if (thread._id !== threadId) return "merged";
  if (thread.isOpen) return "reopened";
  const contact = await requireContact(ctx, orgId, contactId);
  if (contact.erasedAt !== undefined) return "no_contact";
  if (!(await wasAnswered(ctx, threadId))) return "not_answered";
  const last = await ctx.db
    .query("surveys")
    .withIndex("by_contact", (q) => q.eq("contactId", contactId).gt("sentAt", now - everyDays * DAY_MS))
    .first();
  return last === null ? null : "asked_lately";
}

/** Takes up questions whose job was lost with a crash. */
export async function sendOverdue(ctx: MutationCtx): Promise<void> {
  const late = await ctx.db
    .query("surveys")
    .withIndex("by_planned", (q) => q.eq("state.kind", "planned").lt("state.dueAt", Date.now() - MINUTE_MS))
    .take(SWEEP_BATCH);
  for (const { _id: surveyId } of late) await ctx.scheduler.runAfter(0, internal.surveys.jobs.send, { surveyId });
}

export const vSurveyPage = v.object({
  brand: v.object({ name: v.string(), ...vBrand.fields }),
  locale: v.string(),
  measures: v.array(vMeasure),
  state: v.union(v.literal("open"), v.literal("answered"), v.literal("expired")),
});

/** What the page of a link shows, or null for a link that is not ours. Changes nothing: scanners open every link. */
export async function surveyPage(ctx: QueryCtx, token: string, now: number): Promise<Infer<typeof vSurveyPage> | null> {
  const survey = await surveyByToken(ctx, token);
  if (survey === null) return null;
  const { orgId, locale, measures } = survey;
  return { brand: brandOf(await requireOrg(ctx, orgId)), locale, measures, state: stateOf(survey, now) };
}

/** What somebody chose on the page. */
type Answer = { ratings: Ratings; comment: string };

/** Records the answer, once: the first one counts. Null for a link that is not ours. */
export async function answerSurvey(
  ctx: MutationCtx,
  token: string,
  { ratings, comment }: Answer,
): Promise<"answered" | "known" | "expired" | "nothing" | null> {
  const survey = await surveyByToken(ctx, token);
  if (survey === null) return null;
  const now = Date.now();
  const state = stateOf(survey, now);
  if (state !== "open") return state === "answered" ? "known" : "expired";
  const asked = ratingsAsked(survey.measures, ratings);
  if (Object.keys(asked).length === 0) return "nothing";
  const said = comment.trim();
  await ctx.db.patch("surveys", survey._id, {
    state: { kind: "answered", at: now },
    ratings: asked,
    ...(said === "" ? {} : { comment: said }),
  });
  await addFigures(ctx, survey, tallyOf(asked), now);
  const { orgId, threadId, contactId } = survey;
  const thread = await findThread(ctx, orgId, threadId);
  if (thread !== null) await tellThread(ctx, thread, await teamLine(ctx, orgId, asked, said));
  const { assigneeId = null, channel: by } = survey;
  const payload = { surveyId: survey._id, isBad: isBad(asked), assigneeId, by, ...asked };
  await emit(ctx, { orgId, kind: "survey.answered", subject: { threadId: thread?._id, contactId }, payload });
  return "answered";
}

function stateOf({ state, sentAt }: Doc<"surveys">, now: number): "open" | "answered" | "expired" {
  if (state.kind === "answered") return "answered";
  return state.kind === "sent" && now < (sentAt ?? 0) + SURVEY_LIFETIME_MS ? "open" : "expired";
}

function ratingsAsked(measures: readonly Measure[], ratings: Ratings): Ratings {
  return Object.fromEntries(
    measures.flatMap((measure) => {
      const value = ratings[measure];
      return value !== undefined && isRating(measure, value) ? [[measure, value]] : [];
    }),
  );
}

async function teamLine(ctx: QueryCtx, orgId: Id<"organisations">, ratings: Ratings, comment: string): Promise<string> {
  const words = surveyWords((await requireOrg(ctx, orgId)).locale);
  const parts = MEASURES.flatMap((measure) => {
    const value = ratings[measure];
    return value === undefined ? [] : [`${words.names[measure]} ${value}/${measure === "nps" ? 10 : 5}`];
  });
  return `${words.team}: ${parts.join(", ")}${comment === "" ? "" : `\n„${comment}“`}`;
}

async function surveyByToken(ctx: QueryCtx, token: string): Promise<Doc<"surveys"> | null> {
  const tokenHash = await sha256Hex(token);
  return await ctx.db
    .query("surveys")
    .withIndex("by_token", (q) => q.eq("tokenHash", tokenHash))
    .unique();
}

async function settingsRow(ctx: QueryCtx, orgId: Id<"organisations">): Promise<Doc<"surveySettings"> | null> {
  return await ctx.db
    .query("surveySettings")
    .withIndex("by_org", (q) => q.eq("orgId", orgId))
    .unique();
}
