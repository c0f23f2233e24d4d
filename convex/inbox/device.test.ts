import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setupConvex } from "../../tests/support/convex";
import { deviceMessages, NOON, queueText, runJobs } from "../../tests/support/delivery";
import { makeInbox, rows } from "../../tests/support/inbox";
import { api } from "../_generated/api";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a customer who answers an automatic message on the device", () => {
  it.each([
    ["email", "max@example.org"],
    ["sms", "+4915112345678"],
    ["whatsapp", "+4915112345678"],
  ] as const)("talks with the team in one %s thread, there and back", async (channel, address) => {
    const t = setupConvex();
    const inbox = await makeInbox(t);
    const { orgId, as } = inbox;
    await queueText(t, inbox, { channel });
    await runJobs(t);
    const answer = async (text: string) => {
      await as.mutation(api.sandbox.mutations.reply, { orgId, address, channel, text });
      await runJobs(t);
    };
    await answer("Darf ich meinen Hund mitbringen?");
    const [thread] = await rows(t, "threads");
    expect(thread).toMatchObject({ channel, contactId: inbox.contactId, lastMessageType: "incoming" });
    await as.mutation(api.inbox.mutations.reply, {
      orgId,
      threadId: thread!._id,
      text: "Sehr gerne!",
      close: false,
      clientId: "c1",
    });
    await runJobs(t);
    // A mail repeats what it answers.
    const text = channel === "email" ? /^Sehr gerne!\n\n.*:\n> Darf ich meinen Hund mitbringen\?$/ : /^Sehr gerne!$/;
    const arrived = { channel, address, text: expect.stringMatching(text) as string };
    expect((await deviceMessages(t)).at(-1)).toMatchObject(arrived);
    await answer("Vielen Dank");
    expect(await rows(t, "threads")).toHaveLength(1);
    const texts = (await rows(t, "messages")).map(({ messageType, text }) => `${messageType}: ${text}`);
    expect(texts).toEqual([
      "incoming: Darf ich meinen Hund mitbringen?",
      "outgoing: Sehr gerne!",
      "incoming: Vielen Dank",
    ]);
  });
});
