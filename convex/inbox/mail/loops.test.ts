import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, deviceMessages } from "../../../tests/support/delivery";
import { deliverMail, events, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf } from "../../../tests/support/members";
import { api } from "../../_generated/api";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("product.md 2.3", () => {
  it("30, 32: what programs write triggers nothing, however often it comes", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const automatic: Record<string, string>[] = [
      { From: "noreply@shop.example" },
      { From: "max@example.org", "Auto-Submitted": "auto-replied" },
      { From: "max@example.org", Subject: "Abwesenheitsnotiz: Kurs" },
      { From: "MAILER-DAEMON@mx.example", "Return-Path": "<>" },
    ];
    for (const [index, headers] of [...automatic, ...automatic].entries()) {
      await deliverMail(t, inbox, mail({ Subject: "Kurs", "Message-ID": `<a${index}@x.example>`, ...headers }, "weg"));
    }
    expect(await events(t, "message.")).toEqual([]);
    expect(await events(t, "thread.")).toEqual([]);
    expect(await deviceMessages(t)).toEqual([]);
    expect((await rows(t, "threads")).every(({ responseDueAt }) => responseDueAt === undefined)).toBe(true);
  });

  it("33: our own addresses are never written to", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as } = inbox;
    await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
    await t.run(async (ctx) => {
      await ctx.db.patch("channels", inbox.emailChannelId, { address: "max@example.org" });
    });
    const threadId = (await rows(t, "threads"))[0]!._id;
    const call = as.mutation(api.inbox.mutations.reply, {
      orgId,
      threadId,
      text: "Gern.",
      close: false,
      clientId: "c",
    });
    expect(await errorOf(call)).toMatchObject({ code: "invalid", field: "threadId" });
    expect(await deviceMessages(t)).toEqual([]);
  });
});
