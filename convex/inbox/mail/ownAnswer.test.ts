import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, inMutation, type Convex } from "../../../tests/support/delivery";
import { deliverMail, events, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";

const JANA = "jana@haff.example";
const PROVEN = { "Authentication-Results": "mx.haff.example; dmarc=pass" };
const ANSWER = {
  From: `Jana Petersen <${JANA}>`,
  To: "max@example.org",
  Cc: "info@haff.example",
  Subject: "Re: Frage zum Kurs",
  "Message-ID": "<o1@outlook.example>",
  "In-Reply-To": "<m1@example.org>",
  References: "<m1@example.org>",
};
const WORDS = "Ja, im Juli.\r\n\r\nAm 22.11.2026 schrieb Max Muster:\r\n> Guten Tag";

let t: Convex;
let inbox: Inbox;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOON, toFake: ["setTimeout", "clearTimeout", "Date"] });
  t = setupConvex();
  inbox = await makeInbox(t);
  await inMutation(t, async (ctx) => {
    const { personId } = (await ctx.db.get("members", inbox.memberId))!;
    await ctx.db.patch("people", personId, { email: "Jana@haff.example" });
  });
  await deliverMail(t, inbox, mail(MAX_MAIL, "Guten Tag"));
});
afterEach(() => vi.useRealTimers());

const said = async () =>
  (await rows(t, "messages")).filter(({ messageType }) => ["incoming", "outgoing"].includes(messageType));
const lines = async () =>
  (await rows(t, "messages"))
    .filter(({ messageType }) => messageType === "system_notification")
    .map(({ text }) => text);

describe("a colleague's answer from another mail program", () => {
  it("is their answer in the conversation, with what it quotes folded, and stops its clock", async () => {
    expect((await rows(t, "threads"))[0]).toMatchObject({
      status: "open",
      responseDueAt: expect.any(Number) as number,
    });
    await deliverMail(t, inbox, mail({ ...PROVEN, ...ANSWER }, WORDS));
    const [, answer] = await said();
    expect(answer).toMatchObject({
      messageType: "outgoing",
      sender: { kind: "member", memberId: inbox.memberId },
      from: JANA,
      text: "Ja, im Juli.",
      isSentElsewhere: true,
      deliveryStatus: "sent",
      externalMessageId: "o1@outlook.example",
    });
    expect(answer?.quotedText).toContain("Guten Tag");
    const threads = await rows(t, "threads");
    expect(threads).toHaveLength(1);
    expect(threads[0]).toMatchObject({ status: "waiting_customer", lastMessagePreview: "Ja, im Juli." });
    expect(threads[0]?.responseDueAt).toBeUndefined();
    expect(await events(t, "thread.answered")).toHaveLength(1);
  });

  it("is one however often it comes, and what the customer answers finds it", async () => {
    await deliverMail(t, inbox, mail({ ...PROVEN, ...ANSWER }, WORDS));
    await deliverMail(t, inbox, mail({ ...PROVEN, ...ANSWER, "X-Relay": "again" }, WORDS));
    expect(await said()).toHaveLength(2);
    const headers = { ...MAX_MAIL, "Message-ID": "<m2@example.org>", "In-Reply-To": "<o1@outlook.example>" };
    await deliverMail(t, inbox, mail({ ...headers, Subject: "Anderes" }, "Danke"));
    expect(await rows(t, "threads")).toHaveLength(1);
    expect(await events(t, "thread.answered")).toHaveLength(1);
  });

  it("from the shared mailbox is the team's, of no member", async () => {
    const From = "Segelschule <info@haff.example>";
    await deliverMail(t, inbox, mail({ ...PROVEN, ...ANSWER, From }, WORDS));
    const [, answer] = await said();
    expect(answer).toMatchObject({ messageType: "outgoing", sender: { kind: "system", name: "Segelschule" } });
    expect((await rows(t, "threads"))[0]).toMatchObject({ status: "waiting_customer" });
  });

  it("that nothing vouches for is none, and the conversation says why", async () => {
    const proofs: Record<string, string>[] = [{}, { "Authentication-Results": "mx; dmarc=fail" }];
    for (const proof of proofs) {
      const id = { "Message-ID": `<o-${JSON.stringify(proof).length}@x>` };
      await deliverMail(t, inbox, mail({ ...proof, ...ANSWER, ...id }, WORDS));
    }
    expect((await said()).map(({ messageType }) => messageType)).toEqual(["incoming", "incoming", "incoming"]);
    expect((await lines()).filter((line) => line.includes(JANA))).toHaveLength(2);
    expect(await events(t, "thread.answered")).toEqual([]);
  });

  it("is none without the customer among its recipients, or from a program", async () => {
    await deliverMail(t, inbox, mail({ ...PROVEN, ...ANSWER, To: "chef@haff.example" }, "Intern"));
    const automatic = { "Auto-Submitted": "auto-replied", "Message-ID": "<o2@x>" };
    await deliverMail(t, inbox, mail({ ...PROVEN, ...ANSWER, ...automatic }, "Bin weg"));
    expect((await said()).every(({ messageType }) => messageType === "incoming")).toBe(true);
    expect(await events(t, "thread.answered")).toEqual([]);
  });

  it("of ours that comes back in copy is nothing", async () => {
    const returned = { "Reply-To": "reply+abc@haff.example", From: "info@haff.example" };
    await deliverMail(t, inbox, mail({ ...PROVEN, ...ANSWER, ...returned }, WORDS));
    expect(await said()).toHaveLength(1);
    expect(await events(t, "thread.answered")).toEqual([]);
  });
});
