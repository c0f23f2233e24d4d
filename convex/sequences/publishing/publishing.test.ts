import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, journeySteps, makeBookingWorkspace, postCalcom, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { setState } from "../../delivery/model";
import { flowFromSteps } from "../flow/fromSteps";
import type { Flow, FlowNode } from "../flow/schema";
import { named } from "../flow/testing";
import type { Choices } from "../sweeps/schema";
import { changesBetween } from "./changes";

// A journey changed while people are inside (product.md 4.3, O-6).

const BOOKED_AT = Date.parse("2026-10-01T08:12:44Z");
const DAY_MS = 24 * 60 * 60_000;

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: BOOKED_AT });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;

/** `people` bookings for 24 October, each with five messages planned: 7, 3, 1 days before, on the day, the day after. */
async function inside(t: Backend, people = 1) {
  const workspace = await makeBookingWorkspace(t);
  for (let i = 0; i < people; i++) {
    const attendee = { name: `Gast ${i}`, email: `gast${i}@example.org`, timeZone: "Europe/Berlin" };
    const body = calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z", { uid: `uid-${i}`, attendees: [attendee] });
    await postCalcom(t, body);
  }
  await settle(t, 12 + people);
  const { as } = await makeMember(t, workspace.orgId);
  const { orgId, sequenceId, templateId } = workspace;
  const flow = flowFromSteps(journeySteps(templateId));
  const of = { orgId, sequenceId };
  const publish = async (next: Flow, choices: Choices = [], replaces = 1) => {
    await as.mutation(api.sequences.publishing.mutations.publish, { ...of, flow: next, replaces, choices });
    await settle(t, 12 + people);
    return await as.query(api.sequences.publishing.queries.progress, of);
  };
  const impact = async (next: Flow) => await as.query(api.sequences.publishing.queries.impact, { ...of, flow: next });
  const messages = async (next: Flow, choices: Choices = []) =>
    await as.query(api.sequences.publishing.queries.messages, { ...of, flow: next, choices, cursor: null });
  return { ...workspace, as, flow, publish, impact, messages };
}

/** The journey without a step, its neighbours joined. */
function without(flow: Flow, stepId: string): Flow {
  const gone = flow.nodes.find((node) => node.stepId === stepId);
  const next = gone !== undefined && "next" in gone ? gone.next : null;
  const heal = (id: string | null) => (id === stepId ? next : id);
  const nodes = flow.nodes
    .filter((node) => node.stepId !== stepId)
    .map((node): FlowNode => ("next" in node ? { ...node, next: heal(node.next) } : node));
  return { ...flow, first: heal(flow.first), nodes };
}

function withNode(flow: Flow, stepId: string, change: object): Flow {
  return { ...flow, nodes: flow.nodes.map((node) => (node.stepId === stepId ? { ...node, ...change } : node)) };
}

const runs = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("stepRuns").take(1000))).map(
    ({ stepId, state }) => `${stepId} ${state.kind}${"reason" in state ? `:${state.reason}` : ""}`,
  );
const planned = async (t: Backend) => (await runs(t)).filter((run) => run.endsWith("planned"));

describe("the numbers before publishing", () => {
  it("says who stands where, and what every step means for its messages", async () => {
    const t = setupConvex();
    const { impact, messages, flow } = await inside(t, 3);
    const next = withNode(without(flow, "before-3"), "after-1", {
      timing: { kind: "days", anchor: "end", offsetDays: 2, at: "10:00" },
    });
    const { people, versionNumber, isSweeping, steps } = await impact(next);
    expect({ people, versionNumber, isSweeping }).toEqual({ people: 3, versionNumber: 1, isSweeping: false });
    expect(steps.map(({ stepId, change, here, planned }) => `${stepId} ${change} ${here} ${planned}`)).toEqual([
      "before-7 changed 3 3",
      "before-3 removed 0 3",
      "before-1 same 0 3",
      "during same 0 3",
      "after-1 changed 0 3",
    ]);
    expect(await messages(next)).toEqual({
      people: { moved: 3, kept: 0, finished: 0 },
      steps: [
        { stepId: "after-1", gained: 0, lost: 0, moved: 3 },
        { stepId: "before-3", gained: 0, lost: 3, moved: 0 },
      ],
      cursor: null,
    });
  });

  it("are what is changed afterwards, whatever is chosen", async () => {
    const t = setupConvex();
    const { impact, messages, publish, flow } = await inside(t, 2);
    const next = without(flow, "before-7");
    const here = (await impact(next)).steps[0]?.here ?? 0;
    const choices: Choices = [{ stepId: "before-7", choice: { kind: "finish" } }];
    const told = await messages(next, choices);
    const before = (await planned(t)).length;
    const done = await publish(next, choices);
    expect(done).toMatchObject({ state: "done", people: 2, counts: { moved: 0, kept: 0, finished: here } });
    expect(told.people.finished).toBe(here);
    const lost = told.steps.reduce((sum, step) => sum + step.lost, 0);
    expect(before - (await planned(t)).length).toBe(lost);
  });
});

describe("what becomes of people at a step", () => {
  it("keep: they go on as they were; whoever enters now has the new version", async () => {
    const t = setupConvex();
    const { publish, flow } = await inside(t);
    const next = without(flow, "before-3");
    expect(await publish(next, [{ stepId: "before-7", choice: { kind: "keep" } }])).toMatchObject({
      counts: { kept: 1, moved: 0 },
    });
    expect(await planned(t)).toHaveLength(5);
    await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:20:00Z", { uid: "uid-new" }));
    await settle(t);
    expect(await planned(t)).toHaveLength(9);
  });

  it("move: what is gone is taken back, what has moved is moved, what is new is planned", async () => {
    const t = setupConvex();
    const { publish, flow, templateId } = await inside(t);
    const two = journeySteps(templateId)[1]!;
    const timing = { kind: "days", anchor: "start", offsetDays: -2 } as const;
    const next = flowFromSteps([
      ...journeySteps(templateId).filter(({ stepId }) => stepId !== "before-3"),
      { ...two, stepId: "before-2", name: "2 Tage vorher", timing },
    ]);
    expect(flow.nodes).toHaveLength(5);
    await publish(next);
    expect(await runs(t)).toEqual([
      "before-7 planned",
      "before-3 skipped:not_on_path",
      "before-1 planned",
      "during planned",
      "after-1 planned",
      "before-2 planned",
    ]);
  });

  it("move to another step: what lies before it is taken back", async () => {
    const t = setupConvex();
    const { publish, flow } = await inside(t);
    await publish(flow, [{ stepId: "before-7", choice: { kind: "move", toStepId: "during" } }]);
    expect(await planned(t)).toEqual(["during planned", "after-1 planned"]);
  });

  it("finish: that one message still goes, and they are out", async () => {
    const t = setupConvex();
    const { publish, flow } = await inside(t);
    await publish(without(flow, "before-7"), [{ stepId: "before-7", choice: { kind: "finish" } }]);
    expect(await planned(t)).toEqual(["before-7 planned"]);
    const [message] = await t.run(async (ctx) => await ctx.db.query("messageQueue").take(1));
    await t.run(async (ctx) => await setState(ctx, message!, { kind: "sent", at: Date.now() }));
  });

  it("leaves a message of a removed step alone that is being sent", async () => {
    const t = setupConvex();
    const { publish, impact, flow } = await inside(t);
    const [message] = await t.run(async (ctx) => await ctx.db.query("messageQueue").take(1));
    await t.run(async (ctx) => {
      const at = Date.now();
      const sending = {
        kind: "sending",
        attempt: 1,
        provider: "sandbox",
        startedAt: at,
        leaseUntil: at + 60_000,
      } as const;
      await setState(ctx, message!, sending);
    });
    const next = without(flow, "before-7");
    expect((await impact(next)).steps[0]).toMatchObject({ stepId: "before-7", change: "removed", sending: 1 });
    await publish(next);
    expect(await runs(t)).toContain("before-7 planned");
    const after = await t.run(async (ctx) => await ctx.db.get("messageQueue", message!._id));
    expect(after?.state.kind).toBe("sending");
  });

  it("queues a message anew that goes by another channel, once", async () => {
    const t = setupConvex();
    const { publish, flow } = await inside(t);
    await publish(withNode(flow, "before-7", { channel: "sms" }));
    expect((await runs(t)).filter((run) => run.startsWith("before-7"))).toEqual([
      "before-7 skipped:step_removed",
      "before-7 planned",
    ]);
    const live = (await t.run(async (ctx) => await ctx.db.query("messageQueue").take(100))).filter(
      ({ state }) => state.kind === "pending",
    );
    expect(live.map(({ channel }) => channel).sort()).toEqual(["email", "email", "email", "email", "sms"]);
  });
});

describe("what is refused", () => {
  it("another version than its author knew, a step that is not there, a second change at once", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId, flow } = await inside(t);
    const ask = async (more: object) =>
      await errorOf(
        as.mutation(api.sequences.publishing.mutations.publish, {
          orgId,
          sequenceId,
          flow,
          replaces: 1,
          choices: [],
          ...more,
        }),
      );
    expect(await ask({ replaces: null })).toMatchObject({ code: "conflict" });
    const toStepId = "nowhere";
    expect(await ask({ choices: [{ stepId: "during", choice: { kind: "move", toStepId } }] })).toMatchObject({
      code: "invalid",
      field: "choices",
    });
    await as.mutation(api.sequences.publishing.mutations.publish, {
      orgId,
      sequenceId,
      flow,
      replaces: 1,
      choices: [],
    });
    expect(await ask({ replaces: 2 })).toMatchObject({ code: "conflict" });
  });
});

describe("changes between versions", () => {
  it("are seen in what matters, not in names or the order of keys", () => {
    const exit = (stepId: string): FlowNode => ({ ...named(stepId), kind: "exit" });
    const flow = (...nodes: FlowNode[]): Flow => ({ first: null, onCancelled: null, onNoShow: null, nodes });
    const jump: FlowNode = { ...named("j"), kind: "jump", next: "a" };
    const renamed: FlowNode = { next: "a", name: "Weiter", kind: "jump", phase: "during", stepId: "j" };
    const changes = changesBetween(
      flow(exit("a"), jump, exit("b")),
      flow(renamed, { ...jump, stepId: "b" }, exit("c")),
    );
    expect(changes.map(({ stepId, change }) => `${stepId} ${change}`)).toEqual([
      "a removed",
      "j same",
      "b changed",
      "c added",
    ]);
  });
});

describe("any sequence of changes", () => {
  const STEPS = ["before-7", "before-3", "before-1", "during", "after-1"];
  const choice = fc.oneof(
    fc.constant({ kind: "keep" } as const),
    fc.constant({ kind: "finish" } as const),
    fc.constantFrom(null, ...STEPS).map((toStepId) => ({ kind: "move", toStepId }) as const),
  );
  const change = fc.record({
    kept: fc.subarray(STEPS, { minLength: 1 }),
    choice,
    days: fc.integer({ min: 0, max: 6 }),
  });

  it("loses nobody, doubles no message, and repeats none", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        vi.setSystemTime(BOOKED_AT);
        const t = setupConvex();
        const { publish, templateId, sequenceId } = await inside(t, 2);
        for (const [i, { kept, choice, days }] of changes.entries()) {
          vi.setSystemTime(Date.now() + days * DAY_MS);
          const steps = journeySteps(templateId).filter(({ stepId }) => kept.includes(stepId));
          const isThere = choice.kind !== "move" || choice.toStepId === null || kept.includes(choice.toStepId);
          const choices = isThere ? STEPS.map((stepId) => ({ stepId, choice })) : [];
          await publish(flowFromSteps(steps), choices, i + 1);
          await checkAll(t, sequenceId);
        }
      }),
      { numRuns: 12 },
    );
  });

  async function checkAll(t: Backend, sequenceId: Id<"sequences">) {
    const { enrolments, all, queue, figures } = await t.run(async (ctx) => ({
      enrolments: await ctx.db.query("enrolments").take(100),
      all: await ctx.db.query("stepRuns").take(1000),
      queue: await ctx.db.query("messageQueue").take(1000),
      figures: await ctx.db
        .query("sequenceFigures")
        .withIndex("by_sequence", (q) => q.eq("sequenceId", sequenceId))
        .take(1000),
    }));
    expect(enrolments).toHaveLength(2);
    const here = new Map<string, number>();
    for (const { stepId, counts } of figures) {
      if (stepId !== null) here.set(stepId, (here.get(stepId) ?? 0) + (counts["here"] ?? 0));
    }
    for (const [stepId, count] of here) {
      expect(enrolments.filter(({ standsAt }) => standsAt === stepId)).toHaveLength(count);
    }
    for (const { _id, state } of enrolments) {
      const own = all.filter(({ enrolmentId }) => enrolmentId === _id);
      for (const stepId of STEPS) {
        const of = own.filter((run) => run.stepId === stepId);
        expect(of.filter((run) => run.state.kind === "planned").length).toBeLessThanOrEqual(1);
        expect(of.filter((run) => run.state.kind === "sent").length).toBeLessThanOrEqual(1);
      }
      const isOpen = own.some((run) => run.state.kind === "planned");
      expect(state.kind).toBe(isOpen ? "active" : "completed");
    }
    const open = queue.filter((message) => message.state.kind === "pending").map(({ _id }) => _id);
    const meant = all.flatMap(({ state }) => (state.kind === "planned" ? [state.queueId] : []));
    expect(new Set(meant)).toEqual(new Set(open));
  }
});
