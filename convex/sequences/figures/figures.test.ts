import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { makeMember } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import { applyStatus, cancelMessage, requireMessage } from "../../delivery/model";
import { followMessage } from "../model/messages";
import { keepAnswer } from "./model/outcomes";

// What is counted of a journey, once each, and who stands behind it (product.md 4.3, B-14, B-31).

const BOOKED_AT = Date.parse("2026-10-01T08:12:44Z");

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: BOOKED_AT });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;

/** Of five messages two were sent, one of them after it came back; one is lost, one stopped by hand, one to come. */
async function happened(t: Backend) {
  const workspace = await makeBookingWorkspace(t);
  const { orgId, sequenceId } = workspace;
  await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
  await settle(t);
  const { as } = await makeMember(t, orgId);
  const messages = await t.run(
    async (ctx) =>
      await ctx.db
        .query("messageQueue")
        .withIndex("by_org", (q) => q.eq("orgId", orgId))
        .take(10),
  );
  const [first, second, third, fourth] = messages.map(({ _id }) => _id);
  const at = Date.now();
  await t.run(async (ctx) => {
    for (const queueId of [first!, third!, fourth!]) {
      await ctx.db.patch("messageQueue", queueId, { routedChannel: "email" });
      await applyStatus(ctx, await requireMessage(ctx, orgId, queueId), { kind: "sent", at });
    }
    await applyStatus(ctx, await requireMessage(ctx, orgId, first!), { kind: "delivered", at: at + 1 });
    for (const queueId of [third!, fourth!]) {
      await applyStatus(ctx, await requireMessage(ctx, orgId, queueId), {
        kind: "bounced",
        at: at + 1,
        reason: "voll",
      });
    }
    await cancelMessage(ctx, second!, "by hand");
    for (const [index, isMachine] of [false, false, true].entries()) {
      const kind = index === 1 ? "clicked" : "opened";
      const fields = { orgId, queueId: first!, dedupeKey: `r${index}`, kind, at: at + 2 + index } as const;
      await ctx.db.insert("receipts", { ...fields, isMachine });
    }
  });
  await settle(t);
  await t.run(async (ctx) => {
    // A member has sent the fourth again, and now it went.
    await ctx.db.patch("messageQueue", fourth!, { state: { kind: "sent", at: at + 9 } });
    await followMessage(ctx, orgId, fourth!, at + 10);
  });
  await t.run(async (ctx) => {
    // The same report again, and late.
    for (const queueId of [first!, third!, first!]) await followMessage(ctx, orgId, queueId, at + 20);
    const { contactId } = await requireMessage(ctx, orgId, first!);
    for (const later of [30, 40]) await keepAnswer(ctx, orgId, contactId, at + later);
  });
  return { ...workspace, as, sequenceId };
}

it("counts each thing once, whatever is told again, and takes back what turned out otherwise", async () => {
  const t = setupConvex();
  const { as, orgId, sequenceId } = await happened(t);
  const { total, steps, channels } = await as.query(api.sequences.figures.queries.get, { orgId, sequenceId });
  expect(total).toEqual({
    active: 1,
    entered: 1,
    waiting: 1,
    passed: 0,
    planned: 1,
    sent: 2,
    delivered: 1,
    opened: 1,
    clicked: 1,
    replied: 1,
    converted: 0,
    skipped: 1,
    failed: 1,
  });
  expect(channels).toEqual([{ channel: "email", delivered: 1, lost: 1 }]);
  const of = (stepId: string) => steps.find((step) => step.stepId === stepId);
  expect(of("before-7")?.figures).toMatchObject({
    entered: 1,
    passed: 1,
    waiting: 0,
    sent: 1,
    opened: 1,
    delivered: 1,
  });
  expect(of("before-1")?.figures).toMatchObject({ failed: 1, delivered: 0 });
  expect(of("before-3")?.reasons).toEqual([{ reason: "cancelled_by_member", count: 1 }]);
  expect(of("after-1")?.figures).toMatchObject({ entered: 1, passed: 0, waiting: 1, planned: 1 });
});

it("names the people behind a figure", async () => {
  const t = setupConvex();
  const { as, orgId, sequenceId } = await happened(t);
  type Group = (typeof api.sequences.people.queries.page)["_args"]["group"];
  const names = async (group: Group) => {
    const paginationOpts = { numItems: 10, cursor: null };
    const { page } = await as.query(api.sequences.people.queries.page, { orgId, sequenceId, group, paginationOpts });
    return page.map(({ name, bookingTitle, reason }) => [name, bookingTitle, reason]);
  };
  const [inside] = await names({ kind: "enrolment", state: "active" });
  const [name, title] = inside!;
  expect(await names({ kind: "outcome", stepId: "before-7", outcome: "opened" })).toEqual([[name, title, null]]);
  expect(await names({ kind: "outcome", stepId: "before-1", outcome: "delivered" })).toEqual([]);
  expect(await names({ kind: "run", stepId: "before-1", state: "failed" })).toEqual([[name, title, "voll"]]);
  expect(await names({ kind: "run", stepId: "before-3", state: "cancelled" })).toEqual([
    [name, title, "cancelled_by_member"],
  ]);
  expect(await names({ kind: "here", stepId: "after-1" })).toEqual([[name, title, null]]);
});

it("counts what is from before once, a batch at a time", async () => {
  const t = setupConvex();
  const { as, orgId, sequenceId } = await happened(t);
  const figures = async () => await as.query(api.sequences.figures.queries.get, { orgId, sequenceId });
  const before = await figures();
  await t.run(async (ctx) => {
    // As it was when neither reasons nor outcomes were counted. Answers are not in what is kept of messages.
    for (const row of await ctx.db.query("stepOutcomes").take(100)) {
      if (row.outcome !== "replied") await ctx.db.delete("stepOutcomes", row._id);
    }
    for (const { _id, counts } of await ctx.db.query("sequenceFigures").take(100)) {
      const old = Object.entries(counts).filter(([key]) => !/^(why|delivered|lost|opened|clicked)/.test(key));
      await ctx.db.patch("sequenceFigures", _id, { counts: Object.fromEntries(old) });
    }
    await ctx.db.patch("sequences", sequenceId, { isCounted: undefined });
  });
  expect(await figures()).not.toEqual(before);
  vi.advanceTimersByTime(1000);
  for (let again = 0; again < 3; again += 1) {
    await t.mutation(internal.sequences.figures.jobs.recount, {});
    await settle(t);
  }
  expect(await figures()).toEqual(before);
});
