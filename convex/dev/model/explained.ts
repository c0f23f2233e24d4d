import type { Doc, Id } from "../../_generated/dataModel";
import type { MutationCtx } from "../../_generated/server";
import { channelFor, connectionsFor } from "../../connections/model";
import { findByAddress } from "../../contacts/model";
import { enqueue, giveUp, recordDecision, requireMessage } from "../../delivery/model";
import { closeAttempt } from "../../delivery/model/attempts";
import { keepResponse } from "../../inbox/autoResponses/model";
import { SUGGESTED_TEXTS, TEXT_LANGUAGES } from "../../inbox/autoResponses/texts";
import { clockTime, HOUR_MS, MINUTE_MS } from "../../lib/time";
import { CONTACTS } from "../data/people";
import { patchContact } from "../../contacts/model/rows";

// Three messages of the demo whose "Why?" is worth reading: one that waits for the morning of its recipient, one that
// was given up, and one that waits while its recipient complains.

/** Nine hours apart at most: in one of them it is always night. */
const FAR_ZONES = ["Asia/Dubai", "Pacific/Auckland", "America/New_York"] as const;
const NIGHT_FROM = "21:30";
const NIGHT_TO = "06:30";

/** Tells all, once, and lets WhatsApp answer at night from now on. */
export async function tellExplained(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<void> {
  await waitsForMorning(ctx, orgId, now);
  await gaveUp(ctx, orgId, now);
  await waitsForTalk(ctx, orgId, now);
  await answerAtNight(ctx, orgId);
}

/** A customer on a journey, where it is night: the engine itself decides to wait. */
async function waitsForMorning(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<void> {
  const contact = await findByAddress(ctx, { orgId, channel: "email", address: CONTACTS.birgit.email });
  if (contact === null) return;
  const isNight = (zone: string) => {
    const time = clockTime(now, zone);
    return time >= NIGHT_FROM || time < NIGHT_TO;
  };
  await patchContact(ctx, contact._id, { timezone: FAR_ZONES.find(isNight) ?? FAR_ZONES[0] });
  await enqueue(ctx, {
    orgId,
    lane: "transactional",
    channel: "email",
    contactId: contact._id,
    purpose: "transactional",
    source: { kind: "system", name: "Rechnungen" },
    content: {
      kind: "finished",
      subject: "Ihre Rechnung 2026-118",
      text: "Guten Tag, Ihre Rechnung liegt für Sie bereit.",
      fileIds: [],
    },
    dueAt: now,
    idempotencyKey: "demo:waits-for-morning",
  });
}

async function answerAtNight(ctx: MutationCtx, orgId: Id<"organisations">): Promise<void> {
  const channel = await channelFor(ctx, orgId, "whatsapp_business");
  if (channel === null) return;
  const texts = TEXT_LANGUAGES.map((language) => ({ language, text: SUGGESTED_TEXTS[language] }));
  await keepResponse(ctx, orgId, channel._id, { isEnabled: true, calendarId: null, texts });
}

/** Somebody with an open complaint, whom the website would ask for a review: the engine itself holds it. */
async function waitsForTalk(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<void> {
  const contact = await findByAddress(ctx, { orgId, channel: "whatsapp", address: CONTACTS.mehmet.phone });
  if (contact === null) return;
  await enqueue(ctx, {
    orgId,
    lane: "marketing",
    channel: "best",
    contactId: contact._id,
    purpose: "review",
    source: { kind: "api", apiKeyId: "demo", keyName: "Website" },
    content: {
      kind: "finished",
      subject: "Wie war Ihr Praxiskurs?",
      text: "Guten Tag, wie war Ihr Praxiskurs? Über eine Bewertung freuen wir uns.",
      fileIds: [],
    },
    dueAt: now,
    idempotencyKey: "demo:waits-for-talk",
  });
}

const FAILURE = {
  class: "transient",
  code: "503",
  reason: "The service is temporarily unavailable.",
} as const;
/** When it was tried, before now; then it was too old. */
const TRIES_BEFORE_MS = [27 * HOUR_MS, 26.5 * HOUR_MS, 24 * HOUR_MS, 3 * HOUR_MS];

async function gaveUp(ctx: MutationCtx, orgId: Id<"organisations">, now: number): Promise<void> {
  const address = CONTACTS.frank.phone;
  const contact = await findByAddress(ctx, { orgId, channel: "sms", address });
  const [connection] = await connectionsFor(ctx, orgId, "sms");
  if (contact === null || connection === undefined) return;
  const { queueId, isNew } = await enqueue(ctx, {
    orgId,
    lane: "critical",
    channel: "sms",
    contactId: contact._id,
    purpose: "transactional",
    source: { kind: "system", name: "Sturmwarnung" },
    content: { kind: "finished", text: "Der Törn heute entfällt wegen Sturm. Wir melden uns.", fileIds: [] },
    dueAt: now + HOUR_MS,
    idempotencyKey: "demo:gave-up",
  });
  if (!isNew) return;
  const { _id: connectionId, provider, name } = connection;
  const route = { routedChannel: "sms", address, connectionId } as const;
  const dueAt = now - (TRIES_BEFORE_MS[0] ?? 0);
  await ctx.db.patch("messageQueue", queueId, { ...route, dueAt, plannedAt: dueAt });
  const row = await requireMessage(ctx, orgId, queueId);
  for (const [index, beforeMs] of TRIES_BEFORE_MS.entries()) {
    const next = TRIES_BEFORE_MS[index + 1];
    await failed(ctx, row, { connectionId, provider, name }, index + 1, now - beforeMs, next && now - next);
  }
  await giveUp(ctx, { ...row, attemptCount: TRIES_BEFORE_MS.length }, "max_age", FAILURE);
  await ctx.db.patch("messageQueue", queueId, { attemptCount: TRIES_BEFORE_MS.length });
  await backdate(ctx, queueId, dueAt);
}

/** One refused try and what followed from it. */
async function failed(
  ctx: MutationCtx,
  row: Doc<"messageQueue">,
  { connectionId, provider, name }: Pick<Doc<"connections">, "provider" | "name"> & { connectionId: Id<"connections"> },
  number: number,
  startedAt: number,
  retryAt: number | undefined,
): Promise<void> {
  const inputs = { channel: "sms", connection: name, provider, attempt: number };
  const attempt = { number, provider, startedAt, connectionId, wasAsked: false };
  const route = { rule: "channel_wish", outcome: "sms", inputs };
  const endedAt = startedAt + 2_000;
  await closeAttempt(ctx, row, { ...attempt, route }, { kind: "refused", failure: FAILURE, retryAt }, endedAt);
  const told = { ...FAILURE, attempt: number };
  const decision =
    retryAt === undefined
      ? { stage: "retry", rule: "max_age", outcome: "dead", inputs: told }
      : { stage: "retry", rule: "backoff_transient", outcome: "retries", inputs: { ...told, at: retryAt } };
  await recordDecision(ctx, row, decision);
}

/** "Why?" tells when it would have happened. */
async function backdate(ctx: MutationCtx, queueId: Id<"messageQueue">, queuedAt: number): Promise<void> {
  const decisions = await ctx.db
    .query("decisions")
    .withIndex("by_message", (q) => q.eq("queueId", queueId))
    .take(TRIES_BEFORE_MS.length + 1);
  for (const [index, { _id, at, inputs }] of decisions.entries()) {
    const beforeMs = TRIES_BEFORE_MS[index - 1];
    if (beforeMs === undefined) {
      await ctx.db.patch("decisions", _id, { at: queuedAt - MINUTE_MS, inputs: { ...inputs, dueAt: queuedAt } });
    } else {
      const first = TRIES_BEFORE_MS[0] ?? 0;
      await ctx.db.patch("decisions", _id, { at: Math.min(at, queuedAt + first - beforeMs + 2_000) });
    }
  }
}
