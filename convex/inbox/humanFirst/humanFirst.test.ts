import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { allRows, inMutation, NOON, type Convex } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows, type Inbox } from "../../../tests/support/inbox";
import { api } from "../../_generated/api";
import { storeRawEvent } from "../../intake/model";
import { MINUTE_MS } from "../../lib/time";

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => vi.useRealTimers());

async function withThread() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const { orgId, as } = inbox;
  const threadId = (await rows(t, "threads"))[0]!._id;
  const write = async (text: string, mode: "reply" | "note" = "reply") =>
    await as.mutation(api.inbox.mutations.saveDraft, { orgId, threadId, mode, doc: JSON.stringify({ text }) });
  const reply = async (close: boolean) =>
    await as.mutation(api.inbox.mutations.reply, { orgId, threadId, text: "Gern", close, clientId: `c-${close}` });
  const holds = async () => await allRows(t, "personHolds");
  const setType = async (threadType: "complaint" | "customer_support") =>
    await as.mutation(api.inbox.mutations.change, { orgId, threadId, threadType });
  const setStatus = async (status: "open" | "closed") =>
    await as.mutation(api.inbox.mutations.setStatus, { orgId, threadId, status });
  return { t, inbox, threadId, write, reply, holds, setType, setStatus };
}

/** Takes a mail in without letting further time pass. */
async function receive(t: Convex, { orgId, emailChannelId }: Inbox, text: string): Promise<void> {
  const raw = { orgId, kind: "email_raw", sourceId: emailChannelId, dedupeKey: text } as const;
  await inMutation(t, (ctx) => storeRawEvent(ctx, { ...raw, body: { kind: "text", text } }));
  const written = (await rows(t, "messages")).length;
  while ((await rows(t, "messages")).length === written) {
    vi.advanceTimersByTime(1);
    await t.finishInProgressScheduledFunctions();
  }
}

it("a customer's message alone holds nothing; who writes to them does, once and for a while", async () => {
  const { inbox, threadId, write, holds } = await withThread();
  expect(await holds()).toEqual([]);
  await write("nur unter uns", "note");
  expect(await holds()).toEqual([]);
  await write("Guten");
  await write("Guten Tag");
  const { contactId, memberId } = inbox;
  const held = { cause: "conversation", contactId, memberId, threadId, until: Date.now() + 30 * MINUTE_MS };
  expect(await holds()).toMatchObject([held]);
});

it("the customer's answer makes a talk last longer", async () => {
  const { t, inbox, write, holds } = await withThread();
  await write("Guten Tag");
  vi.setSystemTime(Date.now() + 10 * MINUTE_MS);
  const again = { ...MAX_MAIL, "Message-ID": "<m2@example.org>", "In-Reply-To": "<m1@example.org>" };
  const before = (await holds())[0]!.until!;
  await receive(t, inbox, mail(again, "Und noch etwas"));
  expect((await holds())[0]?.until).toBeGreaterThanOrEqual(before + 10 * MINUTE_MS);
});

it("an answer holds, closing ends the talk", async () => {
  const { reply, holds } = await withThread();
  await reply(false);
  expect(await holds()).toMatchObject([{ cause: "conversation" }]);
  await reply(true);
  expect(await holds()).toEqual([]);
});

it("a complaint holds for as long as it is one and open", async () => {
  const { setType, setStatus, holds } = await withThread();
  await setType("complaint");
  expect(await holds()).toMatchObject([{ cause: "complaint" }]);
  await setStatus("closed");
  expect(await holds()).toEqual([]);
  await setStatus("open");
  expect(await holds()).toMatchObject([{ cause: "complaint" }]);
  await setType("customer_support");
  expect(await holds()).toEqual([]);
});
