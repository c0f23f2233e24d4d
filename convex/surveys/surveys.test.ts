import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { inMutation, type Convex } from "../../tests/support/delivery";
import { deliverText, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../tests/support/inbox";
import { postForm } from "../../tests/support/links";
import { errorOf, makeMember } from "../../tests/support/members";
import { api, internal } from "../_generated/api";
import type { Doc, Id } from "../_generated/dataModel";
import { connectionsFor, createConnection } from "../connections/model";
import { addAddress } from "../contacts/model";
import { noteInbound } from "../delivery/windows/model";
import { storeRawEvent } from "../intake/model";
import { planSurvey } from "./model";
import type { SurveySettings } from "./schema";

const NOON = Date.UTC(2026, 10, 17, 11);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SETTINGS: SurveySettings = {
  isOn: true,
  measures: ["nps", "speed", "channel", "resolution"],
  delayMinutes: 60,
  by: "conversation",
  everyDays: 30,
};

let t: Convex;
let inbox: Inbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON });
  t = setupConvex();
  inbox = await makeInbox(t);
  await save();
});
afterEach(() => vi.useRealTimers());

const save = async (changes: Partial<SurveySettings> = {}) =>
  await inbox.as.mutation(api.surveys.mutations.save, { orgId: inbox.orgId, ...SETTINGS, ...changes });

/** Lets time go on to `at`, and everything that is due then happen. */
async function goTo(at: number): Promise<void> {
  vi.advanceTimersByTime(Math.max(0, at - Date.now()));
  for (let round = 0; round < 8; round++) {
    await t.finishInProgressScheduledFunctions();
    vi.advanceTimersByTime(0);
  }
}

async function conversation(id = "m1", answer = true): Promise<Id<"threads">> {
  const text = mail({ ...MAX_MAIL, Subject: id, "Message-ID": `<${id}@example.org>` }, `Frage ${id}`);
  const { emailChannelId: sourceId } = inbox;
  await inMutation(t, async (ctx) => {
    const body = { kind: "text", text } as const;
    await storeRawEvent(ctx, { orgId: inbox.orgId, kind: "email_raw", sourceId, dedupeKey: id, body });
  });
  await goTo(Date.now());
  const thread = (await rows(t, "threads")).at(-1);
  if (thread === undefined) throw new Error("no conversation");
  const { orgId, as } = inbox;
  if (answer) {
    await as.mutation(api.inbox.mutations.reply, {
      orgId,
      threadId: thread._id,
      text: "Gern.",
      close: false,
      clientId: id,
    });
    await goTo(Date.now() + 60_000);
  }
  return thread._id;
}
const setStatus = async (threadId: Id<"threads">, status: "closed" | "open") => {
  await inbox.as.mutation(api.inbox.mutations.setStatus, { orgId: inbox.orgId, threadId, status });
  await goTo(Date.now());
};
const surveys = async (): Promise<Doc<"surveys">[]> =>
  await t.run(async (ctx) => await ctx.db.query("surveys").take(20));
const linkIn = async () => {
  const bodies = await t.run(async (ctx) => await ctx.db.query("messageBodies").take(50));
  const texts = bodies.map(({ content }) => (content.kind === "finished" ? content.text : ""));
  return texts.map((text) => /\/s\/[\w-]+/.exec(text)?.[0]).findLast((link) => link !== undefined) ?? "";
};
async function asked(): Promise<string> {
  const threadId = await conversation();
  await setStatus(threadId, "closed");
  await goTo(Date.now() + HOUR_MS);
  return await linkIn();
}

describe("asking", () => {
  it("happens once a closing, after the delay, as a service message", async () => {
    const threadId = await conversation();
    await setStatus(threadId, "closed");
    const closing = (await rows(t, "domainEvents")).find(({ kind }) => kind === "thread.closed");
    await inMutation(t, (ctx) => planSurvey(ctx, closing!));
    expect(await surveys()).toMatchObject([{ state: { kind: "planned", dueAt: closing!.at + HOUR_MS }, threadId }]);
    await goTo(closing!.at + HOUR_MS);
    const [survey, ...others] = await surveys();
    expect(others).toEqual([]);
    expect(survey?.state.kind).toBe("sent");
    await t.mutation(internal.surveys.jobs.send, { surveyId: survey!._id });
    const queue = await t.run(async (ctx) => await ctx.db.query("messageQueue").take(50));
    const messages = queue.filter(({ idempotencyKey }) => idempotencyKey.startsWith("survey:"));
    expect(messages).toMatchObject([{ purpose: "service", channel: "email" }]);
  });

  it("goes by e-mail where WhatsApp takes no text any more", async () => {
    await save({ delayMinutes: 25 * 60 });
    await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo", id: "w1", channel: "whatsapp" });
    await goTo(Date.now());
    const { orgId, as } = inbox;
    const thread = (await rows(t, "threads"))[0]!;
    const contactId = thread.contactId!;
    await as.mutation(api.inbox.mutations.reply, {
      orgId,
      threadId: thread._id,
      text: "Gern.",
      close: true,
      clientId: "a",
    });
    await goTo(Date.now() + 60_000);
    await inMutation(t, async (ctx) => {
      await addAddress(ctx, { orgId, contactId, channel: "email", address: "gast@example.org" });
      for (const { _id } of await connectionsFor(ctx, orgId, "whatsapp")) await ctx.db.delete("connections", _id);
      const connectionId = await createConnection(ctx, { orgId, channel: "whatsapp", provider: "meta", name: "Meta" });
      await noteInbound(ctx, { orgId, contactId, connectionId, at: Date.now() });
    });
    await goTo(Date.now() + 25 * HOUR_MS);
    const queue = await t.run(async (ctx) => await ctx.db.query("messageQueue").take(50));
    const survey = queue.find(({ idempotencyKey }) => idempotencyKey.startsWith("survey:"))!;
    expect(survey.state.kind).toBe("sent");
    expect(await t.run(async (ctx) => await ctx.db.get("connections", survey.connectionId!))).toMatchObject({
      channel: "email",
    });
  });

  it("is dropped for what goes on, was never answered, was asked lately, or is switched off meanwhile", async () => {
    const reasonOf = async () => {
      const last = (await surveys()).at(-1)?.state;
      return last?.kind === "skipped" ? last.reason : last?.kind;
    };
    const threadId = await conversation();
    await setStatus(threadId, "closed");
    await setStatus(threadId, "open");
    expect(await reasonOf()).toBe("reopened");
    await setStatus(threadId, "closed");
    await goTo(Date.now() + HOUR_MS);
    expect(await reasonOf()).toBe("sent");
    await setStatus(threadId, "open");
    await setStatus(threadId, "closed");
    await goTo(Date.now() + HOUR_MS);
    expect(await reasonOf()).toBe("asked_lately");
    const spam = await conversation("spam", false);
    vi.setSystemTime(Date.now() + 40 * DAY_MS);
    await setStatus(spam, "closed");
    await goTo(Date.now() + HOUR_MS);
    expect(await reasonOf()).toBe("not_answered");
    await setStatus(threadId, "open");
    await setStatus(threadId, "closed");
    await save({ isOn: false });
    await goTo(Date.now() + HOUR_MS);
    expect(await reasonOf()).toBe("off");
    const before = (await surveys()).length;
    await setStatus(threadId, "open");
    await setStatus(threadId, "closed");
    expect(await surveys()).toHaveLength(before);
  });

  it("is taken up by the sweeper when its job was lost", async () => {
    const threadId = await conversation();
    await setStatus(threadId, "closed");
    const jobs = await t.run(async (ctx) => await ctx.db.system.query("_scheduled_functions").take(100));
    const lost = jobs.filter(({ name, state }) => name.includes("surveys") && state.kind === "pending");
    expect(lost).toHaveLength(1);
    await t.run(async (ctx) => await ctx.scheduler.cancel(lost[0]!._id));
    await goTo(Date.now() + 2 * HOUR_MS);
    expect((await surveys())[0]?.state.kind).toBe("planned");
    await t.mutation(internal.surveys.jobs.sweep, {});
    await goTo(Date.now());
    expect((await surveys())[0]?.state.kind).toBe("sent");
  });
});

describe("the page", () => {
  it("asks by GET, which changes nothing, and records by POST, once", async () => {
    const link = await asked();
    for (let i = 0; i < 3; i++) expect((await t.fetch(link, { method: "GET" })).status).toBe(200);
    expect((await surveys())[0]?.state.kind).toBe("sent");
    expect(await (await t.fetch(`${link}?lang=en`, { method: "GET" })).text()).toContain("How likely are you");
    expect((await postForm(t, link, { comment: "nur Worte" })).status).toBe(422);
    const answered = await postForm(t, link, { nps: "3", speed: "5", channel: "99", comment: " <b>Zu</b> langsam " });
    expect(answered.status).toBe(200);
    expect(await answered.text()).toContain("Ihre Antwort ist angekommen");
    expect(await (await postForm(t, link, { nps: "10" })).text()).toContain("schon bei uns");
    expect((await surveys())[0]).toMatchObject({
      state: { kind: "answered" },
      ratings: { nps: 3, speed: 5 },
      comment: "<b>Zu</b> langsam",
    });
  });

  it("is expired after a month, and unknown for links nobody made", async () => {
    const link = await asked();
    vi.setSystemTime(Date.now() + 31 * DAY_MS);
    expect((await t.fetch(link, { method: "GET" })).status).toBe(410);
    expect((await postForm(t, link, { nps: "9" })).status).toBe(410);
    expect((await t.fetch("/s/nonsense", { method: "GET" })).status).toBe(404);
    expect((await postForm(t, "/s/nonsense", { nps: "9" })).status).toBe(404);
  });
});

describe("an answer", () => {
  it("shows in the conversation, counts for the agent and channel, and a bad one is told", async () => {
    const { as: lead } = await makeMember(t, inbox.orgId, "team_lead", "lead");
    await postForm(t, await asked(), { nps: "2", resolution: "1", comment: "Schade" });
    await goTo(Date.now());
    const lines = (await rows(t, "messages")).filter(({ messageType }) => messageType === "system_notification");
    expect(lines.map(({ text }) => text)).toContain("Bewertung: Empfehlung 2/10, Lösung 1/5\n„Schade“");
    const figures = await inbox.as.query(api.surveys.queries.figures, { orgId: inbox.orgId, now: Date.now() });
    expect(figures.total).toMatchObject({ sent: 1, answered: 1, detractors: 1, npsCount: 1 });
    expect(figures.byChannel).toMatchObject([{ channel: "email", tally: { answered: 1 } }]);
    const events = (await rows(t, "domainEvents")).filter(({ kind }) => kind === "survey.answered");
    expect(events).toMatchObject([{ payload: { nps: 2, isBad: true } }]);
    const told = await lead.query(api.notifications.queries.list, {
      orgId: inbox.orgId,
      paginationOpts: { numItems: 10, cursor: null },
    });
    expect(told.page.map(({ kind }) => kind)).toContain("bad_rating");
  });

  it("loses its words with a conversation that is removed for good; the rating stays", async () => {
    const link = await asked();
    await postForm(t, link, { nps: "2", comment: "Schade" });
    await goTo(Date.now());
    const { orgId, as } = inbox;
    const [{ threadId }] = (await surveys()) as [Doc<"surveys">];
    await as.mutation(api.inbox.deletion.mutations.remove, { orgId, threadId });
    await as.mutation(api.inbox.deletion.mutations.purge, { orgId, threadId });
    await goTo(Date.now());
    const [survey] = await surveys();
    expect(survey).toMatchObject({ ratings: { nps: 2 }, state: { kind: "answered" } });
    expect(survey?.comment).toBeUndefined();
    expect(survey?.tokenHash).toBeUndefined();
  });
});

describe("settings", () => {
  it("are checked, and a viewer's business only to read", async () => {
    const fieldOf = async (changes: Partial<SurveySettings>) =>
      ((await errorOf(save(changes))) as { field?: string }).field;
    expect(await fieldOf({ measures: [] })).toBe("measures");
    expect(await fieldOf({ delayMinutes: -1 })).toBe("delayMinutes");
    expect(await fieldOf({ everyDays: 1.5 })).toBe("everyDays");
    const { as } = await makeMember(t, inbox.orgId, "viewer", "v");
    expect(await as.query(api.surveys.queries.settings, { orgId: inbox.orgId })).toEqual(SETTINGS);
    const refused = as.mutation(api.surveys.mutations.save, { orgId: inbox.orgId, ...SETTINGS });
    expect((await errorOf(refused)).code).toBe("forbidden");
  });
});
