import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { setupConvex } from "../../../tests/support/convex";
import { NOON } from "../../../tests/support/delivery";
import { deliverMail, events, mail, makeInbox, MAX_MAIL, rows } from "../../../tests/support/inbox";
import { errorOf } from "../../../tests/support/members";
import { api } from "../../_generated/api";

const page = { paginationOpts: { numItems: 20, cursor: null } };
const { mark, unblock, unmark } = api.inbox.spam.mutations;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withMail() {
  const t = setupConvex();
  const inbox = await makeInbox(t);
  await deliverMail(t, inbox, mail(MAX_MAIL, "Kaufen Sie!"));
  const { as, orgId } = inbox;
  const ids = { orgId, threadId: (await rows(t, "threads"))[0]!._id };
  const listed = async (view: "all" | "closed" | "spam") =>
    (await as.query(api.inbox.queries.listThreads, { orgId, view, ...page })).page.map(({ number }) => number);
  const write = async (id: string, subject: string) =>
    await deliverMail(
      t,
      inbox,
      mail({ ...MAX_MAIL, "Message-ID": `<${id}@example.org>`, Subject: subject }, "Noch einmal!"),
    );
  return { t, as, orgId, ids, listed, write };
}

it("puts spam aside and keeps what a blocked sender writes, without bothering anybody", async () => {
  const { t, as, ids, listed, write } = await withMail();
  await as.mutation(mark, { ...ids, block: true });
  await as.mutation(mark, { ...ids, block: true });
  expect([await listed("all"), await listed("closed"), await listed("spam")]).toEqual([[], [], [1]]);
  const before = await events(t, "");
  await write("x1", MAX_MAIL.Subject);
  await write("x2", "Ganz neu");
  expect([await listed("all"), await listed("closed")]).toEqual([[], []]);
  expect(new Set(await listed("spam"))).toEqual(new Set([1, 2]));
  expect(await rows(t, "messages")).toHaveLength(3);
  expect((await events(t, "")).slice(before.length).filter((kind) => !kind.startsWith("sla."))).toEqual([]);
  expect((await rows(t, "threads"))[1]).toMatchObject({ isOpen: false, isSpam: true });
  expect((await rows(t, "threads"))[1]?.responseDueAt).toBeUndefined();
});

it("is taken back with its block, and a customer who only was marked comes back by writing", async () => {
  const { as, ids, listed, write } = await withMail();
  await as.mutation(mark, { ...ids, block: true });
  await as.mutation(unmark, ids);
  expect([await listed("all"), await listed("spam")]).toEqual([[1], []]);
  await as.mutation(mark, { ...ids, block: false });
  await write("x1", MAX_MAIL.Subject);
  expect([await listed("all"), await listed("spam")]).toEqual([[1], []]);
});

it("refuses to block where nobody wrote", async () => {
  const { t, as, orgId, ids } = await withMail();
  await t.run(async (ctx) => {
    for (const message of await ctx.db.query("messages").take(5)) await ctx.db.delete("messages", message._id);
  });
  expect(await errorOf(as.mutation(mark, { ...ids, orgId, block: true }))).toMatchObject({ field: "block" });
});

it("lists who is blocked, and hears them again without moving what they wrote", async () => {
  const { as, orgId, ids, listed, write } = await withMail();
  const blocked = async () => (await as.query(api.inbox.spam.queries.blocked, { orgId, ...page })).page;
  await as.mutation(mark, { ...ids, block: true });
  const [one] = await blocked();
  expect(one).toMatchObject({ channel: "email", by: "Anna Admin" });
  await as.mutation(unblock, { orgId, blockedId: one!.id });
  await as.mutation(unblock, { orgId, blockedId: one!.id });
  expect(await blocked()).toEqual([]);
  expect(await listed("spam")).toEqual([1]);
  await write("x3", "Ganz neu");
  expect(await listed("all")).toEqual([2]);
});
