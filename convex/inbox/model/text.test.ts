import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON, deviceMessages, inMutation, runJobs } from "../../../tests/support/delivery";
import { deliverText, events, makeInbox, rows } from "../../../tests/support/inbox";
import { api } from "../../_generated/api";
import { storeRawEvent } from "../../intake/model";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a text message", () => {
  const FROM = "+4915112345678";
  it("opens one conversation that the next ones continue, once each", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverText(t, inbox, { from: "0151 12345678", text: "Hallo", id: "s1" });
    await deliverText(t, inbox, { from: FROM, text: "Noch da?", id: "s2" });
    await deliverText(t, inbox, { from: FROM, text: "Noch da?", id: "s2" });
    expect(await rows(t, "threads")).toMatchObject([
      { channel: "sms", contactId: inbox.contactId, lastMessagePreview: "Noch da?" },
    ]);
    expect((await rows(t, "messages")).map(({ text }) => text)).toEqual(["Hallo", "Noch da?"]);
  });

  it("is answered as text", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as } = inbox;
    await deliverText(t, inbox, { from: FROM, text: "Hallo", id: "s1" });
    const threadId = (await rows(t, "threads"))[0]!._id;
    await as.mutation(api.inbox.mutations.reply, {
      orgId,
      threadId,
      text: "Guten Tag",
      html: "<p>Guten Tag</p>",
      close: false,
      clientId: "c",
    });
    await runJobs(t);
    expect(await deviceMessages(t)).toMatchObject([{ channel: "sms", address: FROM, text: "Guten Tag" }]);
    expect((await deviceMessages(t))[0]?.html).toBeUndefined();
  });

  it("with a stop word withdraws consent, suppresses the number and triggers nothing", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    await deliverText(t, inbox, { from: FROM, text: " Stopp! ", id: "s1" });
    expect(await rows(t, "suppressions")).toMatchObject([{ channel: "sms", address: FROM, reason: "opt_out_word" }]);
    expect(await t.run((ctx) => ctx.db.query("consents").take(10))).toContainEqual(
      expect.objectContaining({ channel: "sms", purpose: "marketing", state: "withdrawn" }),
    );
    expect(await events(t, "message.received")).toEqual([]);
    expect(await rows(t, "messages")).toMatchObject([
      { messageType: "incoming", isAutomatic: true },
      { messageType: "system_notification", text: "Abgemeldet durch ein Stoppwort." },
    ]);
  });

  it("that cannot be read is kept with the field", async () => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { rawEventId } = await inMutation(t, (ctx) =>
      storeRawEvent(ctx, {
        orgId: inbox.orgId,
        kind: "sms_sandbox",
        sourceId: "sandbox",
        dedupeKey: "x",
        body: { kind: "text", text: '{"channel":"sms"}' },
      }),
    );
    await runJobs(t);
    expect((await t.run((ctx) => ctx.db.get("rawEvents", rawEventId)))?.state).toMatchObject({
      kind: "rejected",
      field: "from",
    });
  });
});
