import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, queueText, rowOf, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import { DEFAULT_RETENTION, proofKeptUntil, retentionProblem } from "./rules";

const DAY_MS = 24 * 3_600_000;
const NOW = Date.UTC(2026, 4, 12, 10);

let t: Convex;
let inbox: Inbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
});
afterEach(() => vi.useRealTimers());

/** Runs one night's jobs at `now`, without waking what else is planned. */
async function night(now: number) {
  await inMutation(t, async (ctx) => {
    for await (const { _id, state } of ctx.db.system.query("_scheduled_functions")) {
      if (state.kind === "pending") await ctx.scheduler.cancel(_id);
    }
  });
  vi.setSystemTime(now);
  await t.mutation(internal.delivery.retention.jobs.start, { after: 0 });
  await t.mutation(internal.inbox.retention.jobs.start, { after: 0 });
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(1);
    await t.finishInProgressScheduledFunctions();
  }
}

const bodies = async () => (await allRows(t, "messageBodies")).map(({ purgedAt }) => purgedAt !== undefined);

describe("texts past the organisation's period", () => {
  it("go, and the log stays: state, tries, decisions", async () => {
    const { queueId } = await queueText(t, inbox);
    await runJobs(t);
    const before = await rowOf(t, queueId);
    await night(NOW + 729 * DAY_MS);
    expect(await bodies()).toEqual([false]);
    await night(NOW + 731 * DAY_MS);
    expect(await bodies()).toEqual([true]);
    expect(JSON.stringify(await allRows(t, "messageBodies"))).not.toContain("Guten Tag");
    const after = await rowOf(t, queueId);
    expect(after).toEqual({ ...before, subject: "" });
    expect((await allRows(t, "decisions")).length).toBeGreaterThan(0);
  });

  it("stay where the message still waits, and cannot be sent again where they went", async () => {
    const waiting = await queueText(t, inbox, { idempotencyKey: "waits" });
    const ended = await queueText(t, inbox, { idempotencyKey: "ended" });
    await inMutation(t, (ctx) =>
      ctx.db.patch("messageQueue", ended.queueId, {
        state: { kind: "dead", at: NOW, failure: { class: "permanent", reason: "no" } },
        group: "failed",
      }),
    );
    await night(NOW + 731 * DAY_MS);
    const texts = await allRows(t, "messageBodies");
    expect(texts.map(({ purgedAt }) => purgedAt !== undefined)).toEqual([false, true]);
    expect((await rowOf(t, waiting.queueId)).subject).toBe("Hallo");
    const { orgId } = inbox;
    const again = inbox.as.mutation(api.delivery.mutations.requeue, { orgId, queueId: ended.queueId });
    expect(await errorOf(again)).toMatchObject({ code: "conflict" });
  });

  it("go in batches that come to an end, whatever falls on one instant", async () => {
    await inMutation(t, async (ctx) => {
      const first = await ctx.db.query("organisations").first();
      await ctx.db.patch("organisations", first!._id, { retention: { messageDays: 30, conversationDays: null } });
    });
    for (let i = 0; i < 450; i++)
      await queueText(t, inbox, { idempotencyKey: `m${i}`, dueAt: NOW + (i < 300 ? 0 : i) });
    await inMutation(t, async (ctx) => {
      for (const row of await ctx.db.query("messageQueue").take(1_000)) {
        await ctx.db.patch("messageQueue", row._id, { state: { kind: "sent", at: NOW }, group: "sent" });
      }
    });
    await night(NOW + 31 * DAY_MS);
    expect((await bodies()).every((isPurged) => isPurged)).toBe(true);
    expect(await allRows(t, "retentionMarks")).toMatchObject([{ what: "messages", until: NOW + DAY_MS }]);
  });
});

describe("conversations past the organisation's period", () => {
  it("lose their texts a while after the last message, and none that came later", async () => {
    await deliverMail(t, inbox, mail(MAX_MAIL, "Wann geht es los?"));
    await night(NOW + 731 * DAY_MS);
    const [message] = await allRows(t, "messages");
    expect(message).toMatchObject({ text: "", messageType: "incoming", channel: "email" });
    expect(await allRows(t, "threads")).toMatchObject([{ subject: "", lastMessagePreview: "" }]);
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, "Message-ID": "<m2@example.org>" }, "Da bin ich wieder."));
    await night(NOW + 732 * DAY_MS);
    expect((await allRows(t, "messages")).map(({ text }) => text)).toEqual(["", "Da bin ich wieder."]);
    await night(NOW + 2_000 * DAY_MS);
    expect((await allRows(t, "messages")).map(({ text }) => text)).toEqual(["", ""]);
  });

  it("stay for ever where the organisation wants that", async () => {
    const { orgId, as } = inbox;
    await as.mutation(api.privacy.mutations.setRetention, { orgId, messageDays: 30, conversationDays: null });
    await deliverMail(t, inbox, mail(MAX_MAIL, "Wann geht es los?"));
    await night(NOW + 5_000 * DAY_MS);
    expect((await allRows(t, "messages"))[0]?.text).toBe("Wann geht es los?");
  });
});

describe("the period", () => {
  it("is set by admins, within bounds, and noted", async () => {
    const { orgId, as } = inbox;
    const { queries } = api.orgs.retention;
    const set = api.privacy.mutations.setRetention;
    expect(await as.query(queries.get, { orgId })).toEqual(DEFAULT_RETENTION);
    const short = as.mutation(set, { orgId, messageDays: 7, conversationDays: null });
    expect(await errorOf(short)).toMatchObject({ code: "invalid", field: "messageDays" });
    await as.mutation(set, { orgId, messageDays: 90, conversationDays: 365 });
    expect(await as.query(queries.get, { orgId })).toEqual({ messageDays: 90, conversationDays: 365 });
    expect((await allRows(t, "auditEntries")).map(({ action }) => action)).toContain("retention.changed");
    const { as: manager } = await makeMember(t, orgId, "manager");
    const refused = manager.mutation(set, { orgId, messageDays: 90, conversationDays: 365 });
    expect(await errorOf(refused)).toMatchObject({ code: "forbidden" });
  });

  it("has rules of its own", () => {
    expect(retentionProblem({ messageDays: 30.5, conversationDays: null })).toBe("messageDays");
    expect(retentionProblem({ messageDays: 30, conversationDays: 4_000 })).toBe("conversationDays");
    expect(proofKeptUntil(Date.UTC(2026, 0, 1))).toBe(Date.UTC(2030, 0, 1));
  });
});
