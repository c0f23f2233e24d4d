import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../../tests/support/convex";
import { allRows, NOON, runJobs } from "../../../../tests/support/delivery";
import { deliverMail, mail, makeInbox, rows } from "../../../../tests/support/inbox";
import { errorOf, makeMember, makeOrg } from "../../../../tests/support/members";
import { api } from "../../../_generated/api";
import type { Id } from "../../../_generated/dataModel";

const { bulk, mutations, queries, sending } = api.inbox;
const DOC = '{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"Mein Entwurf"}]}]}';
const TEXT = "Wegen Sturm fällt der Kurs heute aus.";

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Three people wrote; the third is nobody's contact any more and cannot be answered. */
async function setup() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  const { as, orgId } = inbox;
  for (const name of ["anna", "berta", "carla"]) {
    const head = { From: `${name}@example.org`, Subject: name, "Message-ID": `<${name}@example.org>` };
    await deliverMail(t, inbox, mail(head, "Findet der Kurs statt?"));
  }
  const ids = (await rows(t, "threads")).map(({ _id }) => _id);
  await t.run(async (ctx) => await ctx.db.patch("threads", ids[2]!, { contactId: undefined }));
  vi.setSystemTime(Date.now() + 1_000);
  const target = { kind: "threads" as const, threadIds: ids };
  const order = { orgId, target, text: ` ${TEXT} `, close: true, clientId: "order-1" };
  const said = async () => (await rows(t, "messages")).filter(({ messageType }) => messageType === "outgoing");
  const progress = async (operationId: Id<"bulkOperations">) =>
    await as.query(bulk.queries.get, { orgId, operationId });
  return { ...inbox, t, ids, target, order, said, progress };
}

it("answers each customer once, says who could not be, and closes when the answers have left", async () => {
  const { t, as, orgId, ids, target, order, said, progress } = await setup();
  expect(await as.query(bulk.queries.previewReply, { orgId, target })).toMatchObject({
    count: 3,
    isMore: false,
    people: [
      { threadId: ids[0], channel: "email", address: "anna@example.org" },
      { threadId: ids[1], channel: "email", address: "berta@example.org" },
      { threadId: ids[2], name: null, address: null },
    ],
  });
  const operationId = await as.mutation(bulk.mutations.reply, order);
  expect(await as.mutation(bulk.mutations.reply, order)).toBe(operationId);
  expect(await progress(operationId)).toMatchObject({ action: "reply", state: "done", changed: 2, refused: 1 });
  expect((await said()).map(({ threadId, text }) => [threadId, text])).toEqual([
    [ids[0], TEXT],
    [ids[1], TEXT],
  ]);
  // One way back for all of them, not one each.
  expect(await as.query(sending.queries.undoable, { orgId })).toEqual([]);
  expect((await rows(t, "threads")).map(({ isOpen }) => isOpen)).toEqual([true, true, true]);
  await runJobs(t);
  expect((await rows(t, "threads")).map(({ status }) => status)).toEqual(["closed", "closed", "open"]);
  expect(await said()).toHaveLength(2);
  const states = (await allRows(t, "messageQueue")).map(({ state }) => state.kind);
  expect(states.map((kind) => kind === "delivered" || kind === "read")).toEqual([true, true]);
  await as.mutation(bulk.mutations.undo, { orgId, operationId });
  await runJobs(t);
  expect(await progress(operationId)).toMatchObject({ state: "undone", undone: 0 });
  expect(await said()).toHaveLength(2);
});

it("takes all of them back while they are held, and leaves everybody's drafts alone", async () => {
  const { t, as, orgId, ids, order, said, progress } = await setup();
  const place = { orgId, threadId: ids[0]!, mode: "reply" as const };
  await as.mutation(mutations.saveDraft, { ...place, doc: DOC });
  const before = await rows(t, "threads");
  const operationId = await as.mutation(bulk.mutations.reply, order);
  await as.mutation(bulk.mutations.undo, { orgId, operationId });
  await runJobs(t);
  expect(await progress(operationId)).toMatchObject({ state: "undone", undone: 2 });
  expect(await said()).toEqual([]);
  expect((await allRows(t, "messageQueue")).map(({ state }) => state.kind)).toEqual(["cancelled", "cancelled"]);
  const shown = ({ status, lastMessageAt, lastMessagePreview }: (typeof before)[number]) => {
    return { status, lastMessageAt, lastMessagePreview };
  };
  expect((await rows(t, "threads")).map(shown)).toEqual(before.map(shown));
  expect(await as.query(queries.getDraft, place)).toMatchObject({ doc: DOC });
  expect(await as.query(queries.getDraft, { ...place, threadId: ids[1]! })).toBeNull();
});

it("refuses no words, strangers' conversations, and members who may not answer", async () => {
  const { t, as, orgId, order, target, said } = await setup();
  expect(await errorOf(as.mutation(bulk.mutations.reply, { ...order, text: "  " }))).toMatchObject({ field: "text" });
  const viewer = await makeMember(t, orgId, "viewer", "vera");
  expect(await errorOf(viewer.as.mutation(bulk.mutations.reply, order))).toMatchObject({ code: "forbidden" });
  const otherOrg = await makeOrg(t, "Andere");
  const stranger = await makeMember(t, otherOrg, "admin", "fremd");
  const foreign = { ...order, orgId: otherOrg };
  expect(await errorOf(stranger.as.mutation(bulk.mutations.reply, foreign))).toMatchObject({ code: "not_found" });
  const asked = stranger.as.query(bulk.queries.previewReply, { orgId: otherOrg, target });
  expect(await errorOf(asked)).toMatchObject({ code: "not_found" });
  expect(await said()).toEqual([]);
});
