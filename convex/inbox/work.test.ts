import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { NOON, inMutation, runJobs } from "../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows } from "../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../tests/support/members";
import { api } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { storeRawEvent } from "../intake/model";

const page = { paginationOpts: { numItems: 20, cursor: null } };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a reply", () => {
  async function withThread() {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const threadId = (await rows(t, "threads"))[0]!._id;
    const reply = {
      orgId: inbox.orgId,
      threadId,
      text: "Um neun.",
      html: '<p onclick="x">Um <b>neun</b>.</p>',
      close: false,
    };
    return { t, ...inbox, threadId, reply };
  }

  it("queues one message with its headers and follows it to delivered", async () => {
    const { t, as, reply, orgId, threadId } = await withThread();
    const first = await as.mutation(api.inbox.mutations.reply, { ...reply, clientId: "c1" });
    const second = await as.mutation(api.inbox.mutations.reply, { ...reply, clientId: "c1" });
    expect(second).toEqual(first);
    const queued = await t.run(async (ctx) => await ctx.db.get("messageQueue", first.queueId));
    expect(queued).toMatchObject({
      lane: "critical",
      purpose: "service",
      channel: "email",
      source: { kind: "agent", messageId: first.messageId },
    });
    const body = await t.run(async (ctx) => await ctx.db.get("messageBodies", queued!.bodyId));
    expect(body).toMatchObject({
      content: {
        kind: "finished",
        subject: "Re: Frage zum Kurs",
        // The mail that is answered stands below.
        text: expect.stringMatching(/^Um neun\.\n\n.*:\n> /) as string,
        html: expect.stringMatching(/^<p>Um <b>neun<\/b>\.<\/p>.*<blockquote type="cite">/) as string,
      },
      threading: {
        inReplyTo: "m1@example.org",
        references: ["m1@example.org"],
        messageId: expect.stringMatching(/@haff\.example$/) as string,
      },
    });
    const pending = await as.query(api.inbox.queries.listMessages, { orgId, threadId, ...page });
    expect(pending.page[0]).toMatchObject({
      messageType: "outgoing",
      senderName: "Anna Admin",
      deliveryStatus: "pending",
    });
    await runJobs(t);
    const delivered = await as.query(api.inbox.queries.listMessages, { orgId, threadId, ...page });
    expect(delivered.page[0]).toMatchObject({ deliveryStatus: expect.stringMatching(/^(delivered|read)$/) as string });
    expect((await rows(t, "auditEntries")).map(({ action }) => action)).toContain("thread.replied");
  });

  it("shows why it was not sent", async () => {
    const { t, as, reply, orgId, threadId } = await withThread();
    await t.run(async (ctx) => {
      await ctx.db.insert("suppressions", {
        orgId,
        channel: "email",
        address: "max@example.org",
        reason: "manual",
        at: 1,
      });
    });
    await as.mutation(api.inbox.mutations.reply, { ...reply, clientId: "c1" });
    await runJobs(t);
    const { page: shown } = await as.query(api.inbox.queries.listMessages, { orgId, threadId, ...page });
    expect(shown[0]).toMatchObject({ deliveryStatus: "failed", failureReason: expect.any(String) as string });
  });

  it("is refused when empty, and for a thread without a customer", async () => {
    const { t, as, reply, threadId } = await withThread();
    expect(
      await errorOf(as.mutation(api.inbox.mutations.reply, { ...reply, text: "  ", clientId: "c" })),
    ).toMatchObject({ code: "invalid", field: "text" });
    await t.run((ctx) => ctx.db.patch("threads", threadId, { contactId: undefined }));
    expect(await errorOf(as.mutation(api.inbox.mutations.reply, { ...reply, clientId: "c" }))).toMatchObject({
      code: "invalid",
      field: "threadId",
    });
  });

  it("takes its draft away and leaves the note's", async () => {
    const { as, reply, orgId, threadId } = await withThread();
    await as.mutation(api.inbox.mutations.saveDraft, { orgId, threadId, mode: "reply", doc: "{}" });
    await as.mutation(api.inbox.mutations.saveDraft, { orgId, threadId, mode: "note", doc: "[]" });
    await as.mutation(api.inbox.mutations.reply, { ...reply, clientId: "c1" });
    expect(await as.query(api.inbox.queries.getDraft, { orgId, threadId, mode: "reply" })).toBeNull();
    expect(await as.query(api.inbox.queries.getDraft, { orgId, threadId, mode: "note" })).toMatchObject({ doc: "[]" });
  });
});

describe("renaming a thread", () => {
  it("changes what the team reads, is recorded, and leaves the customer's subject to the answers", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { as, orgId } = inbox;
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const threadId = (await rows(t, "threads"))[0]!._id;
    const rename = async (subject: string) =>
      await as.mutation(api.inbox.mutations.change, { orgId, threadId, subject });
    await rename("  Kurs im Juli ");
    await rename("Kurs im Juli");
    expect(await as.query(api.inbox.queries.getThread, { orgId, threadId })).toMatchObject({ subject: "Kurs im Juli" });
    const { page: listed } = await as.query(api.inbox.queries.listThreads, { orgId, view: "all", ...page });
    expect(listed.map(({ subject }) => subject)).toEqual(["Kurs im Juli"]);
    const changes = (await rows(t, "auditEntries")).filter(({ action }) => action === "thread.changed");
    expect(changes.map(({ details }) => details)).toEqual([{ fields: "subject" }]);

    const answer = { orgId, threadId, text: "Um neun.", close: false, clientId: "c1" };
    const { queueId } = await as.mutation(api.inbox.mutations.reply, answer);
    const queued = await t.run(async (ctx) => await ctx.db.get("messageQueue", queueId));
    const body = await t.run(async (ctx) => await ctx.db.get("messageBodies", queued!.bodyId));
    expect(body).toMatchObject({ content: { subject: "Re: Frage zum Kurs" } });

    expect(await errorOf(rename(" "))).toMatchObject({ code: "invalid", field: "subject" });
    expect(await errorOf(rename("x".repeat(999)))).toMatchObject({ code: "invalid", field: "subject" });
    const viewer = await makeMember(t, orgId, "viewer", "vera");
    const refused = viewer.as.mutation(api.inbox.mutations.change, { orgId, threadId, subject: "Meins" });
    expect(await errorOf(refused)).toMatchObject({ code: "forbidden" });
  });
});

describe("work on a thread", () => {
  it("is unread for each person until that person has seen it", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as } = inbox;
    const colleague = await makeMember(t, orgId, "agent", "bert");
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const threadId = (await rows(t, "threads"))[0]!._id;
    const unread = async (who: typeof as) =>
      (await who.query(api.inbox.queries.getThread, { orgId, threadId })).isUnread;
    await as.mutation(api.inbox.mutations.markRead, { orgId, threadId });
    expect([await unread(as), await unread(colleague.as)]).toEqual([false, true]);
    vi.setSystemTime(Date.now() + 1_000);
    await colleague.as.mutation(api.inbox.mutations.addNote, { orgId, threadId, text: "Ich rufe an", clientId: "n1" });
    await colleague.as.mutation(api.inbox.mutations.addNote, { orgId, threadId, text: "Ich rufe an", clientId: "n1" });
    expect([await unread(as), await unread(colleague.as)]).toEqual([true, false]);
    expect((await rows(t, "messages")).filter(({ messageType }) => messageType === "internal_note")).toHaveLength(1);
  });

  it("is found by its words and its number", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Welche Westengröße brauche ich?"));
    for (const text of ["Westengröße", "#1", "1"]) {
      expect(await inbox.as.query(api.inbox.queries.searchThreads, { orgId: inbox.orgId, text })).toHaveLength(1);
    }
    expect(await inbox.as.query(api.inbox.queries.searchThreads, { orgId: inbox.orgId, text: "Rechnung" })).toEqual([]);
  });

  it("belongs to one organisation", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const threadId = (await rows(t, "threads"))[0]!._id;
    const orgId = await makeOrg(t, "Andere Schule");
    const { as, memberId } = await makeMember(t, orgId, "admin", "fremd");
    const { queries, mutations } = api.inbox;
    const calls: (() => Promise<unknown>)[] = [
      () => as.query(queries.getThread, { orgId, threadId }),
      () => as.query(queries.listMessages, { orgId, threadId, ...page }),
      () => as.query(queries.getDraft, { orgId, threadId, mode: "reply" }),
      () => as.mutation(mutations.reply, { orgId, threadId, text: "x", close: false, clientId: "c" }),
      () => as.mutation(mutations.addNote, { orgId, threadId, text: "x", clientId: "c" }),
      () => as.mutation(mutations.assign, { orgId, threadId, assigneeId: memberId }),
      () => as.mutation(mutations.setStatus, { orgId, threadId, status: "closed" }),
      () => as.mutation(mutations.markRead, { orgId, threadId }),
      () => as.mutation(mutations.saveDraft, { orgId, threadId, mode: "reply", doc: "{}" }),
      () => as.mutation(mutations.discardDraft, { orgId, threadId, mode: "reply" }),
      () => as.query(queries.getThread, { orgId: inbox.orgId, threadId }),
      () => inbox.as.mutation(mutations.assign, { orgId: inbox.orgId, threadId, assigneeId: memberId }),
    ];
    for (const call of calls) expect(await errorOf(call())).toMatchObject({ code: "not_found" });
    expect((await as.query(queries.listThreads, { orgId, view: "all", ...page })).page).toEqual([]);
    expect(await as.query(queries.searchThreads, { orgId, text: "Hallo" })).toEqual([]);
  });

  it("never lets a token of another organisation join", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const { replyToken } = (await rows(t, "threads"))[0]!;
    const orgId: Id<"organisations"> = await makeOrg(t, "Andere Schule");
    const raw = mail(
      {
        From: "x@example.net",
        To: `reply+${replyToken}@andere.example`,
        Subject: "Hallo",
        "Message-ID": "<z@x>",
        "In-Reply-To": "<m1@example.org>",
      },
      "Hallo",
    );
    await inMutation(t, (ctx) =>
      storeRawEvent(ctx, {
        orgId,
        kind: "email_raw",
        sourceId: "none",
        dedupeKey: "z",
        body: { kind: "text", text: raw },
      }),
    );
    await runJobs(t);
    expect((await rows(t, "threads")).map((thread) => thread.orgId)).toEqual([inbox.orgId, orgId]);
  });
});
