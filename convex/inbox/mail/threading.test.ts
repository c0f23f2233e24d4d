import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, deviceMessages, runJobs, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { errorOf, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { ThreadingMatch } from "../../connections/schema";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

let sent = 0;
/** A mail under an id of its own. */
const from = (person: string, headers: Record<string, string>, text = "Hallo") =>
  mail({ From: person, "Message-ID": `<t${(sent += 1)}@example.org>`, Subject: "Kurs", ...headers }, text);
const MAX = "max@example.org";
const EVA = "eva@example.org";

async function answer(t: Convex, { as, orgId }: Inbox, threadId: Id<"threads">, close = false) {
  await as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Gern.", close, clientId: `c${(sent += 1)}` });
  await runJobs(t);
}

async function threadsOf(t: Convex) {
  const messages = (await rows(t, "messages")).filter(({ messageType }) => messageType === "incoming");
  const order = [...new Set(messages.map(({ threadId }) => threadId))];
  return messages.map(({ threadId }) => order.indexOf(threadId));
}

async function told(t: Convex): Promise<string[]> {
  const messages = await rows(t, "messages");
  return messages.filter(({ messageType }) => messageType === "system_notification").map(({ text }) => text);
}

async function setThreading(t: Convex, { as, orgId, emailChannelId }: Inbox, threading: ThreadingMatch) {
  await as.mutation(api.inbox.mail.mutations.setThreading, { orgId, channelId: emailChannelId, threading });
}

describe("product.md 2.1", () => {
  it("1: an answer is found by what it answers, by any id it names, and by the token alone", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Erste"));
    const thread = (await rows(t, "threads"))[0]!;
    await answer(t, inbox, thread._id);
    const ours = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing")!.externalMessageId!;
    await deliverMail(t, inbox, from(MAX, { Subject: "A", "In-Reply-To": `<${ours}>` }));
    await deliverMail(t, inbox, from(MAX, { Subject: "B", References: `<${ours}> <fremd@x.example>` }));
    await deliverMail(t, inbox, from(MAX, { Subject: "C", To: `reply+${thread.replyToken}@haff.example` }));
    expect(await threadsOf(t)).toEqual([0, 0, 0, 0]);
  });

  it("2: an answer to a colleague's mail from Outlook stays in the conversation", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Erste"));
    const outlook = {
      "Message-ID": "<outlook@haff.example>",
      "In-Reply-To": "<m1@example.org>",
      Cc: "info@haff.example",
    };
    await deliverMail(t, inbox, from("info@haff.example", { ...outlook, To: MAX }));
    await deliverMail(t, inbox, from(MAX, { Subject: "Ganz anders", "In-Reply-To": "<outlook@haff.example>" }));
    expect(await threadsOf(t)).toEqual([0, 0]);
  });

  it("3: an answer with another subject is pointed out, and our answer carries it", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Erste"));
    await deliverMail(t, inbox, from(MAX, { Subject: "AW: Rechnung fehlt", "In-Reply-To": "<m1@example.org>" }));
    expect(await told(t)).toEqual(["Neuer Betreff: „Rechnung fehlt“. Vielleicht ein anderes Anliegen?"]);
    const messages = await rows(t, "messages");
    const other = messages.find(({ subject }) => subject === "AW: Rechnung fehlt");
    expect(messages.find(({ messageType }) => messageType === "system_notification")?.splitAt).toBe(other?._id);
    await answer(t, inbox, (await rows(t, "threads"))[0]!._id);
    expect((await deviceMessages(t))[0]?.subject).toBe("Re: Rechnung fehlt");
    await deliverMail(t, inbox, from(MAX, { Subject: "Re: AW: Rechnung fehlt", "In-Reply-To": "<m1@example.org>" }));
    expect(await told(t)).toHaveLength(1);
  });

  it("4: answers of two people to one newsletter are two conversations", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    for (const person of [MAX, EVA])
      await deliverMail(t, inbox, from(person, { "In-Reply-To": "<news@haff.example>" }));
    expect(await threadsOf(t)).toEqual([0, 1]);
  });

  it("5: an answer after closing reopens, and what we write then still names the mails before", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Erste"));
    const { _id } = (await rows(t, "threads"))[0]!;
    await answer(t, inbox, _id, true);
    await deliverMail(t, inbox, from(MAX, { "Message-ID": "<wieder@example.org>", "In-Reply-To": "<m1@example.org>" }));
    expect(await rows(t, "threads")).toMatchObject([{ status: "open", isOpen: true }]);
    await answer(t, inbox, _id);
    const queued = await t.run((ctx) => ctx.db.query("messageBodies").order("desc").first());
    expect(queued?.threading).toMatchObject({
      inReplyTo: "wieder@example.org",
      references: expect.arrayContaining(["m1@example.org", "wieder@example.org"]) as string[],
    });
  });

  it("6: a program's mails of one subject are one conversation where the channel wants that", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const report = () =>
      from("noreply@shop.example", { Subject: "Bestand niedrig", "Auto-Submitted": "auto-generated" });
    await deliverMail(t, inbox, report());
    await deliverMail(t, inbox, report());
    expect(await threadsOf(t)).toEqual([0, 1]);
    await setThreading(t, inbox, "grouped");
    await deliverMail(t, inbox, report());
    await deliverMail(t, inbox, report());
    expect(await threadsOf(t)).toEqual([0, 1, 2, 2]);
  });

  it("7: a number in the subject counts for those who take part, and is pointed out for others", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, Cc: EVA }, "Erste"));
    const { number } = (await rows(t, "threads"))[0]!;
    await deliverMail(t, inbox, from(MAX, { Subject: `Noch etwas zu #${number}` }));
    await deliverMail(t, inbox, from(EVA, { Subject: `Frage [#${number}]` }));
    await deliverMail(t, inbox, from("fremd@example.org", { Subject: `Frage [#${number}]` }));
    expect(await threadsOf(t)).toEqual([0, 0, 0, 1]);
    expect(await told(t)).toEqual([expect.stringContaining(`nennt Nr. ${number}`)]);
  });

  it.each(["WG: Kurs", "Fwd: Kurs", "Doorst: Kurs", "TR : Kurs"])(
    "8: %s is a conversation of its own",
    async (subject) => {
      const t = setupConvex();
      const inbox = await makeInbox(t);
      await deliverMail(t, inbox, mail(MAX_MAIL, "Erste"));
      await deliverMail(t, inbox, from(MAX, { Subject: subject, References: "<m1@example.org>" }));
      expect(await threadsOf(t)).toEqual([0, 1]);
    },
  );

  it("9: two mails of one person that share only an ancestor are one conversation", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, from(MAX, { Subject: "A", References: "<wurzel@x.example> <a@x.example>" }));
    await deliverMail(t, inbox, from(MAX, { Subject: "B", References: "<wurzel@x.example> <b@x.example>" }));
    expect(await threadsOf(t)).toEqual([0, 0]);
  });

  it("10: how much joins is a setting of the channel, for those who may set it", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, from(MAX, {}));
    await deliverMail(t, inbox, from(MAX, { Subject: "Re: Kurs" }));
    await setThreading(t, inbox, "headers");
    await deliverMail(t, inbox, from(MAX, { Subject: "Re: Kurs" }));
    expect(await threadsOf(t)).toEqual([0, 0, 1]);
    const orgId = await makeOrg(t, "Andere");
    const channel = { orgId, channelType: "email_outlook" as const, channelName: "Fremd", isActive: true };
    const channelId = await t.run((ctx) => ctx.db.insert("channels", channel));
    const call = inbox.as.mutation(api.inbox.mail.mutations.setThreading, {
      orgId: inbox.orgId,
      channelId,
      threading: "subject",
    });
    expect(await errorOf(call)).toMatchObject({ code: "not_found" });
  });

  it("11: our own mail that comes back is no message", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail(MAX_MAIL, "Erste"));
    await answer(t, inbox, (await rows(t, "threads"))[0]!._id);
    const ours = (await rows(t, "messages")).find(({ messageType }) => messageType === "outgoing")!;
    await deliverMail(t, inbox, from("info@haff.example", { "Message-ID": `<${ours.externalMessageId}>`, Cc: MAX }));
    await deliverMail(t, inbox, from(MAX, { "Message-ID": `<${ours.externalMessageId}>` }, "von einer Liste zurück"));
    expect(await rows(t, "messages")).toHaveLength(2);
  });

  it("12: an answer goes to whoever wrote last, never to ourselves", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverMail(t, inbox, mail({ ...MAX_MAIL, To: `info@haff.example, ${EVA}` }, "Erste"));
    await answer(t, inbox, (await rows(t, "threads"))[0]!._id);
    expect((await deviceMessages(t)).map(({ address }) => address)).toEqual([MAX]);
  });
});

describe("product.md 2.2 no. 13", () => {
  it("keeps a program's two mails of one id and the same words apart by their dates", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const bill = (date: string) => mail({ ...MAX_MAIL, Date: date }, "Ihre Rechnung liegt bereit.");
    await deliverMail(t, inbox, bill("Thu, 19 Nov 2026 10:00:00 +0100"));
    await deliverMail(t, inbox, bill("Fri, 20 Nov 2026 10:00:00 +0100"));
    await deliverMail(t, inbox, `X-Copy: 1\r\n${bill("Fri, 20 Nov 2026 10:00:00 +0100")}`);
    expect(await threadsOf(t)).toEqual([0, 0]);
  });
});
