import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { changeContactBy } from "../../contacts/edits/model";
import { createConnection } from "../../connections/model";
import { emit } from "../../events/model";
import type { Condition, FlowNode } from "../flow/schema";
import { flowOf, messageNode, named } from "../flow/testing";
import { answerSource } from "../model/messages";
import { publishFlow, requireSequence } from "../model/sequences";
import { recordReceipt } from "../../tracking/receipts/model";
import { applyStatus, setState } from "../../delivery/model";
import { DEFAULT_SETTINGS, wrongSetting } from "./rules";
import type { Settings } from "./schema";

// What holds for a whole journey (product.md 4.3, B-24, B-25, B-27).

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
const hasTag = (tag: string): Condition => ({
  match: "all",
  groups: [{ match: "all", tests: [{ kind: "fact", key: "contact.tags", comparison: "is", value: tag }] }],
});

/** A workspace whose journey has these settings, before anybody books. */
async function prepared(t: Backend, settings: Partial<Settings> = {}) {
  const workspace = await makeBookingWorkspace(t);
  const { orgId, sequenceId } = workspace;
  const { as } = await makeMember(t, orgId);
  const save = async (more: Partial<Settings>) => {
    const args = { orgId, sequenceId, settings: { ...DEFAULT_SETTINGS, ...more } };
    await as.mutation(api.sequences.settings.mutations.save, args);
    await settle(t);
  };
  await save(settings);
  const book = async (uid = "uid-1") => {
    await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z", { uid }));
    await settle(t);
    const all = await t.run(async (ctx) => await ctx.db.query("enrolments").take(10));
    return all.at(-1);
  };
  return { ...workspace, as, save, book };
}

const runs = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("stepRuns").take(100))).map(
    ({ stepId, state }) => `${stepId} ${"reason" in state ? state.reason : state.kind}`,
  );
const states = async (t: Backend) =>
  (await t.run(async (ctx) => await ctx.db.query("enrolments").take(100))).map(({ state }) =>
    "reason" in state ? state.reason : state.kind,
  );
const tag = async (t: Backend, workspace: { orgId: Awaited<ReturnType<typeof prepared>>["orgId"] }, tags: string[]) => {
  await t.run(async (ctx) => {
    const [person] = await ctx.db.query("bookingPeople").take(1);
    const by = { orgId: workspace.orgId, actor: { kind: "system", name: "test" } as const };
    await changeContactBy(ctx, by, person!.contactId, { tags });
  });
  await settle(t);
};

describe("who enters", () => {
  it("only those who match", async () => {
    const t = setupConvex();
    const { book, save } = await prepared(t, { entry: hasTag("vip") });
    expect(await book()).toBeUndefined();
    await save({ entry: null });
    expect(await book("uid-2")).toBeDefined();
  });

  it("once and never again, or again after a while", async () => {
    const t = setupConvex();
    const { book, save } = await prepared(t, { reentry: { kind: "never" } });
    await book();
    await book("uid-2");
    expect(await states(t)).toEqual(["active"]);
    await save({ reentry: { kind: "after_days", days: 2 } });
    await book("uid-3");
    expect(await states(t)).toEqual(["active"]);
    vi.setSystemTime(BOOKED_AT + 3 * 24 * 60 * 60_000);
    await book("uid-4");
    expect(await states(t)).toEqual(["active", "active"]);
  });
});

describe("what ends it", () => {
  it("the goal, as soon as it is reached, and for good", async () => {
    const t = setupConvex();
    const workspace = await prepared(t, { goal: hasTag("gekauft") });
    await workspace.book();
    expect(await states(t)).toEqual(["active"]);
    await tag(t, workspace, ["gekauft"]);
    expect(await states(t)).toEqual(["rule_goal"]);
    expect(new Set((await runs(t)).map((run) => run.split(" ")[1]))).toEqual(new Set(["goal_reached"]));
    await tag(t, workspace, []);
    expect(await states(t)).toEqual(["rule_goal"]);
    const decisions = await t.run(async (ctx) => await ctx.db.query("stepDecisions").take(10));
    expect(decisions).toMatchObject([{ stepId: "rule_goal", outcome: "goal" }]);
  });

  it("any message of theirs", async () => {
    const t = setupConvex();
    const exits = { onReply: true, onComplaint: false, onStopMatching: false };
    const { orgId, book } = await prepared(t, { exits });
    const { contactId } = (await book())!;
    await t.run(async (ctx) => {
      const at = Date.now();
      const threadId = await ctx.db.insert("threads", {
        orgId,
        contactId,
        number: 1,
        subject: "Frage",
        threadType: "customer_support",
        priority: "normal",
        status: "open",
        isOpen: true,
        channel: "email",
        tags: [],
        lastMessageAt: at,
        lastMessageType: "incoming",
        lastMessagePreview: "",
        externalReferences: {},
        replyToken: "token",
      });
      await ctx.db.insert("messages", {
        orgId,
        threadId,
        messageType: "incoming",
        channel: "email",
        sender: { kind: "contact", contactId, address: "anna.weber@example.org" },
        recipients: [],
        text: "Noch eine Frage",
        fileIds: [],
        isAutomatic: false,
        at,
      });
      await emit(ctx, { orgId, kind: "message.received", subject: { contactId, threadId }, payload: {} });
    });
    await settle(t);
    expect(await states(t)).toEqual(["rule_reply"]);
  });

  it("that they do not match any more", async () => {
    const t = setupConvex();
    const workspace = await prepared(t);
    await workspace.book();
    await tag(t, workspace, ["vip"]);
    const exits = { onReply: false, onComplaint: false, onStopMatching: true };
    await workspace.save({ entry: hasTag("vip"), exits });
    expect(await states(t)).toEqual(["active"]);
    await tag(t, workspace, ["gast"]);
    expect(await states(t)).toEqual(["rule_unmatched"]);
  });

  it("an open complaint", async () => {
    const t = setupConvex();
    const exits = { onReply: false, onComplaint: true, onStopMatching: false };
    const { orgId, book, save } = await prepared(t);
    const { contactId } = (await book())!;
    await t.run(async (ctx) => {
      await ctx.db.insert("threads", {
        orgId,
        contactId,
        number: 1,
        subject: "Beschwerde",
        threadType: "complaint",
        priority: "normal",
        status: "open",
        isOpen: true,
        channel: "email",
        tags: [],
        lastMessageAt: Date.now(),
        lastMessageType: "incoming",
        lastMessagePreview: "",
        externalReferences: {},
        replyToken: "token",
      });
    });
    await save({ exits });
    expect(await states(t)).toEqual(["rule_complaint"]);
  });
});

describe("quiet hours of a journey", () => {
  it("put off what falls into them, or drop it", async () => {
    const t = setupConvex();
    const { book, save } = await prepared(t);
    await book();
    const due = async () =>
      (await t.run(async (ctx) => await ctx.db.query("stepRuns").take(100))).map(({ state, plannedAt }) =>
        state.kind === "planned" ? new Date(plannedAt ?? 0).toISOString().slice(5, 16) : state.kind,
      );
    expect(await due()).toEqual(["10-17T07:00", "10-21T07:00", "10-23T07:00", "10-24T10:00", "10-25T09:00"]);
    await save({ quietHours: { start: "20:00", end: "10:30", within: "shift" } });
    expect(await due()).toEqual(["10-17T08:30", "10-21T08:30", "10-23T08:30", "10-24T10:00", "10-25T09:30"]);
    await save({ quietHours: { start: "20:00", end: "10:30", within: "drop" } });
    expect(await due()).toEqual(["skipped", "skipped", "skipped", "10-24T10:00", "skipped"]);
    await save({ quietHours: null });
    expect((await due()).filter((state) => state !== "skipped")).toHaveLength(5);
  });
});

describe("caps and purpose of a journey (B-28)", () => {
  it("lets no more people in than it may", async () => {
    const t = setupConvex();
    const { book, save } = await prepared(t, { entryCap: 1 });
    await book("uid-1");
    await book("uid-2");
    expect(await states(t)).toEqual(["active"]);
    await save({ entryCap: 2 });
    await book("uid-3");
    await book("uid-4");
    expect(await states(t)).toEqual(["active", "active"]);
  });

  it("lets no more messages leave than it may, and says so", async () => {
    const t = setupConvex();
    const { book } = await prepared(t, { sendCap: 2 });
    await book();
    const queued = await t.run(async (ctx) => await ctx.db.query("messageQueue").take(10));
    const answers = async () =>
      await t.run(async (ctx) => {
        const all = await Promise.all(queued.map(async ({ source }) => await answerSource(ctx, source, Date.now())));
        return all.map((answer) => (answer.wanted ? "wanted" : answer.reason));
      });
    const leave = async (row: (typeof queued)[number]) => {
      await t.run(async (ctx) => await setState(ctx, row, { kind: "sent", at: Date.now() }));
      await settle(t);
    };
    await leave(queued[0]!);
    expect(await answers()).toEqual(["already_sent", "wanted", "wanted", "wanted", "wanted"]);
    await leave(queued[1]!);
    expect(await answers()).toEqual(["already_sent", "already_sent", "cap_reached", "cap_reached", "cap_reached"]);
  });

  it("gives its purpose to messages without one of their own, also to those that are queued", async () => {
    const t = setupConvex();
    const { orgId, sequenceId, templateId, book, save } = await prepared(t);
    const timing = { kind: "days", anchor: "start", offsetDays: -7 } as const;
    const flow = flowOf(
      messageNode("plain", "own", { templateId, timing }),
      messageNode("own", null, { templateId, timing, hasOwnPurpose: true, retries: 2 }),
    );
    await t.run(async (ctx) => await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flow));
    await book();
    const queued = async () =>
      (await t.run(async (ctx) => await ctx.db.query("messageQueue").take(100))).flatMap((row) =>
        row.state.kind === "pending" ? [`${row.lane} ${row.purpose} ${row.maxAttempts ?? "any"}`] : [],
      );
    expect(await queued()).toEqual(["transactional transactional any", "transactional transactional 3"]);
    await save({ purpose: "marketing" });
    expect(await queued()).toEqual(["transactional transactional 3", "marketing marketing any"]);
    await save({ purpose: "marketing", sendCap: 5 });
    expect(await queued()).toEqual(["transactional transactional 3", "marketing marketing any"]);
  });
});

describe("what cannot be set", () => {
  it.each<[keyof Settings, Partial<Settings>]>([
    ["goal", { goal: { match: "all", groups: [] } }],
    ["goal", { goal: hasTag("") }],
    ["entry", { entry: { match: "all", groups: [{ match: "any", tests: [] }] } }],
    ["exits", { exits: { onReply: false, onComplaint: false, onStopMatching: true } }],
    ["reentry", { reentry: { kind: "after_days", days: 0.5 } }],
    ["entryCap", { entryCap: 0 }],
    ["sendCap", { sendCap: 1.5 }],
    ["quietHours", { quietHours: { start: "8", end: "20:00", within: "shift" } }],
    ["quietHours", { quietHours: { start: "08:00", end: "08:00", within: "drop" } }],
  ])("%s %j", async (field, more) => {
    expect(wrongSetting({ ...DEFAULT_SETTINGS, ...more })).toBe(field);
    const t = setupConvex();
    const { save } = await prepared(t);
    expect(await errorOf(save(more))).toMatchObject({ code: "invalid", field });
  });
});

describe("what became of a message wakes the journey", () => {
  it.each(["opened", "clicked", "delivered", "failed"] as const)(
    "%s, also repeated and before the others",
    async (outcome) => {
      const t = setupConvex();
      const { orgId, sequenceId, templateId, book } = await prepared(t);
      const nodes: FlowNode[] = [
        messageNode("ask", "seen", { templateId, timing: { kind: "days", anchor: "start", offsetDays: -7 } }),
        {
          ...named("seen"),
          kind: "wait_for",
          awaited: { kind: "outcome", stepId: "ask", outcome },
          timeoutMinutes: 60,
          next: "thanks",
          otherwise: null,
        },
        messageNode("thanks", null, { templateId }),
      ];
      await t.run(
        async (ctx) => await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flowOf(...nodes)),
      );
      await book();
      expect(await runs(t)).toEqual(["ask planned"]);
      await t.run(async (ctx) => {
        const [row] = await ctx.db.query("messageQueue").take(1);
        const account = { orgId, channel: "email", provider: "sandbox", name: "Test" } as const;
        const connectionId = await createConnection(ctx, account);
        await ctx.db.patch("messageQueue", row!._id, {
          connectionId,
          providerMessageId: "pm-1",
          routedChannel: "email",
          address: "anna.weber@example.org",
        });
        const sent = (await ctx.db.get("messageQueue", row!._id))!;
        await applyStatus(ctx, sent, { kind: "sent", at: Date.now() });
        const receipt = { orgId, connectionId, providerMessageId: "pm-1", kind: outcome, at: Date.now() + 1 } as const;
        await recordReceipt(ctx, { ...receipt, dedupeKey: "1", ...FAILURE[outcome] });
        await recordReceipt(ctx, { ...receipt, dedupeKey: "2", ...FAILURE[outcome] });
      });
      await settle(t);
      expect((await runs(t)).filter((run) => run.startsWith("thanks"))).toHaveLength(1);
      expect(await t.run(async (ctx) => await ctx.db.query("stepDecisions").take(10))).toMatchObject([
        { stepId: "seen", outcome: "happened" },
      ]);
    },
  );
});

const FAILURE = {
  opened: {},
  clicked: {},
  delivered: {},
  failed: { failure: { class: "permanent", code: "550", reason: "Nein" } },
} as const;
