import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { deviceMessages, inMutation, NOON, runJobs } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { storeRawEvent } from "../../intake/model";
import { DAY_MS, HOUR_MS } from "../../lib/time";
import { wasAnswered } from "../model/answered";
import { purgeThread } from "../retention/model";

// Send later (product.md ).

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withPlanned({ cancelIfAnswered = true, close = false } = {}) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const thread = (await rows(t, "threads"))[0]!;
  const { as, orgId } = inbox;
  const ids = { orgId, threadId: thread._id };
  vi.setSystemTime(Date.now() + 1_000);
  const sendAt = Date.now() + 3 * HOUR_MS;
  const { messageId } = await as.mutation(api.inbox.mutations.reply, {
    ...ids,
    text: "Bis morgen.",
    close,
    clientId: "c1",
    plan: { sendAt, cancelIfAnswered },
  });
  const threadNow = async () => (await rows(t, "threads"))[0]!;
  const listed = async () => await as.query(api.inbox.sending.queries.planned, { orgId, whose: "mine" });
  const draft = async () => await as.query(api.inbox.queries.getDraft, { ...ids, mode: "reply" });
  const sent = async () =>
    (await deviceMessages(t))
      .filter(({ direction }) => direction === "to_customer")
      .map(({ at, text }) => ({ at, text }));
  return { t, inbox, as, ids, thread, sendAt, messageId, threadNow, listed, draft, sent };
}

/** The customer writes again, and what follows from it at once happens; time stands still. */
async function customerWrites({ t, inbox }: Awaited<ReturnType<typeof withPlanned>>): Promise<void> {
  const raw = mail({ ...MAX_MAIL, "Message-ID": "<m2@example.org>", "In-Reply-To": "<m1@example.org>" }, "Noch etwas");
  const { orgId, emailChannelId: sourceId } = inbox;
  const event = { orgId, kind: "email_raw", sourceId, dedupeKey: "m2", body: { kind: "text", text: raw } } as const;
  await inMutation(t, (ctx) => storeRawEvent(ctx, event));
  const before = Date.now();
  while ((await rows(t, "messages")).every(({ text }) => text !== "Noch etwas")) {
    vi.advanceTimersByTime(50);
    await t.finishInProgressScheduledFunctions();
    if (Date.now() > before + HOUR_MS) throw new Error("the mail never arrived");
  }
}

describe("a planned answer", () => {
  it("is listed, changes nothing until its hour, and leaves then", async () => {
    const { t, thread, sendAt, messageId, threadNow, listed, draft, sent } = await withPlanned({ close: true });
    expect(await listed()).toMatchObject([
      {
        messageId,
        to: "max@example.org",
        preview: "Bis morgen.",
        dueAt: sendAt,
        cancelIfAnswered: true,
        close: true,
      },
    ]);
    const { status, lastMessageAt, lastMessagePreview } = thread;
    expect(await threadNow()).toMatchObject({ status, lastMessageAt, lastMessagePreview });
    expect(await draft()).toBeNull();
    expect(await sent()).toEqual([]);
    await runJobs(t);
    const [only] = await sent();
    expect(only?.at).toBeGreaterThanOrEqual(sendAt);
    expect(await threadNow()).toMatchObject({
      status: "closed",
      lastMessagePreview: "Bis morgen.",
      lastMessageAt: sendAt,
    });
    expect(await listed()).toEqual([]);
  });

  it("is not sent when the customer writes first: a draft again, and the team reads why", async () => {
    const world = await withPlanned();
    await customerWrites(world);
    const { t, listed, draft, sent } = world;
    expect(await listed()).toEqual([]);
    expect((await draft())?.doc).toContain("Bis morgen.");
    const told = (await rows(t, "messages")).find(({ messageType }) => messageType === "system_notification");
    expect(told?.text).toContain("Anna Admin");
    await runJobs(t);
    expect(await sent()).toEqual([]);
    expect((await rows(t, "auditEntries")).map(({ action }) => action)).toContain("thread.planned_cancelled");
  });

  it("goes out all the same when its author wanted it so", async () => {
    const world = await withPlanned({ cancelIfAnswered: false });
    await customerWrites(world);
    expect(await world.listed()).toHaveLength(1);
    await runJobs(world.t);
    expect(await world.sent()).toHaveLength(1);
    // The customer still waits for an answer to what they wrote meanwhile.
    expect((await world.threadNow()).status).toBe("open");
  });

  it("is not what the next answer takes its people from, nor an answer to ask ratings of, before it left", async () => {
    const { t, as, ids, messageId } = await withPlanned();
    await inMutation(t, async (ctx) => {
      const recipients = [{ kind: "to" as const, address: "colleague@example.org" }];
      await ctx.db.patch("messages", messageId, { recipients });
    });
    const { reply } = await as.query(api.inbox.recipients.queries.suggested, ids);
    expect(reply.to).toEqual(["max@example.org"]);
    expect(await inMutation(t, async (ctx) => await wasAnswered(ctx, ids.threadId))).toBe(false);
    await runJobs(t);
    expect(await inMutation(t, async (ctx) => await wasAnswered(ctx, ids.threadId))).toBe(true);
  });

  it("moves, and leaves only at its new hour", async () => {
    const { t, as, ids, messageId, sendAt, sent } = await withPlanned();
    const change = api.inbox.sending.mutations.changePlanned;
    const later = sendAt + DAY_MS;
    await as.mutation(change, { orgId: ids.orgId, messageId, sendAt: later, cancelIfAnswered: false });
    vi.advanceTimersByTime(4 * HOUR_MS);
    await t.finishInProgressScheduledFunctions();
    expect(await sent()).toEqual([]);
    await runJobs(t);
    const [only, ...more] = await sent();
    expect(more).toEqual([]);
    expect(only?.at).toBeGreaterThanOrEqual(later);
    const gone = as.mutation(change, { orgId: ids.orgId, messageId, sendAt: later + DAY_MS });
    expect(await errorOf(gone)).toMatchObject({ code: "not_found" });
  });

  it("is cancelled by a colleague and is its author's draft again", async () => {
    const { t, ids, messageId, listed, draft, sent } = await withPlanned();
    const colleague = await makeMember(t, ids.orgId, "agent", "bert");
    const whose = { orgId: ids.orgId, whose: "all" } as const;
    expect(await colleague.as.query(api.inbox.sending.queries.planned, whose)).toHaveLength(1);
    await colleague.as.mutation(api.inbox.sending.mutations.cancelPlanned, { orgId: ids.orgId, messageId });
    expect(await listed()).toEqual([]);
    expect((await draft())?.doc).toContain("Bis morgen.");
    await runJobs(t);
    expect(await sent()).toEqual([]);
  });

  it("refuses an hour that is past or years away", async () => {
    const { as, ids, messageId } = await withPlanned();
    const change = api.inbox.sending.mutations.changePlanned;
    for (const sendAt of [Date.now(), Date.now() + 400 * DAY_MS]) {
      const refused = as.mutation(change, { orgId: ids.orgId, messageId, sendAt });
      expect(await errorOf(refused)).toMatchObject({ code: "invalid", field: "sendAt" });
      const plan = { sendAt, cancelIfAnswered: true };
      const reply = as.mutation(api.inbox.mutations.reply, { ...ids, text: "x", close: false, clientId: "c2", plan });
      expect(await errorOf(reply)).toMatchObject({ code: "invalid", field: "sendAt" });
    }
  });

  it("does not name the customer its Message-ID before it left", async () => {
    const { t, as, ids, messageId } = await withPlanned({ cancelIfAnswered: false });
    await as.mutation(api.inbox.mutations.reply, { ...ids, text: "Sofort.", close: false, clientId: "c2" });
    const planned = await t.run(async (ctx) => await ctx.db.get("messages", messageId));
    const bodies = await t.run(async (ctx) => await ctx.db.query("messageBodies").take(5));
    expect(bodies.at(-1)?.threading?.references).not.toContain(planned?.externalMessageId);
  });

  it("leaves nothing behind when the conversation is erased", async () => {
    const { t, threadNow } = await withPlanned();
    const thread = await threadNow();
    await inMutation(t, (ctx) => purgeThread(ctx, thread, Date.now()));
    expect(await t.run(async (ctx) => await ctx.db.query("heldReplies").take(5))).toEqual([]);
  });
});
