import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calcomBody, makeBookingWorkspace, postCalcom, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { makeMember } from "../../../tests/support/members";
import { api } from "../../_generated/api";
import { createConnection } from "../../connections/model";
import { suppress } from "../../contacts/suppressions/model";

// What a rehearsal says of messages beside their times (product.md O-1): way, price, hours, consent, who enters.

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

const SANDBOX = { provider: "sandbox", name: "Sandbox" } as const;

/** Anna has booked for 24 October at 9 in Berlin; the journey that is live has five mails for her. */
async function booked(t: Backend, isLive = true) {
  const workspace = await makeBookingWorkspace(t);
  const { orgId, sequenceId } = workspace;
  await t.run(async (ctx) => {
    await createConnection(ctx, { orgId, ...SANDBOX, channel: "email", priceMicros: 400 });
    await createConnection(ctx, { orgId, ...SANDBOX, channel: "sms", priceMicros: 70_000 });
    if (!isLive) await ctx.db.patch("sequences", sequenceId, { status: "draft" });
  });
  await postCalcom(t, calcomBody("BOOKING_CREATED", "2026-10-01T08:12:44Z"));
  await settle(t);
  const { as } = await makeMember(t, orgId);
  const args = { orgId, sequenceId };
  const person = async () => {
    const { people } = await as.query(api.sequences.rehearsal.queries.page, {
      ...args,
      since: Date.now(),
      after: null,
    });
    return people[0]!;
  };
  const why = async (stepId: string) => {
    const { bookingId, contactId } = await person();
    return await as.query(api.sequences.rehearsal.queries.message, { ...args, bookingId, contactId, stepId });
  };
  const change = async (stepId: string, more: object) => {
    const { flow, revision } = await as.query(api.sequences.drafts.queries.get, args);
    const node = flow.nodes.find((each) => each.stepId === stepId)!;
    const edits = [{ kind: "update" as const, node: { ...node, ...more } as typeof node }];
    await as.mutation(api.sequences.drafts.mutations.edit, { ...args, edits });
    return revision;
  };
  return { ...workspace, as, person, why, change };
}

describe("a rehearsal", () => {
  it("says which way each message goes and what it costs, of the draft and not of what is live", async () => {
    const t = setupConvex();
    const { person, change } = await booked(t, false);
    await change("before-3", { channel: "sms" });
    await change("before-1", { channel: "email", name: "anders" });
    const { messages, entry } = await person();
    expect(entry).toBe("enters");
    expect(
      messages.map(({ stepId, outcome, channel, priceMicros }) => [stepId, outcome, channel, priceMicros]),
    ).toEqual([
      ["before-7", "goes", "email", 400],
      // She has no number: the router takes the mail instead, as it would.
      ["before-3", "goes", "email", 400],
      ["before-1", "goes", "email", 400],
      ["during", "goes", "email", 400],
      ["after-1", "goes", "email", 400],
    ]);
  });

  it("counts the parts of an SMS", async () => {
    const t = setupConvex();
    const { person, change, orgId } = await booked(t, false);
    await t.run(async (ctx) => {
      const [place] = await ctx.db.query("bookingPeople").take(1);
      const phone = { channel: "sms", address: "+4915112345678", isPrimary: true, state: "valid" } as const;
      await ctx.db.insert("contactAddresses", { orgId, contactId: place!.contactId, ...phone });
    });
    await change("before-3", { channel: "sms" });
    const sms = (await person()).messages.find(({ stepId }) => stepId === "before-3");
    expect(sms).toMatchObject({ outcome: "goes", channel: "sms" });
    expect(sms?.priceMicros).toBe(70_000 * (sms?.segments ?? 0));
  });

  it("foresees the hours of delivery, and why", async () => {
    const t = setupConvex();
    const { person, change, why } = await booked(t);
    const timing = { kind: "days", anchor: "start", offsetDays: -3, at: "03:00" } as const;
    await change("before-3", { timing });
    const found = (await person()).messages.find(({ stepId }) => stepId === "before-3");
    expect(found).toMatchObject({ outcome: "goes", moved: { by: "quiet_hours" } });
    expect(found?.leavesAt).toBeGreaterThan(found?.plannedAt ?? 0);
    const { reasons, text } = await why("before-3");
    expect(reasons[2]?.inputs).toMatchObject({ channel: "email", connection: "Sandbox" });
    expect(reasons.map(({ rule, outcome }) => `${rule} ${outcome}`)).toEqual([
      "entry inside",
      "timing send",
      expect.stringMatching(/^channel_wish goes|provider_choice goes$/) as string,
      "quiet_hours moved",
    ]);
    expect(text?.text).toContain("Guten Tag Anna, Jollen-Grundkurs");
  });

  it("drops what would come after the start once delivery's hours have moved it", async () => {
    const t = setupConvex();
    const { person, change } = await booked(t);
    // Half an hour before a start at six in the morning.
    await t.run(async (ctx) => {
      const [booking] = await ctx.db.query("bookings").take(1);
      await ctx.db.patch("bookings", booking!._id, { startsAt: Date.parse("2026-10-24T04:00:00Z") });
    });
    await change("before-1", { timing: { kind: "minutes", anchor: "start", offsetMinutes: -30 } });
    const found = (await person()).messages.find(({ stepId }) => stepId === "before-1");
    expect(found).toMatchObject({ outcome: "blocked", reason: "would_pass_start" });
  });

  it("foresees who may not be written to: no consent, suppressed address, the cap", async () => {
    const t = setupConvex();
    const { person, change, orgId } = await booked(t);
    await change("before-7", { purpose: "marketing" });
    const blocked = (await person()).messages[0];
    expect(blocked).toMatchObject({ stepId: "before-7", outcome: "blocked", reason: "no_consent" });
    await t.run(async (ctx) => {
      await suppress(ctx, { orgId, channel: "email", address: "anna.weber@example.org", reason: "hard_bounce" });
    });
    expect((await person()).messages.map(({ reason }) => reason)).toEqual(Array(5).fill("suppressed"));
  });

  it("says so when the journey has no text for a message, and goes on with the others", async () => {
    const t = setupConvex();
    const { person, change } = await booked(t);
    await change("before-7", { templateId: "" });
    expect((await person()).messages.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      "no_template",
      ...Array<string>(4).fill("goes"),
    ]);
  });

  it("tells who is inside already, and follows a booking that moves", async () => {
    const t = setupConvex();
    const { person } = await booked(t);
    const before = await person();
    expect(before.entry).toBe("inside");
    await postCalcom(
      t,
      calcomBody("BOOKING_RESCHEDULED", "2026-10-02T08:00:00Z", {
        startTime: "2026-10-30T08:00:00Z",
        endTime: "2026-10-30T15:00:00Z",
      }),
    );
    await settle(t);
    const after = await person();
    expect(after.messages[0]?.plannedAt).not.toBe(before.messages[0]?.plannedAt);
  });
});
