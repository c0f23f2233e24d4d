import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makeBookingWorkspace } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { createConnection } from "../../connections/model";
import { resolveContact } from "../../contacts/model";
import type { Condition, Flow, FlowNode, MessageNode } from "../flow/schema";
import { flowOf, messageNode, named } from "../flow/testing";
import { syncBooking } from "../model/enrol";
import { createSequence, requireSequence } from "../model/sequences";
import { DEFAULT_SETTINGS } from "../settings/rules";
import type { Settings } from "../settings/schema";

// What a rehearsal shows is what the engine writes, row by row (product.md O-1).

const NOW = Date.parse("2026-10-20T08:12:44Z");
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 120_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;

/** A node without the ways on: those follow from its place. */
type Part = (stepId: string, next: string | null, other: string | null) => FlowNode;

const timing: fc.Arbitrary<MessageNode["timing"]> = fc.oneof(
  fc.constant({ kind: "reached" } as const),
  fc.record({
    kind: fc.constant("minutes" as const),
    anchor: fc.constantFrom("start", "end", "created", "checked_in"),
    offsetMinutes: fc.integer({ min: -20_000, max: 20_000 }),
  }),
  fc.record({
    kind: fc.constant("days" as const),
    anchor: fc.constantFrom("start", "end", "completed"),
    offsetDays: fc.integer({ min: -12, max: 5 }),
    at: fc.constantFrom(undefined, "02:30", "09:00", "23:15"),
  }),
) as fc.Arbitrary<MessageNode["timing"]>;

const message: fc.Arbitrary<Part> = fc
  .record({
    timing,
    phase: fc.constantFrom("before", "during", "after"),
    channel: fc.constantFrom("email", "sms", "best"),
    purpose: fc.constantFrom("transactional", "service", "marketing"),
    latePolicy: fc.constantFrom({ kind: "skip" } as const, { kind: "send_now", untilMinutesBeforeAnchor: 60 } as const),
  })
  .map(
    (more): Part =>
      (stepId, next) =>
        messageNode(stepId, next, more as Partial<MessageNode>),
  );

const isVip: Condition = {
  match: "all",
  groups: [{ match: "all", tests: [{ kind: "fact", key: "contact.tags", comparison: "is", value: "vip" }] }],
};
const agreed: Condition = {
  match: "any",
  groups: [{ match: "all", tests: [{ kind: "channel", channel: "sms", isAvailable: true }] }],
};

const arm = { armId: "a", name: "a" };
const part: fc.Arbitrary<Part> = fc.oneof(
  { weight: 5, arbitrary: message },
  fc
    .integer({ min: 0, max: 30_000 })
    .map((minutes): Part => (id, next) => ({ ...named(id), kind: "wait", rest: { kind: "for", minutes }, next })),
  fc.constantFrom(isVip, agreed).map((condition): Part => (id, next, other) => ({
    ...named(id),
    kind: "branch",
    arms: [{ ...arm, condition, next }],
    otherwise: other,
  })),
  fc.integer({ min: 0, max: 100 }).map((percent): Part => (id, next, other) => {
    const arms = [
      { ...arm, percent, next },
      { armId: "b", name: "b", percent: 100 - percent, next: other },
    ];
    return { ...named(id), kind: "split", arms };
  }),
  fc
    .integer({ min: 1, max: 2 })
    .map((people): Part => (id, next) => ({ ...named(id), kind: "limit", people, perMinutes: 1_440, next })),
  fc.constant<Part>((id, next, otherwise) => ({
    ...named(id),
    kind: "wait_for",
    awaited: { kind: "reply", words: [] },
    timeoutMinutes: 600,
    next,
    otherwise,
  })),
  fc.constantFrom("exit" as const, "goal" as const).map((kind): Part => (id) => ({ ...named(id), kind })),
);

const flow: fc.Arbitrary<Flow> = fc
  .array(fc.record({ part, jump: fc.integer({ min: 2, max: 4 }) }), { minLength: 1, maxLength: 8 })
  .map((parts) =>
    flowOf(
      ...parts.map((each, i) => {
        const id = (at: number) => (at < parts.length ? `n${at}` : null);
        return each.part(`n${i}`, id(i + 1), id(i + each.jump));
      }),
    ),
  );

const quietHours: fc.Arbitrary<Settings["quietHours"]> = fc.constantFrom(
  null,
  { start: "21:00", end: "09:30", within: "shift" },
  { start: "22:00", end: "06:00", within: "drop" },
);
const settings = fc
  .record({
    quietHours,
    entry: fc.constantFrom(null, null, isVip),
    reentry: fc.constantFrom<Settings["reentry"]>({ kind: "each_booking" }, { kind: "never" }),
  })
  .map((some): Settings => ({ ...DEFAULT_SETTINGS, ...some }));

const booking = fc.record({
  startsIn: fc.integer({ min: -600, max: 20_000 }),
  zone: fc.constantFrom("Europe/Berlin", "Pacific/Auckland", null),
  isCheckedIn: fc.boolean(),
  people: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
});
type Asked = { flow: Flow; settings: Settings; bookings: (typeof booking extends fc.Arbitrary<infer B> ? B : never)[] };

/** A workspace with four guests, these bookings of theirs, and a draft of the journey. */
async function prepared(t: Backend, { flow: raw, settings: rules, bookings }: Asked) {
  const { orgId, templateId, generic } = await makeBookingWorkspace(t);
  const { as } = await makeMember(t, orgId);
  const made: Flow = {
    ...raw,
    nodes: raw.nodes.map((node) => ("templateId" in node ? { ...node, templateId } : node)),
  };
  const ids = await t.run(async (ctx) => {
    const before = await ctx.db.query("sequences").take(1);
    for (const { _id } of before) await ctx.db.patch("sequences", _id, { status: "archived" });
    await createConnection(ctx, { orgId, ...SANDBOX, channel: "email", priceMicros: 100 });
    await createConnection(ctx, { orgId, ...SANDBOX, channel: "sms", priceMicros: 70_000 });
    const sequenceId = await createSequence(ctx, { orgId, name: "Probe", description: "", sourceIds: [] });
    await ctx.db.insert("sequenceSettings", { orgId, sequenceId, settings: rules });
    const member = (await ctx.db.query("members").take(10)).find((each) => each.orgId === orgId);
    const by = { updatedBy: member!._id, updatedAt: NOW };
    await ctx.db.insert("sequenceDrafts", { orgId, sequenceId, flow: made, revision: 1, ...by });
    const contacts: Id<"contacts">[] = [];
    for (let i = 0; i < 4; i++) {
      const phone = i % 2 === 0 ? { phone: `+4915112345${i}00` } : {};
      const { _id } = await resolveContact(ctx, { orgId, name: `Gast ${i}`, email: `gast${i}@example.org`, ...phone });
      await ctx.db.patch("contacts", _id, { tags: i < 2 ? ["vip"] : [], timezone: ZONES[i] });
      contacts.push(_id);
    }
    const booked: Id<"bookings">[] = [];
    for (const [i, { startsIn, zone, isCheckedIn, people }] of bookings.entries()) {
      const startsAt = NOW + startsIn * MINUTE_MS;
      const bookingId = await ctx.db.insert("bookings", {
        orgId,
        sourceId: generic.sourceId,
        externalId: `b-${i}`,
        previousExternalIds: [],
        title: `Kurs ${i}`,
        status: isCheckedIn ? "checked_in" : "confirmed",
        isActive: true,
        startsAt,
        endsAt: startsAt + DAY_MS,
        location: zone === null ? { kind: "online" } : { kind: "onsite", zone },
        bookedAt: NOW - DAY_MS,
        sourceUpdatedAt: NOW - DAY_MS,
        checkedInAt: isCheckedIn ? NOW - MINUTE_MS : undefined,
        attributes: {},
      });
      booked.push(bookingId);
      for (const [place, who] of people.entries()) {
        const contactId = contacts[who]!;
        await ctx.db.insert("bookingPeople", { orgId, bookingId, contactId, isBooker: place === 0 });
      }
    }
    return { sequenceId, bookingIds: booked };
  });
  return { orgId, as, flow: made, ...ids };
}

const SANDBOX = { provider: "sandbox", name: "Sandbox", settings: {}, order: 1, ratePerSecond: 10 } as const;
const ZONES = ["Europe/Lisbon", undefined, "America/New_York", "Nowhere/Land"];

type Row = string;
const instant = (at: number | null) => (at === null ? "-" : new Date(at).toISOString());

/** What is shown: of everybody who enters, each message that is sure. */
async function shown(t: Backend, world: Awaited<ReturnType<typeof prepared>>): Promise<Row[]> {
  const rows: Row[] = [];
  let after = null;
  do {
    const args = { orgId: world.orgId, sequenceId: world.sequenceId, since: Date.now(), after };
    const page: typeof api.sequences.rehearsal.queries.page._returnType = await world.as.query(
      api.sequences.rehearsal.queries.page,
      args,
    );
    after = page.next;
    for (const { bookingId, contactId, entry, zone, messages } of page.people) {
      if (entry !== "enters") continue;
      for (const { stepId, isSure, outcome, plannedAt, reason, leavesAt, moved } of messages) {
        if (!isSure) continue;
        const isQueued = outcome !== "skipped" && outcome !== "waits";
        const state = isQueued ? "planned" : outcome === "waits" ? `waiting ${reason}` : `skipped ${reason}`;
        const due = isQueued && (moved === undefined || OURS.has(moved.by)) ? instant(leavesAt) : "-";
        rows.push(`${bookingId} ${contactId} ${stepId} ${state} ${instant(plannedAt)} ${zone} ${due}`);
      }
    }
  } while (after !== null);
  return rows.sort();
}

/** What moves a message in the plan already; the hours of delivery move it when it is due. */
const OURS = new Set(["journey_quiet_hours", "late", "spread"]);

/** What the engine writes when the same draft is published and everybody enrolled, at the same instant. */
async function written(t: Backend, world: Awaited<ReturnType<typeof prepared>>, hidden: ReadonlySet<string>) {
  const { orgId, sequenceId, bookingIds, flow: made } = world;
  return await t.run(async (ctx) => {
    const sequence = await requireSequence(ctx, orgId, sequenceId);
    const versionId = await ctx.db.insert("sequenceVersions", {
      orgId,
      sequenceId,
      number: 1,
      flow: made,
      publishedAt: NOW,
    });
    await ctx.db.patch("sequences", sequence._id, { liveVersionId: versionId, status: "active" });
    for (const bookingId of bookingIds) await syncBooking(ctx, orgId, bookingId, Date.now());
    const rows: Row[] = [];
    for (const run of await ctx.db.query("stepRuns").take(1_000)) {
      const { bookingId, contactId, stepId, state, plannedAt, zone } = run;
      const message = state.kind === "planned" ? await ctx.db.get("messageQueue", state.queueId) : null;
      const said =
        state.kind === "waiting"
          ? `waiting ${state.anchor}`
          : state.kind === "skipped"
            ? `skipped ${state.reason}`
            : state.kind;
      const row = `${bookingId} ${contactId} ${stepId} ${said} ${instant(plannedAt)} ${zone}`;
      rows.push(`${row} ${message === null || hidden.has(row) ? "-" : instant(message.dueAt)}`);
    }
    return rows.sort();
  });
}

describe("a rehearsal", () => {
  it("shows exactly what the engine writes when the draft is switched on at that instant", async () => {
    const world = fc.record({ flow, settings, bookings: fc.array(booking, { minLength: 1, maxLength: 4 }) });
    await fc.assert(
      fc.asyncProperty(world, async (asked) => {
        vi.setSystemTime(NOW);
        const t = setupConvex();
        const made = await prepared(t, asked);
        // The engine takes bookings as they are named here, the rehearsal by their end.
        const order = new Map(made.bookingIds.map((id, i) => [id, asked.bookings[i]!.startsIn]));
        made.bookingIds.sort((a, b) => order.get(a)! - order.get(b)!);
        made.bookingIds.splice(0, made.bookingIds.length, ...made.bookingIds.filter((id) => order.get(id)! >= -1_440));
        const told = await shown(t, made);
        // Where delivery's hours will move it, the queue has the instant before.
        const hidden = new Set(told.filter((row) => row.endsWith(" -")).map((row) => row.slice(0, -2)));
        expect(told).toEqual(await written(t, made, hidden));
      }),
      { numRuns: 40, seed: 20_261_121 },
    );
  });
});
