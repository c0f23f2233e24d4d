import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../tests/support/bookings";
import { setupConvex } from "../../tests/support/convex";
import type { Id } from "../_generated/dataModel";
import { emit } from "../events/model";
import type { Flow, FlowNode, MessageNode } from "./flow/schema";
import { flowOf, messageNode, named } from "./flow/testing";
import { createSequence, publishFlow, requireSequence } from "./model/sequences";

// Journeys with decisions, from the booking to the queue.

const BOOKED_AT = Date.parse("2026-10-01T08:12:44Z");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: BOOKED_AT });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;
type Workspace = Awaited<ReturnType<typeof makeBookingWorkspace>>;

const say =
  (stepId: string, next: string | null = null, more: Partial<MessageNode> = {}) =>
  (w: Workspace) =>
    messageNode(stepId, next, { templateId: w.templateId, ...more });

/** A workspace whose one journey is this, and a booking of Anna's for it. */
async function booked(t: Backend, ...nodes: (FlowNode | ((workspace: Workspace) => FlowNode))[]) {
  const workspace = await makeBookingWorkspace(t);
  const flow = flowOf(...nodes.map((node) => (typeof node === "function" ? node(workspace) : node)));
  await publish(t, workspace, workspace.sequenceId, flow);
  await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
  await settle(t);
  const [enrolment] = await t.run(async (ctx) => await ctx.db.query("enrolments").take(10));
  return { ...workspace, enrolmentId: enrolment!._id, contactId: enrolment!.contactId };
}

async function publish(t: Backend, { orgId }: Workspace, sequenceId: Id<"sequences">, flow: Flow) {
  await t.run(async (ctx) => await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flow));
}

/** Lets time go by with all that falls due in it. */
async function wait(t: Backend, ms: number) {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    vi.advanceTimersByTime(Math.min(HOUR_MS, end - Date.now()));
    await t.finishInProgressScheduledFunctions();
  }
  await settle(t);
}

const runs = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("stepRuns").take(100))).map(
    ({ stepId, state }) => `${stepId} ${state.kind}`,
  );
const decisions = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("stepDecisions").take(100))).map(
    ({ stepId, outcome }) => `${stepId} ${outcome}`,
  );
const enrolments = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("enrolments").take(100))).map(({ state }) => state.kind);

/** Anna writes. */
async function reply(t: Backend, orgId: Id<"organisations">, contactId: Id<"contacts">, text: string) {
  await t.run(async (ctx) => {
    const threadId = await ctx.db.insert("threads", THREAD(orgId, contactId));
    await ctx.db.insert("messages", {
      orgId,
      threadId,
      messageType: "incoming",
      channel: "email",
      sender: { kind: "contact", contactId, address: "anna.weber@example.org" },
      recipients: [],
      text,
      fileIds: [],
      isAutomatic: false,
      at: Date.now(),
    });
    await emit(ctx, { orgId, kind: "message.received", subject: { contactId, threadId }, payload: {} });
  });
  await settle(t);
}

const THREAD = (orgId: Id<"organisations">, contactId: Id<"contacts">) => ({
  orgId,
  contactId,
  number: 1,
  subject: "Frage",
  threadType: "customer_support" as const,
  priority: "normal" as const,
  status: "open" as const,
  isOpen: true,
  channel: "email" as const,
  tags: [],
  lastMessageAt: Date.now(),
  lastMessageType: "incoming" as const,
  lastMessagePreview: "",
  externalReferences: {},
  replyToken: "token",
});

describe("waiting for an answer", () => {
  const nodes = [
    say("ask", "answer"),
    {
      ...named("answer"),
      kind: "wait_for",
      awaited: { kind: "reply", words: ["ja"] },
      timeoutMinutes: 2 * 24 * 60,
      next: "thanks",
      otherwise: "nudge",
    } satisfies FlowNode,
    say("thanks"),
    say("nudge"),
  ] as const;

  it("goes on at once when it comes", async () => {
    const t = setupConvex();
    const { orgId, contactId } = await booked(t, ...nodes);
    expect(await decisions(t)).toEqual([]);
    await reply(t, orgId, contactId, "Vielleicht");
    expect(await decisions(t)).toEqual([]);
    await reply(t, orgId, contactId, "Ja, gern!");
    expect(await decisions(t)).toEqual(["answer happened"]);
    expect((await runs(t)).map((run) => run.split(" ")[0])).toEqual(["ask", "thanks"]);
  });

  it("goes the other way when the time is over, without anybody doing anything", async () => {
    const t = setupConvex();
    await booked(t, ...nodes);
    await wait(t, 2 * 24 * HOUR_MS + MINUTE_MS);
    expect(await decisions(t)).toEqual(["answer otherwise"]);
    expect((await runs(t)).map((run) => run.split(" ")[0])).toEqual(["ask", "nudge"]);
    await wait(t, HOUR_MS);
    expect(await enrolments(t)).toEqual(["completed"]);
  });
});

describe("deeds", () => {
  const deed = (stepId: string, deed: Extract<FlowNode, { kind: "deed" }>["deed"], next: string | null): FlowNode => ({
    ...named(stepId),
    kind: "deed",
    deed,
    next,
  });

  it("tags, sets a field and makes a task, each once, however often the booking moves", async () => {
    const t = setupConvex();
    const { contactId } = await booked(
      t,
      deed("tag", { kind: "add_tag", tag: "gebucht" }, "field"),
      deed("field", { kind: "set_field", key: "kurs", value: "Jolle" }, "task"),
      deed("task", { kind: "create_task", title: "Material vorbereiten", dueInHours: 24 }, "hello"),
      say("hello"),
    );
    const moved = {
      startTime: "2026-10-25T07:00:00Z",
      endTime: "2026-10-25T14:00:00Z",
      rescheduleUid: "uid-1",
      uid: "uid-2",
    };
    await postCalcom(t, calcomBody("BOOKING_RESCHEDULED", "2026-10-01T09:00:00Z", moved));
    await settle(t);
    const contact = await t.run(async (ctx) => await ctx.db.get("contacts", contactId));
    expect(contact).toMatchObject({ tags: ["gebucht"], attributes: { kurs: "Jolle" } });
    const tasks = await t.run(async (ctx) => await ctx.db.query("tasks").take(10));
    expect(tasks).toMatchObject([
      { title: "Material vorbereiten", dueAt: expect.closeTo(BOOKED_AT + 24 * HOUR_MS, -4), links: { contactId } },
    ]);
    expect(await decisions(t)).toEqual(["tag done", "field done", "task done"]);
  });

  it("starts another journey for the same booking", async () => {
    const t = setupConvex();
    const workspace = await makeBookingWorkspace(t);
    const { orgId, templateId } = workspace;
    const otherId = await t.run(
      async (ctx) =>
        await createSequence(ctx, { orgId, name: "Danach", description: "", sourceIds: [workspace.generic.sourceId] }),
    );
    await publish(t, workspace, otherId, flowOf(messageNode("other", null, { templateId })));
    const start = deed("start", { kind: "start_sequence", sequenceId: otherId }, null);
    await publish(t, workspace, workspace.sequenceId, flowOf(start));
    await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
    await settle(t);
    expect((await runs(t)).map((run) => run.split(" ")[0])).toEqual(["other"]);
  });
});

describe("journeys that provoke each other", () => {
  const tag = (stepId: string, added: string, next: string | null): FlowNode => ({
    ...named(stepId),
    kind: "deed",
    deed: { kind: "add_tag", tag: added },
    next,
  });
  const until = (stepId: string, awaited: string, next: string): FlowNode => {
    const test = { kind: "fact", key: "contact.tags", comparison: "is", value: awaited } as const;
    const condition = { match: "all" as const, groups: [{ match: "all" as const, tests: [test] }] };
    return {
      ...named(stepId),
      kind: "wait_for",
      awaited: { kind: "condition", condition },
      timeoutMinutes: 24 * 60,
      next,
      otherwise: null,
    };
  };

  it("show in each event what it follows from, and whose deed it was", async () => {
    const t = setupConvex();
    const workspace = await makeBookingWorkspace(t);
    const { orgId, sequenceId } = workspace;
    const sourceIds: Id<"bookingSources">[] = [];
    const otherId = await t.run(
      async (ctx) => await createSequence(ctx, { orgId, name: "Antwort", description: "", sourceIds }),
    );
    await publish(t, workspace, sequenceId, flowOf(until("wait", "ping", "pong"), tag("pong", "pong", null)));
    const flow = flowOf(tag("ping", "ping", "wait"), until("wait", "pong", "again"), tag("again", "again", null));
    await publish(t, workspace, otherId, flow);
    await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
    await settle(t);
    const events = await t.run(async (ctx) => await ctx.db.query("domainEvents").take(100));
    const booking = events.find(({ kind }) => kind === "booking.created");
    const changes = events.filter(({ kind }) => kind === "contact.changed");
    const [ping, pong] = changes;
    const rules = [`journey:${otherId}:ping`, `journey:${sequenceId}:pong`, `journey:${otherId}:again`];
    expect(changes).toMatchObject([
      { causeId: booking?._id, depth: 1, rules: rules.slice(0, 1) },
      { causeId: ping?._id, depth: 2, rules: rules.slice(0, 2) },
      { causeId: pong?._id, depth: 3, rules },
    ]);
  });
});

describe("decisions", () => {
  it("looks when the path gets there, and says what it found", async () => {
    const t = setupConvex();
    const isNew = { kind: "fact", key: "contact.tags", comparison: "is", value: "neu" } as const;
    const { contactId } = await booked(
      t,
      { ...named("day"), kind: "wait", rest: { kind: "for", minutes: 24 * 60 }, next: "who" },
      {
        ...named("who"),
        kind: "branch",
        arms: [
          {
            armId: "new",
            name: "Neu",
            condition: { match: "all", groups: [{ match: "all", tests: [isNew] }] },
            next: "welcome",
          },
        ],
        otherwise: "again",
      },
      say("welcome"),
      say("again"),
    );
    expect(await runs(t)).toEqual([]);
    await t.run(async (ctx) => await ctx.db.patch("contacts", contactId, { tags: ["neu"] }));
    await wait(t, 24 * HOUR_MS + MINUTE_MS);
    expect(await decisions(t)).toEqual(["who new"]);
    const [decision] = await t.run(async (ctx) => await ctx.db.query("stepDecisions").take(1));
    expect(JSON.parse(decision!.findings)).toEqual([{ test: isNew, holds: true }]);
    expect((await runs(t)).map((run) => run.split(" ")[0])).toEqual(["welcome"]);
  });

  it("forgets a wake-up that the booking's cancellation has made idle", async () => {
    const t = setupConvex();
    await booked(
      t,
      { ...named("day"), kind: "wait", rest: { kind: "for", minutes: 24 * 60 }, next: "tag" },
      { ...named("tag"), kind: "deed", deed: { kind: "add_tag", tag: "da" }, next: "hello" },
      say("hello"),
    );
    await postCalcom(t, calcomBody("BOOKING_CANCELLED", "2026-10-01T09:00:00Z", { status: "CANCELLED" }));
    await wait(t, 25 * HOUR_MS);
    expect(await decisions(t)).toEqual([]);
    expect(await runs(t)).toEqual(["hello cancelled"]);
    expect(await enrolments(t)).toEqual(["exited"]);
  });

  it("lets no more people pass a limit than its places", async () => {
    const t = setupConvex();
    await booked(t, { ...named("limit"), kind: "limit", people: 1, perMinutes: 60, next: "hello" }, say("hello"));
    await postCalcom(
      t,
      calcomBody("BOOKING_CREATED", "2026-10-01T08:13:00Z", {
        uid: "uid-9",
        attendees: [{ name: "Bo", email: "bo@example.org", timeZone: "Europe/Berlin" }],
      }),
    );
    await settle(t);
    const at = (await t.run(async (ctx) => await ctx.db.query("stepDecisions").take(10))).map((row) => row.at);
    expect(at[0]).toBeLessThan(BOOKED_AT + MINUTE_MS);
    expect(at[1]).toBe(Date.parse("2026-10-01T09:00:00Z"));
  });
});
