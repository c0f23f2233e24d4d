import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, NOON, type Convex } from "../../../tests/support/delivery";
import { deliverMail, events, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";

let t: Convex;
let inbox: Inbox;
let threadId: Id<"threads">;
const MINUTE = 60_000;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON });
  t = setupConvex();
  inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Wann kommt das Segel?"));
  threadId = (await rows(t, "threads"))[0]!._id;
  vi.setSystemTime(Date.now() + 30 * MINUTE);
});
afterEach(() => vi.useRealTimers());

const call = () => ({
  orgId: inbox.orgId,
  threadId,
  clientId: "call-1",
  direction: "outgoing" as const,
  outcome: "answered" as const,
  at: Date.now() - MINUTE,
  seconds: 240,
  text: " Termin am Freitag besprochen. ",
});
const log = async (
  part: Partial<Omit<ReturnType<typeof call>, "outcome" | "direction">> & Record<string, unknown> = {},
) => await inbox.as.mutation(api.inbox.calls.mutations.log, { ...call(), ...part });
const thread = async () => (await rows(t, "threads"))[0]!;
const clock = async (kind: string) => (await allRows(t, "slaClocks")).find((each) => each.kind === kind)?.state.kind;

it("stands in the timeline once, counts as activity, answers the customer, is audited", async () => {
  expect(await clock("first_response")).toBe("running");
  const messageId = await log();
  expect(await log()).toBe(messageId);
  const page = { numItems: 9, cursor: null };
  const shown = await inbox.as.query(api.inbox.queries.listMessages, {
    orgId: inbox.orgId,
    threadId,
    paginationOpts: page,
  });
  expect(shown.page).toHaveLength(2);
  expect(shown.page[0]).toMatchObject({
    text: "Termin am Freitag besprochen.",
    senderName: "Anna Admin",
    call: { direction: "outgoing", outcome: "answered", seconds: 240, loggedBy: "Anna Admin" },
  });
  expect(await thread()).toMatchObject({
    lastMessageAt: Date.now() - MINUTE,
    lastMessagePreview: "Termin am Freitag besprochen.",
    lastMessageType: "internal_note",
  });
  expect(await thread()).not.toHaveProperty("responseDueAt");
  expect(await clock("first_response")).toMatch(/met|missed/);
  expect((await rows(t, "auditEntries")).map(({ action }) => action)).toContain("call.logged");
  expect(await events(t, "call.")).toEqual(["call.logged"]);
});

it("does not answer when nobody was reached, nor what was written after it", async () => {
  await log({ outcome: "voicemail" });
  expect(await clock("first_response")).toBe("running");
  const wroteAt = (await rows(t, "messages"))[0]!.at;
  await log({ clientId: "call-2", at: wroteAt - 1 });
  expect(await clock("first_response")).toBe("running");
  expect((await thread()).lastMessagePreview).toBe("Termin am Freitag besprochen.");
});

it("lets a customer wait who called in vain, unless set otherwise", async () => {
  await log();
  vi.setSystemTime(Date.now() + 5 * MINUTE);
  await log({ clientId: "call-2", direction: "incoming", outcome: "no_answer", seconds: 0, text: "" });
  expect(await clock("next_response")).toBe("running");
  expect((await thread()).lastMessagePreview).toBe("Anruf vom Kunden");

  const settings = { outgoingAnswers: false, incomingAnswers: true, missedWaits: false };
  await inbox.as.mutation(api.inbox.calls.mutations.setSettings, { orgId: inbox.orgId, ...settings });
  await log({ clientId: "call-3" });
  expect(await clock("next_response")).toBe("running");
  expect(await inbox.as.query(api.inbox.calls.queries.settings, { orgId: inbox.orgId })).toEqual(settings);
});

it("is changed by its author alone, and the deadline follows", async () => {
  const messageId = await log({ outcome: "no_answer" });
  const { threadId: _thread, clientId: _client, ...changed } = { ...call(), messageId, text: "Doch erreicht." };
  const other = await makeMember(t, inbox.orgId, "agent", "other");
  expect(await errorOf(other.as.mutation(api.inbox.calls.mutations.change, changed))).toMatchObject({
    code: "forbidden",
  });
  await inbox.as.mutation(api.inbox.calls.mutations.change, changed);
  expect(await clock("first_response")).toMatch(/met|missed/);
  expect(await rows(t, "messages")).toMatchObject([
    {},
    { text: "Doch erreicht.", call: { outcome: "answered", editedAt: Date.now() } },
  ]);
  await inbox.as.mutation(api.inbox.calls.mutations.change, { ...changed, outcome: "busy" });
  expect(await clock("next_response")).toBe("running");
  expect((await rows(t, "auditEntries")).filter(({ action }) => action === "call.changed")).toHaveLength(2);
});

it("refuses what cannot be", async () => {
  for (const [field, part] of [
    ["at", { at: Date.now() + 10 * MINUTE }],
    ["seconds", { seconds: -1 }],
    ["seconds", { seconds: 25 * 60 * 60 }],
    ["callbackAt", { callbackAt: Date.now() - 2 * MINUTE }],
    ["text", { text: "x".repeat(50_001) }],
  ] as const) {
    expect(await errorOf(log(part))).toMatchObject({ code: "invalid", field });
  }
  const foreign = await makeMember(t, await makeOrg(t, "Andere"), "agent", "foreign");
  expect(await errorOf(log({ memberId: foreign.memberId }))).toMatchObject({ code: "not_found" });
  expect(await errorOf(foreign.as.mutation(api.inbox.calls.mutations.log, call()))).toMatchObject({
    code: expect.stringMatching(/not_found|forbidden/) as string,
  });
});
