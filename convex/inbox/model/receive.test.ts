import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, deviceMessages, inMutation, runJobs } from "../../../tests/support/delivery";
import { deliverMail, events, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { setState } from "../../delivery/model";
import { storeRawEvent } from "../../intake/model";

const HOUR_MS = 3_600_000;
const page = { paginationOpts: { numItems: 20, cursor: null } };

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("an e-mail from a customer", () => {
  it("opens a thread with number, token, contact, clock and one unread message", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Wann beginnt der Kurs?\r\n\r\nVon meinem iPhone gesendet"));
    const [thread, ...others] = (
      await inbox.as.query(api.inbox.queries.listThreads, { orgId: inbox.orgId, view: "all", ...page })
    ).page;
    expect(others).toEqual([]);
    expect(thread).toMatchObject({
      number: 1,
      subject: "Frage zum Kurs",
      status: "open",
      channel: "email",
      contact: { id: inbox.contactId, name: "Max Muster" },
      isUnread: true,
      responseDueAt: expect.closeTo(NOON + 4 * HOUR_MS, -3),
      lastMessagePreview: "Wann beginnt der Kurs?",
    });
    const timeline = await inbox.as.query(api.inbox.queries.listMessages, {
      orgId: inbox.orgId,
      threadId: thread!.id,
      ...page,
    });
    expect(timeline.page).toMatchObject([
      {
        messageType: "incoming",
        senderName: "Max Muster",
        text: "Wann beginnt der Kurs?",
        quotedText: "Von meinem iPhone gesendet",
      },
    ]);
    expect(await events(t, "thread.")).toEqual(["thread.created"]);
    expect(await events(t, "message.")).toEqual(["message.received"]);
    expect((await rows(t, "threads"))[0]?.replyToken).toMatch(/^[0-9a-f]{24}$/);
  });

  it("is one message however often it arrives, at once or later under another envelope", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const raw = mail(MAX_MAIL, "Hallo");
    const event = {
      orgId: inbox.orgId,
      kind: "email_raw" as const,
      sourceId: inbox.emailChannelId,
      body: { kind: "text" as const, text: raw },
    };
    await Promise.all([1, 2, 3].map(() => inMutation(t, (ctx) => storeRawEvent(ctx, { ...event, dedupeKey: "same" }))));
    await inMutation(t, (ctx) => storeRawEvent(ctx, { ...event, dedupeKey: "retried-by-another-relay" }));
    await runJobs(t);
    expect(await rows(t, "rawEvents")).toHaveLength(2);
    expect(await rows(t, "threads")).toHaveLength(1);
    expect(await rows(t, "messages")).toHaveLength(1);
    expect(await events(t, "message.received")).toHaveLength(1);
  });

  it("keeps both when the same Message-ID says something else, and flags it", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Erste"));
    await deliverMail(t, inbox, mail(MAX_MAIL, "Zweite"));
    const incoming = (await rows(t, "messages")).filter(({ messageType }) => messageType === "incoming");
    expect(incoming.map(({ text }) => text)).toEqual(["Erste", "Zweite"]);
    const [, second] = await rows(t, "rawEvents");
    expect(second?.state).toMatchObject({
      kind: "processed",
      result: expect.stringContaining("same Message-ID") as string,
    });
  });

  it("comes into each of two team mailboxes", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const sales = await inMutation(t, async (ctx) =>
      ctx.db.insert("channels", {
        orgId: inbox.orgId,
        channelType: "email_outlook",
        channelName: "Verkauf",
        isActive: true,
        address: "sales@haff.example",
      }),
    );
    await deliverMail(t, inbox, mail(MAX_MAIL, "An beide"));
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, "X-Copy": "2" }, "An beide"), sales);
    expect((await rows(t, "threads")).map(({ channelId }) => channelId)).toEqual([inbox.emailChannelId, sales]);
  });

  it("stores attachments as files with an address to fetch them", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const raw = [
      "From: max@example.org\r\nSubject: Foto\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
      "--b\r\nContent-Type: text/plain\r\n\r\nSiehe Anhang\r\n",
      "--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=liste.csv\r\n\r\na;b\r\n--b--\r\n",
    ].join("\r\n");
    await deliverMail(t, inbox, raw);
    const [thread] = await rows(t, "threads");
    const timeline = await inbox.as.query(api.inbox.queries.listMessages, {
      orgId: inbox.orgId,
      threadId: thread!._id,
      ...page,
    });
    expect(timeline.page[0]?.files).toMatchObject([
      { name: "liste.csv", contentType: "text/csv", url: expect.any(String) as string },
    ]);
  });

  it("is kept with the reason when it cannot be read", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const rawEventId = await deliverMail(t, inbox, "Subject: ohne Absender\r\n\r\nx");
    const event = await t.run((ctx) => ctx.db.get("rawEvents", rawEventId));
    expect(event?.state).toMatchObject({ kind: "rejected", field: "From" });
    expect(await rows(t, "threads")).toEqual([]);
  });
});

describe("a customer's answer", () => {
  it("comes back by token, reopens, and stays with its assignee", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as, memberId } = inbox;
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const thread = (await rows(t, "threads"))[0]!;
    await as.mutation(api.inbox.mutations.assign, { orgId, threadId: thread._id, assigneeId: memberId });
    await as.mutation(api.inbox.mutations.reply, {
      orgId,
      threadId: thread._id,
      text: "Um neun.",
      close: true,
      clientId: "c1",
    });
    await runJobs(t);
    const [device] = await deviceMessages(t);
    expect(device).toMatchObject({ subject: "Re: Frage zum Kurs", replyTo: `reply+${thread.replyToken}@haff.example` });

    const answer = mail(
      {
        From: "max@example.org",
        To: device!.replyTo!.toUpperCase(),
        Subject: "Ganz anderes",
        "Message-ID": "<m2@example.org>",
      },
      "Danke!",
    );
    await deliverMail(t, inbox, answer);
    expect(await rows(t, "threads")).toMatchObject([{ status: "open", isOpen: true, assigneeId: memberId }]);
    expect(await events(t, "thread.")).toEqual([
      "thread.created",
      "thread.assigned",
      "thread.answered",
      "thread.closed",
      "thread.reopened",
    ]);
  });

  it("comes back by In-Reply-To to our Message-ID, without a token", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as } = inbox;
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const threadId = (await rows(t, "threads"))[0]!._id;
    await as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Um neun.", close: false, clientId: "c1" });
    await runJobs(t);
    const [device] = await deviceMessages(t);
    expect(device?.references).toEqual(["m1@example.org"]);
    const answer = {
      From: "max.privat@example.net",
      Subject: "Anderer Betreff",
      "Message-ID": "<m3@example.net>",
      "In-Reply-To": `<${device!.messageId}>`,
    };
    await deliverMail(t, inbox, mail(answer, "Von meiner anderen Adresse"));
    expect(await rows(t, "threads")).toHaveLength(1);
  });

  it("does not restart the clock, and an answer stops it", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as } = inbox;
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    vi.setSystemTime(NOON + HOUR_MS);
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, "Message-ID": "<m2@example.org>" }, "Noch etwas"));
    const thread = (await rows(t, "threads"))[0]!;
    expect(thread.responseDueAt).toBeLessThan(NOON + 4 * HOUR_MS + 60_000);
    await as.mutation(api.inbox.mutations.reply, {
      orgId,
      threadId: thread._id,
      text: "Ja",
      close: false,
      clientId: "c",
    });
    expect((await rows(t, "threads"))[0]).toMatchObject({ status: "waiting_customer" });
    expect((await rows(t, "threads"))[0]).not.toHaveProperty("responseDueAt");
  });

  it("from another customer with the same subject is another thread", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    await deliverMail(
      t,
      inbox,
      mail({ ...MAX_MAIL, From: "eva@example.org", "Message-ID": "<e1@example.org>" }, "Hallo"),
    );
    await deliverMail(
      t,
      inbox,
      mail({ ...MAX_MAIL, Subject: "AW: Frage zum Kurs", "Message-ID": "<m2@example.org>" }, "Nochmals"),
    );
    expect((await rows(t, "threads")).map(({ number }) => number)).toEqual([1, 2]);
    expect((await rows(t, "messages")).map(({ text }) => text)).toEqual(["Hallo", "Hallo", "Nochmals"]);
  });
});

describe("mail nobody wrote", () => {
  it("is stored and shown, but reopens, starts and tells nothing", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as } = inbox;
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const threadId = (await rows(t, "threads"))[0]!._id;
    await as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Um neun.", close: true, clientId: "c1" });
    await runJobs(t);
    const before = await rows(t, "domainEvents");
    const [device] = await deviceMessages(t);
    const away = {
      ...MAX_MAIL,
      Subject: "Automatische Antwort",
      "Message-ID": "<ooo@example.org>",
      "Auto-Submitted": "auto-replied",
      "In-Reply-To": `<${device!.messageId}>`,
    };
    await deliverMail(t, inbox, mail(away, "Ich bin im Urlaub."));
    expect(await rows(t, "threads")).toMatchObject([
      { status: "closed", isOpen: false, lastMessagePreview: "Ich bin im Urlaub." },
    ]);
    expect((await rows(t, "messages")).at(-1)).toMatchObject({ isAutomatic: true, messageType: "incoming" });
    expect(await rows(t, "domainEvents")).toHaveLength(before.length);
  });

  it("makes no contact of a newsletter", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(
      t,
      inbox,
      mail({ From: "News <news@shop.example>", Subject: "Angebote", "List-Id": "<news.shop.example>" }, "Rabatt"),
    );
    expect(await rows(t, "contacts")).toHaveLength(1);
    expect(await rows(t, "threads")).toHaveLength(1);
    expect((await rows(t, "threads"))[0]).not.toHaveProperty("responseDueAt");
    expect(await events(t, "thread.")).toEqual([]);
  });

  it("from our own address is ignored, and we never become a customer", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const rawEventId = await deliverMail(t, inbox, mail({ ...MAX_MAIL, From: "Haff <Info@Haff.example>" }, "Kopie"));
    expect(await rows(t, "threads")).toEqual([]);
    expect(await rows(t, "contacts")).toHaveLength(1);
    const event = await t.run((ctx) => ctx.db.get("rawEvents", rawEventId));
    expect(event?.state).toMatchObject({ kind: "processed", result: "ignored: sent by ourselves" });
  });

  it("that reports a bounce fails our reply and ends writing to the address", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as } = inbox;
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    const threadId = (await rows(t, "threads"))[0]!._id;
    await as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Um neun.", close: false, clientId: "c1" });
    // Sent, but not yet reported delivered: proof of arrival would outweigh the bounce.
    await inMutation(t, async (ctx) => {
      const row = await ctx.db.query("messageQueue").first();
      const route = {
        connectionId: inbox.connections.email,
        routedChannel: "email",
        address: "max@example.org",
      } as const;
      await setState(ctx, row!, { kind: "sent", at: Date.now() }, route);
    });
    const ourId = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing")!.externalMessageId!;
    const report = [
      "From: MAILER-DAEMON@mx.haff.example\r\nReturn-Path: <>\r\nSubject: Undelivered\r\nMIME-Version: 1.0",
      "Content-Type: multipart/report; report-type=delivery-status; boundary=d\r\n",
      "--d\r\nContent-Type: text/plain\r\n\r\nSorry\r\n--d\r\nContent-Type: message/delivery-status\r\n",
      "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; max@example.org\r\nAction: failed\r\nStatus: 5.1.1",
      `Diagnostic-Code: smtp; 550 unknown\r\n\r\n--d\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <${ourId}>\r\n\r\n--d--\r\n`,
    ].join("\r\n");
    await deliverMail(t, inbox, report);
    expect(await rows(t, "threads")).toHaveLength(1);
    const reply = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing");
    expect(reply).toMatchObject({ deliveryStatus: "bounced", failureReason: "550 unknown" });
    expect(await rows(t, "suppressions")).toMatchObject([{ address: "max@example.org", reason: "hard_bounce" }]);
    expect(
      await errorOf(
        as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "x", close: false, clientId: "c2" }),
      ),
    ).toMatchObject({ code: "invalid" });
  });
});
