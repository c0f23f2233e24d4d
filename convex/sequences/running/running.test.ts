import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";

// Pausing, resuming and ending a journey, for everybody and for one person (product.md 4.3).

const BOOKED_AT = Date.parse("2026-10-01T08:12:44Z");
const DAY_MS = 24 * 60 * 60_000;
/** The first message, seven days before the booking of 24 October 2026, 09:00 in Berlin. */
const FIRST_AT = Date.parse("2026-10-17T07:00:00Z");

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: BOOKED_AT });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;

async function inside(t: Backend) {
  const workspace = await makeBookingWorkspace(t);
  await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
  await settle(t);
  const { as } = await makeMember(t, workspace.orgId);
  const [enrolment] = await t.run(async (ctx) => await ctx.db.query("enrolments").take(1));
  return { ...workspace, as, enrolmentId: enrolment!._id };
}

const runs = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("stepRuns").take(100))).map(
    ({ stepId, state, plannedAt }) =>
      `${stepId} ${"reason" in state ? state.reason : state.kind} ${new Date(plannedAt ?? 0).toISOString().slice(5, 10)}`,
  );
const PLANNED = [
  "before-7 planned 10-17",
  "before-3 planned 10-21",
  "before-1 planned 10-23",
  "during planned 10-24",
  "after-1 planned 10-25",
];
const pauses = async (t: Backend) => await t.run(async (ctx) => await ctx.db.query("deliveryPauses").take(10));
const audit = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("auditEntries").take(100)))
    .map(({ action }) => action)
    .filter((action) => action.startsWith("sequence.") || action.startsWith("enrolment."));

describe("a paused journey", () => {
  const { mutations } = api.sequences.running;

  it("holds what falls due, and still takes in who books meanwhile", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId } = await inside(t);
    await as.mutation(mutations.pause, { orgId, sequenceId, reason: "Sturmwarnung" });
    expect(await pauses(t)).toMatchObject([{ scope: { kind: "source", sourceKind: "sequence", id: sequenceId } }]);
    await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:20:00Z", { uid: "uid-2" }));
    await settle(t);
    expect(await runs(t)).toHaveLength(10);
    expect(await errorOf(as.mutation(mutations.pause, { orgId, sequenceId, reason: "Nochmal" }))).toMatchObject({
      code: "conflict",
    });
  });

  it("goes on late: nothing is planned otherwise", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId } = await inside(t);
    await as.mutation(mutations.pause, { orgId, sequenceId, reason: "Sturmwarnung" });
    vi.setSystemTime(FIRST_AT + DAY_MS);
    await as.mutation(mutations.resume, { orgId, sequenceId, how: "late" });
    await settle(t);
    expect(await runs(t)).toEqual(PLANNED);
    expect(await pauses(t)).toEqual([]);
    const source = await t.run(async (ctx) => (await ctx.db.query("messageQueue").take(1))[0]!.source);
    expect(await t.query(internal.sequences.jobs.checkSource, { source })).toEqual({ wanted: true });
    expect(await audit(t)).toEqual(["sequence.paused", "sequence.resumed"]);
  });

  it("drops what fell due, and that for good", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId } = await inside(t);
    await as.mutation(mutations.pause, { orgId, sequenceId, reason: "Sturmwarnung" });
    vi.setSystemTime(FIRST_AT + DAY_MS);
    await as.mutation(mutations.resume, { orgId, sequenceId, how: "skip" });
    await settle(t);
    expect(await runs(t)).toEqual(["before-7 sequence_paused 10-17", ...PLANNED.slice(1)]);
    const moved = { startTime: "2026-10-30T08:00:00Z", endTime: "2026-10-30T15:00:00Z", rescheduleUid: "uid-1" };
    await postCalcom(t, calcomBody("BOOKING_RESCHEDULED", "2026-10-18T09:00:00Z", { ...moved, uid: "uid-1b" }));
    await settle(t);
    expect((await runs(t))[0]).toBe("before-7 sequence_paused 10-17");
    expect(await pauses(t)).toEqual([]);
    expect((await t.run(async (ctx) => await ctx.db.get("sequences", sequenceId)))?.status).toBe("active");
  });

  it("puts off what fell due by as long as the pause took, and leaves what is tied to the booking", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId } = await inside(t);
    vi.setSystemTime(FIRST_AT - DAY_MS);
    await as.mutation(mutations.pause, { orgId, sequenceId, reason: "Sturmwarnung" });
    vi.setSystemTime(FIRST_AT + DAY_MS);
    await as.mutation(mutations.resume, { orgId, sequenceId, how: "shift" });
    await settle(t);
    expect(await runs(t)).toEqual(["before-7 planned 10-19", ...PLANNED.slice(1)]);
    expect(await pauses(t)).toEqual([]);
  });

  it("does not put a preparation off beyond the start", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId } = await inside(t);
    await as.mutation(mutations.pause, { orgId, sequenceId, reason: "Sturmwarnung" });
    vi.setSystemTime(FIRST_AT + 3 * DAY_MS);
    await as.mutation(mutations.resume, { orgId, sequenceId, how: "shift" });
    await settle(t);
    expect((await runs(t))[0]).toMatch(/^before-7 would_pass_start/);
  });
});

describe("one person's journey", () => {
  const { mutations } = api.sequences.running;

  it("is paused, resumed and put off without the others", async () => {
    const t = setupConvex();
    const { as, orgId, enrolmentId } = await inside(t);
    vi.setSystemTime(FIRST_AT - DAY_MS);
    await as.mutation(mutations.pausePerson, { orgId, enrolmentId, reason: "Ruft zurück" });
    expect(await pauses(t)).toMatchObject([{ scope: { id: enrolmentId } }]);
    vi.setSystemTime(FIRST_AT + DAY_MS);
    await as.mutation(mutations.resumePerson, { orgId, enrolmentId, how: "shift" });
    await settle(t);
    expect(await runs(t)).toEqual(["before-7 planned 10-19", ...PLANNED.slice(1)]);
    expect(await pauses(t)).toEqual([]);
    expect(await audit(t)).toEqual(["enrolment.paused", "enrolment.resumed"]);
  });

  it("ends when they are taken out, whatever the booking does then", async () => {
    const t = setupConvex();
    const { as, orgId, enrolmentId, sequenceId } = await inside(t);
    await as.mutation(mutations.takeOut, { orgId, enrolmentId });
    await settle(t);
    const moved = { startTime: "2026-10-30T08:00:00Z", endTime: "2026-10-30T15:00:00Z", rescheduleUid: "uid-1" };
    await postCalcom(t, calcomBody("BOOKING_RESCHEDULED", "2026-10-01T09:00:00Z", { ...moved, uid: "uid-1b" }));
    await settle(t);
    expect(new Set((await runs(t)).map((run) => run.split(" ")[1]))).toEqual(new Set(["left_journey"]));
    const { figures } = await as.query(api.sequences.queries.get, { orgId, sequenceId });
    expect(figures).toMatchObject({ active: 0, planned: 0, skipped: 5 });
    expect(await errorOf(as.mutation(mutations.takeOut, { orgId, enrolmentId }))).toMatchObject({ code: "conflict" });
  });
});

describe("an archived journey", () => {
  const { mutations } = api.sequences.running;

  it("lets those inside come to its end, and nobody in", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId } = await inside(t);
    await as.mutation(mutations.archive, { orgId, sequenceId, people: "finish" });
    await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:20:00Z", { uid: "uid-2" }));
    await settle(t);
    expect(await runs(t)).toEqual(PLANNED);
    const source = await t.run(async (ctx) => (await ctx.db.query("messageQueue").take(1))[0]!.source);
    expect(await t.query(internal.sequences.jobs.checkSource, { source })).toEqual({ wanted: true });
  });

  it("takes everybody out, also while it is paused", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId } = await inside(t);
    await as.mutation(mutations.pause, { orgId, sequenceId, reason: "Sturmwarnung" });
    await as.mutation(mutations.archive, { orgId, sequenceId, people: "stop" });
    await settle(t);
    expect(new Set((await runs(t)).map((run) => run.split(" ")[1]))).toEqual(new Set(["left_journey"]));
    expect(await pauses(t)).toEqual([]);
    expect(await as.query(api.sequences.publishing.queries.progress, { orgId, sequenceId })).toMatchObject({
      kind: "archive",
      state: "done",
      counts: { takenOut: 1 },
    });
  });
});
