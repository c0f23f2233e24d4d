import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { setState } from "../../delivery/model";
import { flowOfVersion } from "../model/desk";
import { publishFlow, requireSequence } from "../model/sequences";

// A real booking's events through a version and through a draft (product.md O-5).

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

/** What is due by then has left at its time. */
async function liveUntil(t: Backend, instant: string): Promise<void> {
  const now = Date.parse(instant);
  vi.setSystemTime(now);
  await t.run(async (ctx) => {
    for (const row of await ctx.db.query("messageQueue").take(100)) {
      if (row.state.kind === "pending" && row.dueAt <= now) await setState(ctx, row, { kind: "sent", at: row.dueAt });
    }
  });
  await settle(t);
}

/** Anna booked on 1 October for the 24th, moved to the 28th on the 19th, and cancelled on the 26th. */
async function cancelled(t: Backend) {
  const workspace = await makeBookingWorkspace(t);
  const { orgId, sequenceId } = workspace;
  await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
  await settle(t);
  await liveUntil(t, "2026-10-19T10:00:00Z");
  const at = { startTime: "2026-10-28T08:00:00Z", endTime: "2026-10-28T15:00:00Z" };
  await postCalcom(
    t,
    calcomBody("BOOKING_RESCHEDULED", "2026-10-19T10:00:00Z", { ...at, uid: "uid-2", rescheduleUid: "uid-1" }),
  );
  await settle(t);
  await liveUntil(t, "2026-10-26T12:00:00Z");
  await postCalcom(t, calcomBody("BOOKING_CANCELLED", "2026-10-26T12:00:00Z", { ...at, uid: "uid-2" }));
  await settle(t);
  await liveUntil(t, "2026-11-02T12:00:00Z");
  const { as } = await makeMember(t, orgId);
  const [enrolment] = await t.run(async (ctx) => await ctx.db.query("enrolments").take(2));
  const args = { orgId, enrolmentId: enrolment!._id };
  const rows = async (versionId?: Id<"sequenceVersions">) => {
    const asked = versionId === undefined ? args : { ...args, versionId };
    return (await as.query(api.sequences.replay.queries.ofEnrolment, asked)).map(
      ({ stepId, difference, really, replayed }) => {
        const day = (told: typeof really) =>
          told?.plannedAt == null ? "-" : new Date(told.plannedAt).toISOString().slice(5, 10);
        return `${stepId} ${difference} ${day(really)} ${day(replayed)}`;
      },
    );
  };
  const edit = async (edits: (typeof api.sequences.drafts.mutations.edit)["_args"]["edits"]) =>
    await as.mutation(api.sequences.drafts.mutations.edit, { orgId, sequenceId, edits });
  const { flow } = await as.query(api.sequences.drafts.queries.get, { orgId, sequenceId });
  const node = (stepId: string) => flow.nodes.find((each) => each.stepId === stepId)!;
  return { ...workspace, as, args, rows, edit, node };
}

it("through an unchanged version differs in nothing", async () => {
  const t = setupConvex();
  const { rows } = await cancelled(t);
  expect(await rows()).toEqual([
    "before-7 same 10-17 10-17",
    "before-3 same 10-25 10-25",
    "before-1 neither 10-27 10-27",
    "during neither 10-28 10-28",
    "after-1 neither 10-29 10-29",
  ]);
});

it("through a draft says what would have gone, what not, what at another time, and what with another text", async () => {
  const t = setupConvex();
  const { rows, edit, node } = await cancelled(t);
  const earlier = { ...node("before-7"), timing: { kind: "days", anchor: "start", offsetDays: -10 } } as never;
  const sms = { ...node("before-3"), channel: "sms" } as never;
  const soon = { ...node("before-1"), timing: { kind: "days", anchor: "start", offsetDays: -2 } } as never;
  await edit([
    { kind: "update", node: earlier },
    { kind: "update", node: sms },
    { kind: "update", node: soon },
  ]);
  expect(await rows()).toEqual([
    "before-7 moved 10-17 10-14",
    "before-3 reworded 10-25 10-25",
    "before-1 new 10-27 10-26",
    "during neither 10-28 10-28",
    "after-1 neither 10-29 10-29",
  ]);
  await edit([{ kind: "remove", stepIds: ["before-3"] }]);
  expect(await rows()).toContain("before-3 missing 10-25 -");
});

it("goes through the version that is chosen, whatever stands in the draft", async () => {
  const t = setupConvex();
  const { rows, edit, node, orgId, sequenceId } = await cancelled(t);
  const [first] = await t.run(async (ctx) => await ctx.db.query("sequenceVersions").take(1));
  const unchanged = await rows();
  const earlier = { ...node("before-7"), timing: { kind: "days", anchor: "start", offsetDays: -10 } } as never;
  const second = await t.run(async (ctx) => {
    const flow = flowOfVersion(first!);
    const nodes = flow.nodes.map((each) => (each.stepId === "before-7" ? earlier : each));
    return await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), { ...flow, nodes });
  });
  await edit([{ kind: "remove", stepIds: ["before-3"] }]);
  expect(await rows(first!._id)).toEqual(unchanged);
  expect(await rows(second)).toContain("before-7 moved 10-17 10-14");
  expect(await rows()).toContain("before-3 missing 10-25 -");
});

it("is nobody else's", async () => {
  const t = setupConvex();
  const { args, as } = await cancelled(t);
  const other = await makeOrg(t, "Andere");
  const stranger = await makeMember(t, other);
  const foreign = stranger.as.query(api.sequences.replay.queries.ofEnrolment, { ...args, orgId: other });
  expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
  expect(await as.query(api.sequences.replay.queries.ofEnrolment, args)).toHaveLength(5);
});
