import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import type { SegmentRule } from "../../contacts/segments/schema";
import { createOrganisation } from "../../orgs/model";
import { NO_SEGMENT } from "../closedSets";
import type { Condition, Flow, FlowNode } from "../flow/schema";
import { flowOf, messageNode, named } from "../flow/testing";
import { problemsIn, publishFlow, requireSequence } from "../model/sequences";
import { DEFAULT_SETTINGS, wrongSetting } from "../settings/rules";

const BOOKED_AT = Date.parse("2026-10-01T08:12:44Z");
const MINUTE_MS = 60_000;
const ELSEWHERE = { name: "Anderswo", timezone: "Europe/Berlin" };

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 120_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: BOOKED_AT });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;
type SegmentId = Id<"segments">;

const VIPS: SegmentRule = {
  match: "all",
  groups: [{ match: "all", tests: [{ kind: "fact", key: "contact.tags", comparison: "is", value: "VIP" }] }],
};
const inSegment = (segmentId: SegmentId, isIn = true): Condition => ({
  match: "all",
  groups: [{ match: "all", tests: [{ kind: "segment", segmentId, isIn }] }],
});
const branch = (condition: Condition, next: string, otherwise: string): FlowNode => ({
  ...named("who"),
  kind: "branch",
  arms: [{ armId: "vip", name: "VIPs", condition, next }],
  otherwise,
});
const rest = (next: string): FlowNode => ({ ...named("rest"), kind: "wait", rest: { kind: "for", minutes: 60 }, next });

async function prepared(t: Backend) {
  const workspace = await makeBookingWorkspace(t);
  const { orgId, sequenceId, templateId } = workspace;
  const { as } = await makeMember(t, orgId, "marketer");
  const segmentId = await as.mutation(api.contacts.segments.mutations.create, {
    orgId,
    name: "VIPs",
    description: "",
    rule: VIPS,
  });
  const greet = messageNode("greet", null, { templateId });
  const thank = messageNode("thank", null, { templateId });
  const parting = flowOf(rest("who"), branch(inSegment(segmentId), "greet", "thank"), greet, thank);
  const publish = async (flow: Flow) =>
    await t.run(async (ctx) => await publishFlow(ctx, await requireSequence(ctx, orgId, sequenceId), flow));
  const problems = async (flow: Flow) =>
    await t.run(async (ctx) => {
      const found = await problemsIn(ctx, orgId, flow);
      return found.filter(({ level }) => level === "error").map(({ code }) => code);
    });
  const archive = async (anyway: boolean) =>
    await as.mutation(api.sequences.segmentUse.mutations.archive, { orgId, segmentId, anyway });
  return { ...workspace, as, segmentId, parting, publish, problems, archive };
}

/** Anna and Ben book together; returns the contacts by their first names. */
async function book(t: Backend) {
  const attendee = (name: string) => ({
    name: `${name} Weber`,
    email: `${name.toLowerCase()}.weber@example.org`,
    timeZone: "Europe/Berlin",
    language: { locale: "de" },
  });
  const attendees = [attendee("Anna"), attendee("Ben")];
  await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z", { attendees }));
  await settle(t);
  const enrolled = await t.run(async (ctx) => {
    const rows = await ctx.db.query("enrolments").take(10);
    return await Promise.all(rows.map(async ({ contactId }) => (await ctx.db.get("contacts", contactId))!));
  });
  const idOf = (name: string) => enrolled.find((contact) => contact.firstName === name)!._id;
  return { anna: idOf("Anna"), ben: idOf("Ben") };
}

const tag = async (t: Backend, contactId: Id<"contacts">, tags: string[]) =>
  await t.run(async (ctx) => await ctx.db.patch("contacts", contactId, { tags }));

async function pass(t: Backend, minutes: number) {
  vi.advanceTimersByTime(minutes * MINUTE_MS);
  await settle(t);
}

/** What was decided for whom, with the reason that was kept. */
const decided = async (t: Backend) =>
  await t.run(async (ctx) => {
    const rows = await ctx.db.query("stepDecisions").take(10);
    const all = await Promise.all(
      rows.map(async ({ enrolmentId, outcome, findings }) => {
        const enrolment = await ctx.db.get("enrolments", enrolmentId);
        const contact = await ctx.db.get("contacts", enrolment!.contactId);
        return { name: contact?.firstName, outcome, findings: JSON.parse(findings) as unknown[] };
      }),
    );
    return all.sort((a, b) => String(a.name).localeCompare(String(b.name)));
  });

describe("a branch by a segment", () => {
  it("parts those who are in from those who are not, by what is known when they get there", async () => {
    const t = setupConvex();
    const { parting, publish, segmentId } = await prepared(t);
    await publish(parting);
    const { anna, ben } = await book(t);
    await tag(t, anna, ["VIP"]);
    await tag(t, ben, ["VIP"]);
    await pass(t, 30);
    expect(await decided(t)).toEqual([]);
    // Changed between planning and branch: what holds there counts.
    await tag(t, ben, []);
    await pass(t, 31);
    // Not what was found of them: a decision stays when the person is erased.
    const reason = (isIn: boolean, segmentId: SegmentId) => {
      const findings = [{ test: VIPS.groups[0]?.tests[0], holds: isIn }];
      const test = { kind: "segment", segmentId, isIn: true };
      return [{ test, holds: isIn, segment: { name: "VIPs", isIn, findings } }];
    };
    expect(await decided(t)).toEqual([
      { name: "Anna", outcome: "vip", findings: reason(true, segmentId) },
      { name: "Ben", outcome: "otherwise", findings: reason(false, segmentId) },
    ]);
    // And for good.
    await tag(t, ben, ["VIP"]);
    await pass(t, 60);
    const runs = await t.run(async (ctx) => await ctx.db.query("stepRuns").take(10));
    const sent = (id: Id<"contacts">) => runs.filter(({ contactId }) => contactId === id).map(({ stepId }) => stepId);
    expect([sent(anna), sent(ben)]).toEqual([["greet"], ["thank"]]);
  });

  it("is rehearsed as it is carried out, with the reason", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId, parting, publish } = await prepared(t);
    await publish(parting);
    const { anna } = await book(t);
    await tag(t, anna, ["VIP"]);
    const bookings = await t.run(async (ctx) => await ctx.db.query("bookings").take(2));
    const why = await as.query(api.sequences.rehearsal.queries.message, {
      orgId,
      sequenceId,
      bookingId: bookings[0]!._id,
      contactId: anna,
      stepId: "greet",
    });
    const reason = why.reasons.find(({ rule }) => rule === "node_branch");
    expect(reason?.inputs).toMatchObject({ arm: "VIPs", tests: "segment is VIPs (contact.tags is VIP ✓): ✓" });
    await pass(t, 61);
    expect((await decided(t))[0]).toMatchObject({ name: "Anna", outcome: "vip" });
  });
});

describe("who enters", () => {
  it("may be those of a segment alone", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId, segmentId, parting, publish } = await prepared(t);
    await publish(parting);
    const settings = { ...DEFAULT_SETTINGS, entry: inSegment(segmentId, false) };
    await as.mutation(api.sequences.settings.mutations.save, { orgId, sequenceId, settings });
    await book(t);
    expect(await t.run(async (ctx) => (await ctx.db.query("enrolments").take(5)).length)).toBe(2);
    await as.mutation(api.sequences.segmentUse.mutations.change, {
      orgId,
      segmentId,
      rule: {
        match: "all",
        groups: [
          { match: "all", tests: [{ kind: "fact", key: "contact.name", comparison: "contains", value: "Weber" }] },
        ],
      },
    });
    const again = calcomBody("BOOKING_CREATED", "2026-10-01T09:12:44Z", { uid: "uid-9", bookingId: 9 });
    await postCalcom(t, again);
    await settle(t);
    expect(await t.run(async (ctx) => (await ctx.db.query("enrolments").take(5)).length)).toBe(2);
  });

  it("cannot be those of a segment that is archived, or of none", async () => {
    const t = setupConvex();
    const { as, orgId, sequenceId, segmentId, archive } = await prepared(t);
    await archive(false);
    const save = async (condition: Condition, field: "entry" | "goal") =>
      await as.mutation(api.sequences.settings.mutations.save, {
        orgId,
        sequenceId,
        settings: { ...DEFAULT_SETTINGS, [field]: condition },
      });
    expect(await errorOf(save(inSegment(segmentId), "entry"))).toMatchObject({ code: "invalid", field: "entry" });
    expect(await errorOf(save(inSegment(segmentId), "goal"))).toMatchObject({ code: "invalid", field: "goal" });
    expect(wrongSetting({ ...DEFAULT_SETTINGS, goal: inSegment(NO_SEGMENT) })).toBe("goal");
  });
});

describe("waiting for a segment", () => {
  const waiting = (segmentId: SegmentId): FlowNode => ({
    ...named("wait"),
    kind: "wait_for",
    awaited: { kind: "condition", condition: inSegment(segmentId) },
    timeoutMinutes: 24 * 60,
    next: "greet",
    otherwise: "thank",
  });

  it("ends when they are in: something changed about them, or the rule", async () => {
    const t = setupConvex();
    const { as, orgId, segmentId, parting, publish } = await prepared(t);
    const messages = parting.nodes.filter(({ kind }) => kind === "message");
    await publish(flowOf(waiting(segmentId), ...messages));
    const { anna, ben } = await book(t);
    await pass(t, 10);
    expect(await decided(t)).toEqual([]);
    const agent = (await makeMember(t, orgId, "agent")).as;
    await agent.mutation(api.contacts.edits.mutations.change, { orgId, contactId: anna, tags: ["VIP"] });
    await pass(t, 1);
    expect((await decided(t)).map(({ name, outcome }) => [name, outcome])).toEqual([["Anna", "happened"]]);
    await as.mutation(api.sequences.segmentUse.mutations.change, { orgId, segmentId, name: "Guests" });
    await pass(t, 1);
    expect(await decided(t)).toHaveLength(1);
    const rule: SegmentRule = {
      match: "any",
      groups: [{ match: "all", tests: [{ kind: "channel", channel: "email", isAvailable: true }] }],
    };
    await as.mutation(api.sequences.segmentUse.mutations.change, { orgId, segmentId, rule });
    await pass(t, 1);
    expect((await decided(t)).map(({ name, outcome }) => [name, outcome])).toEqual([
      ["Anna", "happened"],
      ["Ben", "happened"],
    ]);
    expect(ben).not.toBe(anna);
  });
});

describe("a segment that journeys name", () => {
  it("is archived only knowingly; who is inside goes on by it, and nothing new is published with it", async () => {
    const t = setupConvex();
    const { as, orgId, segmentId, sequenceId, parting, publish, problems, archive } = await prepared(t);
    await publish(parting);
    const uses = async () => await as.query(api.sequences.segmentUse.queries.list, { orgId, segmentId });
    expect(await uses()).toEqual([{ sequenceId, name: "Segelkurs", status: "active", isLive: true, isInDraft: false }]);
    const refused = await errorOf(archive(false));
    expect(refused).toMatchObject({ code: "conflict", field: "segmentId" });
    expect(refused.message).toContain("Segelkurs");
    expect(await problems(parting)).toEqual([]);
    const { anna } = await book(t);
    await tag(t, anna, ["VIP"]);
    await archive(true);
    await pass(t, 61);
    expect((await decided(t)).map(({ outcome }) => outcome)).toEqual(["vip", "otherwise"]);
    expect(await problems(parting)).toEqual(["segment_gone"]);
    expect(await errorOf(publish(parting))).toMatchObject({ code: "invalid", field: "who" });
    await t.run(async (ctx) => await ctx.db.patch("sequences", sequenceId, { status: "archived" }));
    expect(await uses()).toEqual([]);
  });

  it("is a problem where it is another organisation's, or none is chosen", async () => {
    const t = setupConvex();
    const { parting, problems } = await prepared(t);
    const withId = (id: SegmentId): Flow => ({
      ...parting,
      nodes: parting.nodes.map((node) => (node.kind === "branch" ? branch(inSegment(id), "greet", "thank") : node)),
    });
    expect(await problems(withId(NO_SEGMENT))).toEqual(["empty_condition"]);
    const foreign = await t.run(async (ctx) => {
      const fields = { name: "VIPs", nameKey: "vips", rule: VIPS, isArchived: false, updatedAt: 0 };
      return await ctx.db.insert("segments", { orgId: await createOrganisation(ctx, ELSEWHERE), ...fields });
    });
    expect(await problems(withId(foreign))).toEqual(["segment_gone"]);
  });
});
