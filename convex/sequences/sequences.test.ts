import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, journeySteps, makeBookingWorkspace, postCalcom, settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
import { errorOf, makeMember } from "../../tests/support/members";
import { api, internal } from "../_generated/api";
import type { Id } from "../_generated/dataModel";
import { applyStatus, cancelMessage, requireMessage } from "../delivery/model";
import { flowFromSteps } from "./flow/fromSteps";
import { syncBooking } from "./model/enrol";
import { publishFlow, requireSequence } from "./model/sequences";

const BEFORE_ALL = Date.parse("2026-10-01T08:12:44Z");

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: BEFORE_ALL });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;

/** A booking for 24 October 2026 with its five messages planned, and an admin who looks on. */
async function planned(t: Backend) {
  const workspace = await makeBookingWorkspace(t);
  await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
  await settle(t);
  const { as } = await makeMember(t, workspace.orgId);
  const messages = await t.run(
    async (ctx) =>
      await ctx.db
        .query("messageQueue")
        .withIndex("by_org", (q) => q.eq("orgId", workspace.orgId))
        .take(1000),
  );
  const [booking] = await t.run(async (ctx) => await ctx.db.query("bookings").take(1000));
  return { ...workspace, as, messages, bookingId: booking!._id };
}

const runStates = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("stepRuns").take(1000))).map(
    ({ stepId, state }) => `${stepId} ${state.kind}${"reason" in state ? `:${state.reason}` : ""}`,
  );

const enrolmentStates = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("enrolments").take(1000))).map(({ state }) => state.kind);

describe("step runs follow their messages", () => {
  it("through sending, a bounce, a stop by hand, to the end of the journey", async () => {
    const t = setupConvex();
    const { messages, orgId, as, sequenceId } = await planned(t);
    const at = Date.now();
    await t.run(async (ctx) => {
      const ids = messages.map(({ _id }) => _id);
      for (const queueId of [ids[0]!, ids[2]!, ids[4]!])
        await applyStatus(ctx, await requireMessage(ctx, orgId, queueId), { kind: "sent", at });
      await applyStatus(ctx, await requireMessage(ctx, orgId, ids[0]!), { kind: "delivered", at: at + 1 });
      await applyStatus(ctx, await requireMessage(ctx, orgId, ids[2]!), {
        kind: "bounced",
        at: at + 1,
        reason: "Postfach voll",
      });
      await cancelMessage(ctx, ids[1]!, "by hand");
    });
    await settle(t);
    expect(await runStates(t)).toEqual([
      "before-7 sent",
      "before-3 cancelled:cancelled_by_member",
      "before-1 failed:Postfach voll",
      "during planned",
      "after-1 sent",
    ]);
    expect(await enrolmentStates(t)).toEqual(["active"]);
    const figures = async () => (await as.query(api.sequences.queries.get, { orgId, sequenceId })).figures;
    expect(await figures()).toMatchObject({ active: 1, planned: 1, sent: 2, skipped: 1, failed: 1 });
    await t.run(
      async (ctx) => await applyStatus(ctx, await requireMessage(ctx, orgId, messages[3]!._id), { kind: "sent", at }),
    );
    await settle(t);
    expect(await enrolmentStates(t)).toEqual(["completed"]);
    expect(await figures()).toMatchObject({ active: 0, planned: 0, sent: 3, skipped: 1, failed: 1 });
  });
});

describe("what happens to the booking", () => {
  it("a no-show takes after-steps back, a repeated reaction changes nothing", async () => {
    const t = setupConvex();
    const { as, orgId, bookingId } = await planned(t);
    await as.mutation(api.bookings.mutations.setStatus, { orgId, bookingId, status: "no_show" });
    await settle(t);
    expect(new Set((await runStates(t)).map((state) => state.split(" ")[1]))).toEqual(
      new Set(["cancelled:booking_no_show"]),
    );
    const before = await runStates(t);
    await t.run(async (ctx) => await syncBooking(ctx, orgId, bookingId, Date.now()));
    expect(await runStates(t)).toEqual(before);
  });

  it("a step that waits for the check-in is planned by it", async () => {
    const t = setupConvex();
    const { orgId, sequenceId, templateId } = await makeBookingWorkspace(t);
    await t.run(async (ctx) => {
      const [first] = journeySteps(templateId);
      const timing = { kind: "minutes", anchor: "checked_in", offsetMinutes: 30 } as const;
      const sequence = await requireSequence(ctx, orgId, sequenceId);
      await publishFlow(ctx, sequence, flowFromSteps([{ ...first!, stepId: "hello", phase: "during", timing }]));
    });
    await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
    await settle(t);
    expect(await runStates(t)).toEqual(["hello waiting"]);
    const { as } = await makeMember(t, orgId);
    const [booking] = await t.run(async (ctx) => await ctx.db.query("bookings").take(1000));
    vi.setSystemTime(Date.parse("2026-10-24T07:05:00Z"));
    await as.mutation(api.bookings.mutations.setStatus, { orgId, bookingId: booking!._id, status: "checked_in" });
    await settle(t);
    expect(await runStates(t)).toEqual(["hello planned"]);
    const [message] = await t.run(async (ctx) => await ctx.db.query("messageQueue").take(1000));
    expect(message?.dueAt).toBe(Date.parse("2026-10-24T07:35:00Z"));
  });
});

describe("the question before sending (rule 7)", () => {
  const ask = async (t: Backend, queueId: Id<"messageQueue">) => {
    const source = await t.run(async (ctx) => (await ctx.db.get("messageQueue", queueId))!.source);
    return await t.query(internal.sequences.jobs.checkSource, { source });
  };

  it("is answered with yes, until the start has passed", async () => {
    const t = setupConvex();
    const { messages } = await planned(t);
    expect(await ask(t, messages[0]!._id)).toEqual({ wanted: true });
    vi.setSystemTime(Date.parse("2026-10-24T07:00:00Z"));
    expect(await ask(t, messages[0]!._id)).toEqual({ wanted: false, reason: "would_pass_start" });
    expect(await ask(t, messages[3]!._id)).toEqual({ wanted: true });
  });

  it("knows cancellations and moves that no reaction has seen yet", async () => {
    const t = setupConvex();
    const { messages, bookingId } = await planned(t);
    const change = (fields: object) => t.run(async (ctx) => await ctx.db.patch("bookings", bookingId, fields));
    await change({ startsAt: Date.parse("2026-10-26T08:00:00Z") });
    expect(await ask(t, messages[0]!._id)).toEqual({ wanted: false, reason: "past_after_move" });
    await change({ status: "cancelled" });
    expect(await ask(t, messages[0]!._id)).toEqual({ wanted: false, reason: "booking_cancelled" });
  });

  it("knows a paused sequence and a removed step", async () => {
    const t = setupConvex();
    const { messages, orgId, sequenceId, templateId } = await planned(t);
    await t.run(async (ctx) => {
      const sequence = await requireSequence(ctx, orgId, sequenceId);
      await publishFlow(ctx, sequence, flowFromSteps(journeySteps(templateId).slice(1)));
    });
    // They are still in the version that has it.
    expect(await ask(t, messages[0]!._id)).toEqual({ wanted: true });
    await t.run(async (ctx) => {
      const { liveVersionId } = await requireSequence(ctx, orgId, sequenceId);
      for (const { _id } of await ctx.db.query("enrolments").take(10)) {
        await ctx.db.patch("enrolments", _id, { versionId: liveVersionId! });
      }
    });
    expect(await ask(t, messages[0]!._id)).toEqual({ wanted: false, reason: "step_removed" });
    await t.run(async (ctx) => await ctx.db.patch("sequences", sequenceId, { status: "paused" }));
    expect(await ask(t, messages[1]!._id)).toEqual({ wanted: false, reason: "sequence_paused" });
  });
});

describe("publishing", () => {
  it.each([
    ["no steps", (): [] => [], "flow"],
    ["an id twice", (t: Id<"templates">) => [journeySteps(t)[0]!, journeySteps(t)[0]!], "before-7"],
    [
      "no time of day",
      (t: Id<"templates">) => {
        const timing = { kind: "days", anchor: "start", offsetDays: -1, at: "9 Uhr" } as const;
        return [{ ...journeySteps(t)[0]!, timing }];
      },
      "before-7",
    ],
  ])("refuses %s", async (_, steps, field) => {
    const t = setupConvex();
    const { orgId, sequenceId, templateId } = await makeBookingWorkspace(t);
    const publish = t.run(
      async (ctx) =>
        await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flowFromSteps(steps(templateId))),
    );
    expect(await errorOf(publish)).toMatchObject({ code: "invalid", field });
  });
});
