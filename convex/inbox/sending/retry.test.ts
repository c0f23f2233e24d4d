import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { deviceMessages, inMutation, NOON, rowOf, runJobs } from "../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { giveUp } from "../../delivery/model";
import type { Failure } from "../../delivery/schema";

// A reply that did not arrive is tried again by those who write (product.md 2.4 no. 39).

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function failedReply(failureClass: Failure["class"], { isToChosen = false } = {}) {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { orgId } = inbox;
  const ada = await makeMember(t, orgId, "agent", "ada");
  await deliverMail(t, inbox, mail(MAX_MAIL, "Hallo"));
  const thread = (await rows(t, "threads"))[0]!;
  const envelope = { to: ["max@example.org"], cc: [], bcc: [] };
  const { messageId, queueId } = await ada.as.mutation(api.inbox.mutations.reply, {
    orgId,
    threadId: thread._id,
    text: "Gern.",
    close: false,
    clientId: "c1",
    ...(isToChosen ? { envelope } : {}),
  });
  await inMutation(t, async (ctx) => {
    const row = (await ctx.db.get("messageQueue", queueId))!;
    await ctx.db.patch("messageQueue", queueId, { routedChannel: "email", address: "max@example.org" });
    await giveUp(ctx, row, "max_attempts", { class: failureClass, reason: "It did not work." });
  });
  await runJobs(t);
  const shown = async (as = ada.as) => {
    const asked = { orgId, threadId: thread._id, paginationOpts: { numItems: 20, cursor: null } };
    const { page } = await as.query(api.inbox.queries.listMessages, asked);
    const { deliveryStatus, failureReason, retry } = page.find(({ id }) => id === messageId)!;
    return { deliveryStatus, failureReason, retry };
  };
  const retry = async (as = ada.as) => await as.mutation(api.inbox.sending.mutations.retry, { orgId, messageId });
  const giveAddress = async (address: string) => {
    const contact = { orgId, contactId: thread.contactId!, channel: "email" as const };
    const { mutations } = api.contacts.edits;
    await inbox.as.mutation(mutations.addAddress, { ...contact, address });
    await inbox.as.mutation(mutations.removeAddress, { ...contact, address: "max@example.org" });
  };
  const arrived = async () => (await deviceMessages(t)).map(({ address }) => address);
  return { t, inbox, orgId, ada, thread, messageId, queueId, shown, retry, giveAddress, arrived };
}

const OFFERED = { kind: "offered", isElsewhere: false };

it("goes again once however often it is pressed, says how it goes, and who wanted it", async () => {
  const { t, ada, queueId, shown, retry, arrived } = await failedReply("transient");
  expect(await shown()).toEqual({ deliveryStatus: "failed", failureReason: "It did not work.", retry: OFFERED });
  expect(await arrived()).toEqual([]);
  await retry();
  await retry();
  expect(await shown()).toEqual({ deliveryStatus: "pending", failureReason: undefined, retry: undefined });
  await runJobs(t);
  expect(await arrived()).toEqual(["max@example.org"]);
  expect(["delivered", "read"]).toContain((await shown()).deliveryStatus);
  await retry();
  await runJobs(t);
  expect(await arrived()).toEqual(["max@example.org"]);
  const audit = (await rows(t, "auditEntries")).filter(({ action }) => action === "message.requeued");
  expect(audit.map(({ actor, subject }) => [actor, subject.id])).toEqual([
    [{ kind: "member", memberId: ada.memberId }, queueId],
  ]);
});

it("is refused where it would end the same, until the person has another address", async () => {
  for (const isToChosen of [false, true]) {
    const { t, shown, retry, giveAddress, arrived } = await failedReply("invalid_address", { isToChosen });
    expect((await shown()).retry).toEqual({ kind: "refused", because: "bad_address" });
    expect(await errorOf(retry())).toMatchObject({ code: "conflict", field: "messageId" });
    await giveAddress("max.muster@example.org");
    expect((await shown()).retry).toEqual({ kind: "offered", isElsewhere: true });
    await retry();
    await runJobs(t);
    expect(await arrived()).toEqual(["max.muster@example.org"]);
  }
});

it("keeps to the address its writer chose while the person has it", async () => {
  const { t, inbox, orgId, thread, retry, arrived } = await failedReply("transient", { isToChosen: true });
  const contact = { orgId, contactId: thread.contactId!, channel: "email" as const, address: "new@example.org" };
  await inbox.as.mutation(api.contacts.edits.mutations.addAddress, contact);
  await inbox.as.mutation(api.contacts.edits.mutations.makePrimary, contact);
  await retry();
  await runJobs(t);
  expect(await arrived()).toEqual(["max@example.org"]);
});

it("shows the new reason when it fails again", async () => {
  const { t, queueId, shown, retry } = await failedReply("transient");
  await retry();
  await inMutation(t, async (ctx) => {
    const row = (await ctx.db.get("messageQueue", queueId))!;
    await giveUp(ctx, row, "all_refused", { class: "permanent", reason: "Refused for good." });
  });
  await t.finishInProgressScheduledFunctions();
  await runJobs(t);
  expect(await shown()).toEqual({
    deliveryStatus: "failed",
    failureReason: "Refused for good.",
    retry: { kind: "refused", because: "refused" },
  });
});

it("is for those who may answer there, and for replies alone", async () => {
  const { t, orgId, inbox, retry, queueId } = await failedReply("transient");
  const viewer = await makeMember(t, orgId, "viewer", "vera");
  expect(await errorOf(retry(viewer.as))).toMatchObject({ code: "forbidden" });
  const scoped = await makeMember(t, orgId, "agent", "sam");
  await inMutation(t, async (ctx) => {
    await ctx.db.patch("members", scoped.memberId, { scope: { channelIds: [inbox.smsChannelId], teamIds: [] } });
  });
  expect(await errorOf(retry(scoped.as))).toMatchObject({ code: "not_found" });
  const otherId = await makeOrg(t, "Other");
  const stranger = await makeMember(t, otherId, "admin", "stranger");
  const [incoming, reply] = await rows(t, "messages");
  const { mutations } = api.inbox.sending;
  const theirs = stranger.as.mutation(mutations.retry, { orgId: otherId, messageId: reply!._id });
  expect(await errorOf(theirs)).toMatchObject({ code: "not_found" });
  const mails = inbox.as.mutation(mutations.retry, { orgId, messageId: incoming!._id });
  expect(await errorOf(mails)).toMatchObject({ code: "invalid" });
  expect((await rowOf(t, queueId)).state.kind).toBe("dead");
});
