import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dryRunOf, FILE_HEAD, shownImport } from "../../../tests/support/bookingFiles";
import { makeBookingWorkspace, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { IMPORT_ROWS_KEPT_MS } from "../../lib/imports";

const { mutations, queries } = api.bookings.imports;
const firstPage = { numItems: 100, cursor: null };

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let as: Awaited<ReturnType<typeof makeMember>>["as"];

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.parse("2026-10-01T08:00:00Z") });
  t = setupConvex();
  ({ orgId } = await makeBookingWorkspace(t));
  ({ as } = await makeMember(t, orgId, "agent"));
});
afterEach(() => {
  vi.useRealTimers();
});

const importOf = async (importId: Id<"bookingImports">) => await shownImport(as, orgId, importId);
async function imported(text: string) {
  const importId = await dryRunOf(as, orgId, text);
  await as.mutation(mutations.apply, { orgId, importId });
  await settle(t, 20);
  expect((await importOf(importId)).state).toBe("applied");
  return importId;
}
async function undone(importId: Id<"bookingImports">) {
  await as.mutation(mutations.undo, { orgId, importId });
  await settle(t, 20);
  const { state, result } = await importOf(importId);
  expect(state).toBe("undone");
  return result;
}
const all = async <Name extends "bookings" | "bookingPeople" | "enrolments" | "stepRuns" | "messageQueue">(
  table: Name,
) => await t.run(async (ctx) => await ctx.db.query(table).take(500));
const bookingOf = async (reference: string) =>
  (await all("bookings")).filter(({ externalId, status }) => externalId === reference && status !== "taken_back")[0]!;
/** A booking without what only says that it was looked at. */
const essence = async (reference: string) => {
  const { sourceUpdatedAt, ...booking } = await bookingOf(reference);
  expect(sourceUpdatedAt).toBeGreaterThan(0);
  const places = (await all("bookingPeople")).filter(({ bookingId }) => bookingId === booking._id);
  const people = places.map(({ contactId, isBooker, timezone }) => ({ contactId, isBooker, timezone }));
  return { booking, people: people.sort((a, b) => a.contactId.localeCompare(b.contactId)) };
};
const waiting = async () => (await all("messageQueue")).filter(({ state }) => state.kind === "pending");
const row = (reference: string, { day = "24.10.2026", title = "Kurs", state = "", name = "anna" } = {}) =>
  `${reference};${title};${day};09:00;16:00;Steg 3;${state};${name};${name}@example.org;Jolle\n`;
const TWO = FILE_HEAD + row("A1") + row("B2", { name: "max" });

describe("taking back an import of bookings", () => {
  it("ends the journeys of what it made and leaves no message of theirs in the queue", async () => {
    const importId = await imported(TWO);
    expect(await importOf(importId)).toMatchObject({ canUndo: true });
    expect(await waiting()).toHaveLength(10);
    expect(await undone(importId)).toEqual({ created: 2, updated: 0, skipped: 0, failed: 0, undone: 2, kept: 0 });

    expect((await all("bookings")).map(({ status, isActive }) => [status, isActive])).toEqual([
      ["taken_back", false],
      ["taken_back", false],
    ]);
    expect(await waiting()).toEqual([]);
    expect(new Set((await all("enrolments")).map(({ state }) => JSON.stringify(state)))).toHaveLength(1);
    expect((await all("enrolments"))[0]?.state).toMatchObject({ kind: "exited", reason: "booking_taken_back" });
    for (const { state } of await all("stepRuns")) {
      expect(state).toMatchObject({ kind: "cancelled", reason: "booking_taken_back" });
    }
    for (const view of ["upcoming", "past", "cancelled"] as const) {
      const list = await as.query(api.bookings.queries.list, { orgId, view, paginationOpts: firstPage });
      expect(list.page).toEqual([]);
    }
    const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(50));
    const actions = entries.map(({ action, details }) => [action, details]);
    expect(actions).toContainEqual(["bookings.import_undone", { fileName: "kurse.csv", create: 2, update: 0 }]);
    expect(actions.filter(([action]) => action === "booking.taken_back")).toHaveLength(2);
    const { page } = await as.query(queries.rows, { orgId, importId, verdict: "create", paginationOpts: firstPage });
    expect(page.map(({ outcome }) => outcome)).toEqual(["undone", "undone"]);
  });

  it("tells nobody of a cancellation, where the journey has another way for that", async () => {
    await t.run(async (ctx) => {
      for (const version of await ctx.db.query("sequenceVersions").take(10)) {
        const { flow } = version;
        if (flow === undefined) throw new Error("A version without a flow.");
        await ctx.db.patch("sequenceVersions", version._id, {
          flow: { ...flow, onCancelled: flow.first, onNoShow: flow.first },
        });
      }
    });
    await undone(await imported(TWO));
    expect(await waiting()).toEqual([]);
  });

  it("lets the same file make bookings anew, with journeys of their own", async () => {
    await undone(await imported(TWO));
    const again = await dryRunOf(as, orgId, TWO);
    expect((await importOf(again)).planned).toMatchObject({ create: 2, unchanged: 0 });
    await as.mutation(mutations.apply, { orgId, importId: again });
    await settle(t, 20);
    expect(await bookingOf("A1")).toMatchObject({ status: "confirmed" });
    expect(await waiting()).toHaveLength(10);
    expect(await undone(again)).toMatchObject({ undone: 2, kept: 0 });
    expect(await waiting()).toEqual([]);
  });

  it("gives changed bookings their earlier time, people and state back, and messages follow", async () => {
    await imported(FILE_HEAD + row("A1") + row("A1", { name: "tom" }) + row("B2", { name: "max" }) + row("C3"));
    const C3 = (await bookingOf("C3"))._id;
    await as.mutation(api.bookings.mutations.setStatus, { orgId, bookingId: C3, status: "cancelled", reason: "Sturm" });
    await settle(t);
    const before = [await essence("A1"), await essence("B2"), await essence("C3")];
    const times = async () => (await waiting()).map(({ dueAt }) => dueAt).sort((a, b) => a - b);
    const planned = await times();
    vi.advanceTimersByTime(60_000);
    const changes = row("A1", { day: "31.10.2026", title: "Neu" }) + row("B2", { name: "max", state: "storniert" });
    const importId = await imported(FILE_HEAD + changes + row("C3", { state: "bestätigt" }));
    expect(await essence("A1")).not.toEqual(before[0]);
    expect(await bookingOf("B2")).toMatchObject({ status: "cancelled" });
    expect(await bookingOf("C3")).toMatchObject({ status: "confirmed" });

    expect(await undone(importId)).toMatchObject({ created: 0, updated: 3, undone: 3, kept: 0 });
    expect([await essence("A1"), await essence("B2"), await essence("C3")]).toEqual(before);
    expect(await times()).toEqual(planned);
  });

  it("leaves and counts what somebody changed since, but for people who were merged", async () => {
    const importId = await imported(TWO + row("C3", { name: "lea" }) + row("D4", { name: "kim" }));
    const moved = { startsAt: Date.parse("2026-10-30T08:00:00Z") };
    await as.mutation(api.bookings.mutations.change, { orgId, bookingId: (await bookingOf("A1"))._id, ...moved });
    const B2 = (await bookingOf("B2"))._id;
    const person = { name: "Neu", email: "neu@example.org" };
    await as.mutation(api.bookings.mutations.join, { orgId, bookingId: B2, person });
    const [lea] = (await essence("C3")).people;
    const kept = await t.run(
      async (ctx) => await ctx.db.insert("contacts", { orgId, name: "Lea", attributes: {}, searchText: "lea" }),
    );
    await as.mutation(api.contacts.merges.mutations.merge, {
      orgId,
      keptId: kept,
      mergedId: lea!.contactId,
      taken: [],
    });
    await settle(t);
    expect(await undone(importId)).toMatchObject({ created: 4, undone: 2, kept: 2 });
    expect(await bookingOf("A1")).toMatchObject({ status: "confirmed", ...moved });
    expect(await bookingOf("B2")).toMatchObject({ status: "confirmed" });
    expect(new Set((await waiting()).map(({ source }) => "bookingId" in source && source.bookingId))).toEqual(
      new Set([(await bookingOf("A1"))._id, B2]),
    );
    const { page } = await as.query(queries.rows, { orgId, importId, verdict: "create", paginationOpts: firstPage });
    expect(page.map(({ outcome }) => outcome)).toEqual(["kept", "kept", "undone", "undone"]);
  });

  it("leaves messages that were sent as sent", async () => {
    const importId = await imported(FILE_HEAD + row("A1"));
    const [first] = await waiting();
    const at = Date.now();
    await t.run(async (ctx) => {
      const { source } = first!;
      if (source.kind !== "sequence") throw new Error("Not of a journey.");
      const queueId = first!._id;
      await ctx.db.patch("messageQueue", queueId, { state: { kind: "sent", at } });
      await ctx.db.patch("stepRuns", ctx.db.normalizeId("stepRuns", source.stepRunId)!, {
        state: { kind: "sent", at, queueId },
      });
    });
    expect(await undone(importId)).toMatchObject({ undone: 1 });
    const states = (await all("messageQueue")).map(({ state }) => state.kind);
    expect(states.filter((kind) => kind === "sent")).toHaveLength(1);
    expect(states).not.toContain("pending");
  });

  it("goes on batch by batch wherever it stopped, each booking once", async () => {
    const rows = Array.from({ length: 40 }, (_, at) => row(`R${at}`, { name: `p${at}` }));
    const importId = await dryRunOf(as, orgId, FILE_HEAD + rows.join(""), false);
    await as.mutation(mutations.apply, { orgId, importId });
    await settle(t, 30);
    await as.mutation(mutations.undo, { orgId, importId });
    const step = async () => await t.mutation(internal.bookings.imports.jobs.undoBatch, { importId });
    await step();
    const { state, result } = await importOf(importId);
    expect(state).toBe("undoing");
    expect(result.undone).toBeGreaterThan(0);
    expect(result.undone).toBeLessThan(40);
    await step();
    await settle(t, 30);
    await step();
    expect(await importOf(importId)).toMatchObject({ state: "undone", result: { undone: 40, kept: 0 } });
    const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(100));
    expect(entries.filter(({ action }) => action === "booking.taken_back")).toHaveLength(40);
  });

  it("waits for the import, happens once, for 30 days, and to those who may", async () => {
    const importId = await dryRunOf(as, orgId, TWO);
    const undo = async (who = as, of = orgId) => await errorOf(who.mutation(mutations.undo, { orgId: of, importId }));
    expect(await undo()).toMatchObject({ code: "conflict" });
    await as.mutation(mutations.apply, { orgId, importId });
    expect(await undo()).toMatchObject({ code: "conflict", field: "importId" });
    await settle(t, 20);
    const other = await makeOrg(t, "Andere");
    const stranger = await makeMember(t, other, "admin", "stranger");
    expect(await undo(stranger.as, other)).toMatchObject({ code: "not_found" });
    const viewer = await makeMember(t, orgId, "viewer", "viewer");
    expect(await undo(viewer.as)).toMatchObject({ code: "forbidden" });
    await undone(importId);
    expect(await undo()).toMatchObject({ code: "conflict" });
    const late = await imported(FILE_HEAD + row("Z9"));
    vi.setSystemTime(Date.now() + IMPORT_ROWS_KEPT_MS);
    expect(await importOf(late)).toMatchObject({ state: "applied", canUndo: false });
    const tooLate = as.mutation(mutations.undo, { orgId, importId: late });
    expect(await errorOf(tooLate)).toMatchObject({ code: "conflict", field: "importId" });
  });

  it("keeps the rows it needs, and the booking it took back stays off", async () => {
    const importId = await imported(FILE_HEAD + row("A1"));
    const rowsLeft = async () => (await t.run(async (ctx) => await ctx.db.query("bookingImportRows").take(9))).length;
    await t.mutation(internal.bookings.imports.jobs.pruneRows, { importId });
    expect(await rowsLeft()).toBe(1);
    await as.mutation(mutations.undo, { orgId, importId });
    await t.mutation(internal.bookings.imports.jobs.pruneRows, { importId });
    expect(await rowsLeft()).toBe(1);
    await settle(t, 20);
    const [booking] = await all("bookings");
    const back = { orgId, bookingId: booking!._id, status: "confirmed" } as const;
    expect(await errorOf(as.mutation(api.bookings.mutations.setStatus, back))).toMatchObject({ code: "conflict" });
    await t.mutation(internal.bookings.imports.jobs.pruneRows, { importId });
    expect(await rowsLeft()).toBe(0);
  });
});
