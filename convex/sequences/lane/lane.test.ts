import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { inMutation } from "../../../tests/support/delivery";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Doc, Id } from "../../_generated/dataModel";
import { createConnection } from "../../connections/model";
import { resolveContact } from "../../contacts/model";
import { enqueue, setState, type NewMessage } from "../../delivery/model";
import { DEFAULT_SETTINGS } from "../../delivery/settings/defaults";
import { noteReaction } from "../../inbox/chats/model";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../lib/time";
import { syncBooking } from "../model/enrol";

// One future per person (product.md O-3), and what members do with it.

const BOOKED_AT = Date.parse("2026-10-01T08:12:44Z");
/** The first message, seven days before the booking of 24 October 2026, 09:00 in Berlin. */
const FIRST_AT = Date.parse("2026-10-17T07:00:00Z");
const START = Date.parse("2026-10-24T07:00:00Z");

// The first test of a file also loads the product.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  vi.useFakeTimers({ now: BOOKED_AT });
});
afterEach(() => {
  vi.useRealTimers();
});

type Backend = ReturnType<typeof setupConvex>;
const { queries, mutations } = api.sequences.lane;

async function booked() {
  const t = setupConvex();
  const workspace = await makeBookingWorkspace(t);
  const { orgId } = workspace;
  await inMutation(t, async (ctx) => {
    await createConnection(ctx, {
      orgId,
      channel: "email",
      provider: "sandbox",
      name: "Sandbox",
      order: 0,
      ratePerSecond: 100,
      settings: { fromAddress: "info@haff.example", fromName: "Haff" },
    });
  });
  await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
  await settle(t);
  const { as } = await makeMember(t, orgId);
  const [enrolment] = await t.run(async (ctx) => await ctx.db.query("enrolments").take(1));
  const contactId = enrolment!.contactId;
  await t.run(async (ctx) => await ctx.db.patch("contacts", contactId, { timezone: "Europe/Berlin" }));
  const lane = async () => (await as.query(queries.ofContact, { orgId, contactId })).items;
  return { ...workspace, t, as, contactId, lane };
}

const messages = (items: Awaited<ReturnType<Awaited<ReturnType<typeof booked>>["lane"]>>) =>
  items.flatMap((item) => (item.kind === "message" ? [item] : []));
const at = (instant: number) => new Date(instant).toISOString().slice(5, 16);
const rowOf = async (t: Backend, id: Id<"messageQueue">): Promise<Doc<"messageQueue">> => {
  return (await t.run(async (ctx) => await ctx.db.get("messageQueue", id)))!;
};
const setCap = async ({ as, orgId }: Awaited<ReturnType<typeof booked>>, minGapMinutes: number, perDay = 100) => {
  const { deliverySettings } = DEFAULT_SETTINGS;
  const frequencyCap = { purposes: ["transactional" as const], perDay, perWeek: 100, minGapMinutes };
  const rateLimits = { ...deliverySettings.rateLimits, frequencyCap };
  const change = { deliverySettings: { ...deliverySettings, rateLimits } };
  await as.mutation(api.delivery.settings.mutations.update, { orgId, change });
};
const order = async (
  { t, orgId, contactId }: Awaited<ReturnType<typeof booked>>,
  dueAt: number,
  change: Partial<NewMessage> = {},
) => {
  const message: NewMessage = {
    orgId,
    contactId,
    dueAt,
    lane: "transactional",
    channel: "email",
    purpose: "transactional",
    source: { kind: "api", apiKeyId: "k", keyName: "Shop" },
    content: { kind: "finished", subject: "Rechnung", text: "Anbei", fileIds: [] },
    idempotencyKey: `order-${dueAt}`,
    ...change,
  };
  return (await inMutation(t, async (ctx) => await enqueue(ctx, message))).queueId;
};

describe("a person's lane", () => {
  it("has what is queued, from every source, in one order", async () => {
    const world = await booked();
    await order(world, FIRST_AT + DAY_MS);
    const items = messages(await world.lane());
    expect(items.map((item) => [item.sourceKind, at(item.at), item.foreseen?.kind])).toEqual([
      ["sequence", "10-17T07:00", "leaves"],
      ["api", "10-18T07:00", "leaves"],
      ["sequence", "10-21T07:00", "leaves"],
      ["sequence", "10-23T07:00", "leaves"],
      ["sequence", "10-24T10:00", "leaves"],
      ["sequence", expect.stringContaining("10-25"), "leaves"],
    ]);
    expect(items[0]).toMatchObject({ latestAt: START, movedFrom: null, heldBy: null, answer: null });
    expect(items.at(-1)?.latestAt).toBeNull();
  });

  it("has behind it what went and what did not, from every source, and nothing that still waits", async () => {
    const world = await booked();
    const { t, as, orgId, contactId } = world;
    const invoice = await order(world, BOOKED_AT + HOUR_MS);
    const dropped = await order(world, BOOKED_AT + 2 * HOUR_MS);
    await order(world, BOOKED_AT + 3 * HOUR_MS);
    const past = async (who = contactId) => {
      const { page } = await as.query(queries.past, {
        orgId,
        contactId: who,
        paginationOpts: { numItems: 10, cursor: null },
      });
      return page.map(({ id, sourceKind, state }) => [id, sourceKind, state.kind]);
    };
    expect(await past()).toEqual([]);
    await as.mutation(api.delivery.mutations.cancel, { orgId, queueId: dropped });
    await t.run(async (ctx) => {
      const sent = { kind: "sent" as const, at: BOOKED_AT + HOUR_MS };
      await setState(ctx, (await ctx.db.get("messageQueue", invoice))!, sent);
    });
    // What was taken off before its time is past when that has come.
    expect(await past()).toEqual([]);
    // The third is late, but still to come.
    vi.setSystemTime(BOOKED_AT + 4 * HOUR_MS);
    expect(await past()).toEqual([
      [dropped, "api", "cancelled"],
      [invoice, "api", "sent"],
    ]);
    const { _id: stranger } = await inMutation(t, async (ctx) => await resolveContact(ctx, { orgId, name: "Bea" }));
    expect(await past(stranger)).toEqual([]);
    const elsewhere = await makeOrg(t, "Andere");
    const other = await makeMember(t, elsewhere);
    const paginationOpts = { numItems: 10, cursor: null };
    const asked = other.as.query(queries.past, { orgId: elsewhere, contactId, paginationOpts });
    expect(await errorOf(asked)).toMatchObject({ code: "not_found" });
  });

  it("shows behind it what the person reacted with to a message by WhatsApp, until they take it back", async () => {
    const world = await booked();
    const { t, as, orgId, contactId } = world;
    const [mail, chat, elsewhere] = [await order(world, BOOKED_AT - 3), await order(world, BOOKED_AT - 2), "wamid.9"];
    const react = async (org: Id<"organisations">, targetId: string, emoji: string) =>
      await inMutation(t, async (ctx) => await noteReaction(ctx, { orgId: org, targetId, emoji, at: Date.now() }));
    await t.run(async (ctx) => {
      const sent = { state: { kind: "sent" as const, at: BOOKED_AT }, group: "sent" as const };
      await ctx.db.patch("messageQueue", mail, { ...sent, routedChannel: "email", providerMessageId: "wamid.0" });
      await ctx.db.patch("messageQueue", chat, { ...sent, routedChannel: "whatsapp", providerMessageId: "wamid.1" });
    });
    await react(orgId, "wamid.0", "😮");
    await react(orgId, elsewhere, "😮");
    await react(await makeOrg(t, "Andere"), "wamid.1", "😢");
    const shown = async () => {
      const paginationOpts = { numItems: 10, cursor: null };
      const { page } = await as.query(queries.past, { orgId, contactId, paginationOpts });
      return page.map(({ id, reaction }) => [id, reaction]);
    };
    expect(await shown()).toEqual([
      [chat, undefined],
      [mail, undefined],
    ]);
    await react(orgId, "wamid.1", "👍");
    expect(await shown()).toEqual([
      [chat, "👍"],
      [mail, undefined],
    ]);
    await react(orgId, "wamid.1", "");
    expect(await shown()).toEqual([
      [chat, undefined],
      [mail, undefined],
    ]);
  });

  it("pushes a step when something is added just before it, and the engine does what was foreseen", async () => {
    const world = await booked();
    await setCap(world, 30);
    const [step] = messages(await world.lane());
    expect(step).toMatchObject({ at: FIRST_AT, foreseen: { pushes: [] } });
    await order(world, FIRST_AT - 5 * MINUTE_MS);
    const pushed = messages(await world.lane()).find(({ id }) => id === step!.id);
    expect(pushed).toMatchObject({
      at: FIRST_AT + 25 * MINUTE_MS,
      foreseen: { kind: "leaves", pushes: [{ rule: "min_gap", because: { subject: "Rechnung" } }] },
    });
    vi.setSystemTime(FIRST_AT - 5 * MINUTE_MS);
    await settle(world.t);
    vi.setSystemTime(FIRST_AT);
    await world.t.mutation(internal.delivery.jobs.dispatch, {
      lane: "transactional",
      shard: (await rowOf(world.t, step!.id)).shard,
    });
    expect(await rowOf(world.t, step!.id)).toMatchObject({
      state: { kind: "pending" },
      dueAt: expect.closeTo(FIRST_AT + 25 * MINUTE_MS, -3) as number,
    });
  });

  it("foresees that the person has had enough", async () => {
    const world = await booked();
    await setCap(world, 0, 1);
    await order(world, FIRST_AT - HOUR_MS);
    const step = messages(await world.lane()).find(({ sourceKind }) => sourceKind === "sequence");
    expect(step?.foreseen).toMatchObject({ kind: "dropped", rule: "frequency_cap" });
  });

  it("is nobody else's", async () => {
    const world = await booked();
    const { orgId } = world;
    const { _id: contactId } = await inMutation(world.t, async (ctx) => {
      const organisation = await ctx.db.get("organisations", orgId);
      const { _id, _creationTime, ...fields } = organisation!;
      const elsewhere = await ctx.db.insert("organisations", { ...fields, slug: "elsewhere" });
      return await resolveContact(ctx, { orgId: elsewhere, name: "Eva", email: "eva@example.org" });
    });
    expect(await errorOf(world.as.query(queries.ofContact, { orgId, contactId }))).toMatchObject({ code: "not_found" });
  });
});

describe("a member", () => {
  async function withFirst() {
    const world = await booked();
    const [first] = messages(await world.lane());
    const { t, as, orgId } = world;
    const queueId = first!.id;
    return {
      ...world,
      queueId,
      row: async () => await rowOf(t, queueId),
      move: async (to: number) => await as.mutation(mutations.move, { orgId, queueId, at: to }),
      hold: async () => await as.mutation(mutations.hold, { orgId, queueId }),
      lift: async (to: number | null) => await as.mutation(mutations.lift, { orgId, queueId, at: to }),
      sendNow: async () => await as.mutation(mutations.sendNow, { orgId, queueId }),
      lines: async () =>
        (await t.run(async (ctx) => await ctx.db.query("decisions").take(500)))
          .filter((line) => line.queueId === queueId)
          .map(({ stage, rule }) => `${stage}/${rule}`),
    };
  }

  it("moves a message; it stays there whatever the journey hears, and can be put back", async () => {
    const { t, row, move, lines, lane, orgId } = await withFirst();
    await move(FIRST_AT + DAY_MS);
    expect(await row()).toMatchObject({ dueAt: FIRST_AT + DAY_MS, movedFrom: FIRST_AT });
    expect(messages(await lane())[0]).toMatchObject({ movedFrom: FIRST_AT, at: FIRST_AT + DAY_MS });
    const [booking] = await t.run(async (ctx) => await ctx.db.query("bookings").take(1));
    await inMutation(t, async (ctx) => await syncBooking(ctx, orgId, booking!._id, Date.now()));
    expect((await row()).dueAt).toBe(FIRST_AT + DAY_MS);
    vi.setSystemTime(FIRST_AT + 2 * HOUR_MS);
    expect(await t.query(internal.sequences.jobs.checkSource, { source: (await row()).source })).toEqual({
      wanted: true,
    });
    await move(FIRST_AT + 3 * HOUR_MS);
    expect((await row()).movedFrom).toBe(FIRST_AT);
    expect(await lines()).toEqual(["enqueue/source_sequence", "move/member", "move/member"]);
  });

  it("loses the move when the booking moves", async () => {
    const { t, row, move } = await withFirst();
    await move(FIRST_AT + DAY_MS);
    const moved = { startTime: "2026-10-31T08:00:00Z", endTime: "2026-10-31T12:00:00Z", rescheduleUid: "uid-1" };
    await postCalcom(t, calcomBody("BOOKING_RESCHEDULED", "2026-10-02T08:12:44Z", moved));
    await settle(t);
    const after = await row();
    expect(after.movedFrom).toBeUndefined();
    expect(at(after.dueAt)).toMatch(/^10-24/);
  });

  it.each([
    ["into the past", BOOKED_AT - 1],
    ["to the start of what it prepares for", START],
    ["beyond a year", BOOKED_AT + 400 * DAY_MS],
    ["to no time", Number.NaN],
  ])("cannot move it %s", async (_, to) => {
    const { move, row } = await withFirst();
    expect(await errorOf(move(to))).toMatchObject({ code: "invalid", field: "at" });
    expect((await row()).dueAt).toBe(FIRST_AT);
  });

  it("holds one message past its time and lets it go at once, or later", async () => {
    const { t, row, hold, lift, lines, lane } = await withFirst();
    await hold();
    await hold();
    expect(messages(await lane())[0]).toMatchObject({ state: "held", foreseen: { kind: "waits", rule: "member" } });
    vi.setSystemTime(FIRST_AT + DAY_MS);
    await settle(t);
    expect((await row()).state).toMatchObject({ kind: "held", reason: "member_hold" });
    await lift(FIRST_AT + 2 * DAY_MS);
    expect(await row()).toMatchObject({
      state: { kind: "pending" },
      dueAt: FIRST_AT + 2 * DAY_MS,
      movedFrom: FIRST_AT,
    });
    await hold();
    await lift(null);
    expect((await row()).dueAt).toBe(FIRST_AT + 2 * DAY_MS);
    expect(await errorOf(lift(null))).toMatchObject({ code: "conflict" });
    expect(await lines()).toEqual([
      "enqueue/source_sequence",
      "hold/member",
      "hold/member_lifted",
      "hold/member",
      "hold/member_lifted",
    ]);
    const audit = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(500));
    const deeds = audit.map(({ action }) => action).filter((action) => action.startsWith("message."));
    expect(deeds).toEqual(["message.held", "message.released", "message.held", "message.released"]);
  });

  it("cannot let go what would come after the start", async () => {
    const { hold, lift, sendNow, row } = await withFirst();
    await hold();
    vi.setSystemTime(START + 1);
    expect(await errorOf(lift(null))).toMatchObject({ code: "conflict" });
    expect(await errorOf(sendNow())).toMatchObject({ code: "conflict" });
    expect((await row()).state.kind).toBe("held");
  });

  it("sends it now: the journey takes it for sent", async () => {
    const { t, row, sendNow, queueId } = await withFirst();
    vi.setSystemTime(Date.parse("2026-10-05T10:00:00Z"));
    await sendNow();
    await settle(t, 60);
    expect((await row()).group).toBe("sent");
    const runs = await t.run(async (ctx) => await ctx.db.query("stepRuns").take(500));
    expect(runs.filter(({ state }) => state.kind === "sent")).toMatchObject([
      { stepId: "before-7", state: { queueId } },
    ]);
  });

  it("comes too late for what is on its way or may have left", async () => {
    const { t, queueId, move, hold, sendNow, row } = await withFirst();
    await t.run(async (ctx) => {
      const state = { kind: "sending", attempt: 1, provider: "sandbox", startedAt: 0, leaseUntil: 1 } as const;
      await ctx.db.patch("messageQueue", queueId, { state, group: "sending" });
    });
    for (const deed of [move(FIRST_AT + 1), hold(), sendNow()]) {
      expect(await errorOf(deed)).toMatchObject({ code: "conflict" });
    }
    await t.run(async (ctx) => {
      await ctx.db.patch("messageQueue", queueId, { state: { kind: "pending" }, group: "waiting", doubtSince: 1 });
    });
    expect(await errorOf(hold())).toMatchObject({ code: "conflict" });
    expect((await row()).state.kind).toBe("pending");
  });

  it("changes an answer of the team in its conversation only", async () => {
    const world = await withFirst();
    const { as, orgId, t } = world;
    const [member] = await t.run(async (ctx) => await ctx.db.query("members").take(1));
    const source = { kind: "agent", threadId: "t", messageId: "m", memberId: member!._id } as const;
    const queueId = await order(world, FIRST_AT, { source, idempotencyKey: "reply" });
    expect(await errorOf(as.mutation(mutations.hold, { orgId, queueId }))).toMatchObject({ code: "conflict" });
    const anna = await makeMember(t, orgId, "viewer");
    const denied = anna.as.mutation(mutations.hold, { orgId, queueId: world.queueId });
    expect(await errorOf(denied)).toMatchObject({ code: "forbidden" });
  });
});
