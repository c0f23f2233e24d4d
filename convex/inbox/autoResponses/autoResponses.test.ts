import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, deviceMessages, inMutation, NOON } from "../../../tests/support/delivery";
import { deliverMail, deliverText, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { api } from "../../_generated/api";
import { suppress } from "../../contacts/suppressions/model";
import { rateLimiter } from "../../lib/rateLimits";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";

/** Tuesday evening in Berlin: closed, and not yet quiet. */
const EVENING = NOON + 8 * HOUR_MS;
const MORNING = NOON + 21 * HOUR_MS;

vi.setConfig({ testTimeout: 30_000 });
beforeEach(() => void vi.useFakeTimers({ now: EVENING, toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => vi.useRealTimers());

const TEXTS = [
  { language: "de" as const, text: "Danke, {{name}}. Wir sind ab {{opens}} wieder da." },
  { language: "en" as const, text: "Thank you. We are back {{opens}}." },
];

async function answering(change: { isEnabled?: boolean } = {}) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId, emailChannelId, smsChannelId, as } = inbox;
  await inMutation(t, async (ctx) => {
    const intervals = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, start: "09:00", end: "17:00" }));
    const calendar = { name: "Büro", timezone: "Europe/Berlin", intervals, holidays: [], isDefault: true };
    await ctx.db.insert("calendars", { orgId, ...calendar });
  });
  for (const channelId of [emailChannelId, smsChannelId]) {
    const response = { isEnabled: true, calendarId: null, texts: TEXTS, ...change };
    await as.mutation(api.inbox.autoResponses.mutations.set, { orgId, channelId, ...response });
  }
  const write = async (id: string, headers: Record<string, string> = {}, text = "Hallo?", at = EVENING) => {
    // Everything that follows from a mail runs, and takes the clock along.
    vi.setSystemTime(at);
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, "Message-ID": `<${id}@example.org>`, ...headers }, text));
  };
  const text = async (id: string) => {
    vi.setSystemTime(EVENING);
    await deliverText(t, inbox, { from: "+4915112345678", text: "Hallo?", id });
  };
  const answers = async () => (await rows(t, "messages")).filter(({ messageType }) => messageType === "auto_response");
  const sent = async () => (await deviceMessages(t)).filter(({ direction }) => direction === "to_customer");
  return { t, inbox, orgId, as, write, text, answers, sent };
}

it("answers nothing in a channel that is switched off", async () => {
  const { t, orgId, as, inbox, write, answers } = await answering();
  const channelId = inbox.emailChannelId;
  await as.mutation(api.inbox.channels.mutations.setActive, { orgId, channelId, isActive: false });
  await write("m1");
  expect(await rows(t, "threads")).toMatchObject([{ channelId }]);
  expect(await answers()).toEqual([]);
});

it("answers a mail at night at once, in the person's conversation, and is no answer of the team", async () => {
  const { t, write, answers, sent } = await answering();
  await write("m1");
  const text = "Danke, Max Muster. Wir sind ab Mittwoch, 13. Mai, 09:00 wieder da.";
  expect(await answers()).toMatchObject([
    { text, isAutomatic: true, deliveryStatus: expect.stringMatching(/sent|delivered/) },
  ]);
  expect((await sent()).map((message) => message.text)).toEqual([expect.stringContaining(text)]);
  expect((await allRows(t, "messageQueue")).map(({ plannedAt }) => (plannedAt ?? 0) - EVENING < MINUTE_MS)).toEqual([
    true,
  ]);
  const [thread] = await rows(t, "threads");
  expect(thread).toMatchObject({ status: "open", lastMessageType: "incoming", lastMessagePreview: "Hallo?" });
  expect(thread?.responseDueAt).toBeDefined();
});

it("answers several messages of a night once, and the next night again", async () => {
  const { write, text, answers } = await answering();
  await write("m1");
  await write("m2", { "In-Reply-To": "<m1@example.org>" });
  await write("m3", { Subject: "Etwas ganz anderes" });
  expect(await answers()).toHaveLength(1);
  await text("s1");
  expect(await answers()).toHaveLength(2);
  await write("m4", { "In-Reply-To": "<m1@example.org>" }, "Immer noch?", EVENING + DAY_MS + HOUR_MS);
  expect(await answers()).toHaveLength(3);
});

it("says nothing while people work, nor where it is switched off", async () => {
  const { t, write, answers } = await answering();
  await write("m1", {}, "Hallo?", MORNING + 2 * HOUR_MS);
  expect(await answers()).toEqual([]);
  expect(await rows(t, "threads")).toHaveLength(1);
  const off = await answering({ isEnabled: false });
  await off.write("m1");
  expect(await off.answers()).toEqual([]);
});

it.each([
  ["another responder", { "Auto-Submitted": "auto-replied" }],
  ["a vacation notice without a header", { Subject: "Abwesenheitsnotiz: Frage" }],
  ["a mailing list", { "List-Id": "<news.example.org>" }],
  ["bulk mail", { Precedence: "bulk" }],
  ["a no-reply address", { From: "noreply@example.org" }],
  ["a bounce", { From: "mailer-daemon@example.org", "Return-Path": "<>" }],
  ["one of our own addresses", { From: "info@haff.example" }],
])("never answers %s", async (_, headers) => {
  const { write, answers, sent } = await answering();
  await write("m1", headers);
  expect(await answers()).toEqual([]);
  expect(await sent()).toEqual([]);
});

it("meets a responder that says nothing of itself only once", async () => {
  const { write, answers } = await answering();
  for (let round = 0; round < 3; round++)
    await write(`r${round}`, { Subject: "Re: Frage zum Kurs" }, `Ich bin nicht da (${round}).`);
  expect(await answers()).toHaveLength(1);
});

it("stops when a channel answers too often in an hour", async () => {
  const { t, inbox, write, text, answers } = await answering();
  vi.setSystemTime(EVENING);
  await inMutation(t, async (ctx) => {
    for (let spent = 0; spent < 100; spent++) {
      await rateLimiter.limit(ctx, "autoResponse", { key: inbox.emailChannelId });
    }
  });
  await write("m1");
  expect(await answers()).toEqual([]);
  await text("s1");
  expect(await answers()).toHaveLength(1);
});

it("says nothing to who was just answered by a person", async () => {
  const { t, as, orgId, write, answers } = await answering();
  await write("m1");
  const threadId = (await rows(t, "threads"))[0]!._id;
  vi.setSystemTime(EVENING + 2 * DAY_MS);
  await as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Gern", close: false, clientId: "c" });
  await write("m2", { "In-Reply-To": "<m1@example.org>" }, "Danke", EVENING + 2 * DAY_MS + MINUTE_MS);
  expect(await answers()).toHaveLength(1);
});

it("obeys a suppression: the timeline says that it did not leave", async () => {
  const { t, inbox, write, answers, sent } = await answering();
  const { orgId } = inbox;
  await inMutation(t, (ctx) =>
    suppress(ctx, { orgId, channel: "email", address: "max@example.org", reason: "manual", source: "test" }),
  );
  await write("m1");
  expect(await answers()).toMatchObject([{ deliveryStatus: "failed" }]);
  expect(await sent()).toEqual([]);
});

it("refuses texts that are none", async () => {
  const { as, inbox } = await answering();
  const { orgId, emailChannelId: channelId } = inbox;
  const set = (texts: typeof TEXTS) =>
    as.mutation(api.inbox.autoResponses.mutations.set, { orgId, channelId, isEnabled: true, calendarId: null, texts });
  for (const texts of [[], [TEXTS[0]!, TEXTS[0]!], [{ language: "de" as const, text: "x".repeat(601) }]]) {
    await expect(set(texts)).rejects.toMatchObject({ data: { code: "invalid", field: "texts" } });
  }
  const shown = await as.query(api.inbox.autoResponses.queries.list, { orgId });
  expect(shown.find((each) => each.channelId === channelId)).toMatchObject({ isEnabled: true, texts: TEXTS });
});
