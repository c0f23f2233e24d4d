import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dryRunOf, FILE_HEAD as HEAD, READ_OPTIONS as OPTIONS, shownImport } from "../../../tests/support/bookingFiles";
import { makeBookingWorkspace, settle } from "../../../tests/support/bookings";
import { setupConvex } from "../../../tests/support/convex";
import { errorOf, makeMember, makeOrg } from "../../../tests/support/members";
import { api, internal } from "../../_generated/api";
import type { Id } from "../../_generated/dataModel";
import { bookingsOfLines } from "./columns";

const { mutations, queries } = api.bookings.imports;
const firstPage = { numItems: 100, cursor: null };
const NOW = Date.parse("2026-10-01T08:00:00Z");

let t: ReturnType<typeof setupConvex>;
let orgId: Id<"organisations">;
let as: Awaited<ReturnType<typeof makeMember>>["as"];

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW });
  t = setupConvex();
  ({ orgId } = await makeBookingWorkspace(t));
  ({ as } = await makeMember(t, orgId, "agent"));
});
afterEach(() => {
  vi.useRealTimers();
});

const dryRun = async (text: string, startsJourneys = true) => await dryRunOf(as, orgId, text, startsJourneys);
const importOf = async (importId: Id<"bookingImports">) => await shownImport(as, orgId, importId);
/** The batches alone: the clock of these tests does not wait for thirty days. */
async function applied(importId: Id<"bookingImports">) {
  await as.mutation(mutations.apply, { orgId, importId });
  while ((await importOf(importId)).state === "applying") {
    await t.mutation(internal.bookings.imports.jobs.applyBatch, { importId });
  }
}
async function imported(text: string, startsJourneys = true) {
  const importId = await dryRun(text, startsJourneys);
  const { planned } = await importOf(importId);
  await as.mutation(mutations.apply, { orgId, importId });
  await settle(t);
  const { state, result } = await importOf(importId);
  expect(state).toBe("applied");
  return { importId, planned, result };
}
const rejected = async (importId: Id<"bookingImports">) =>
  (await as.query(queries.rows, { orgId, importId, verdict: "rejected", paginationOpts: firstPage })).page;
const bookings = async () => {
  const all = await t.run(async (ctx) => await ctx.db.query("bookings").take(200));
  const shown = await Promise.all(
    all.map(({ _id: bookingId }) => as.query(api.bookings.queries.get, { orgId, bookingId })),
  );
  return shown.sort((a, b) => a.externalId.localeCompare(b.externalId));
};

const FILE =
  HEAD +
  "A1;Jollenkurs;24.10.2026;09:00;16:00;Steg 3;bestätigt;Anna Weber;anna@example.org;Jolle\n" +
  "A1;Jollenkurs;24.10.2026;09:00;16:00;Steg 3;;Tom Weber;tom@example.org;Jolle\n" +
  "B2;Theorie;25.10.2026;02:30;;https://meet.example/1;;Max Mast;max@example.org;\n" +
  ";Probetag;26.10.2026;10:00;12:00;;;Lea Lotse;lea@example.org;\n" +
  "C3;Alt;01.09.2026;10:00;12:00;;storniert;Uwe Alt;uwe@example.org;\n" +
  "D4;Kaputt;bald;;;;;Nie Mand;nie@example.org;\n" +
  "E5;Kaputt;27.10.2026;10:00;;;;Nie Mand;keine-adresse;\n";

describe("a file of bookings", () => {
  it(
    "becomes bookings with their people, places and messages; what cannot be used says why",
    { timeout: 120_000 },
    async () => {
      const importId = await dryRun(FILE);
      expect((await importOf(importId)).planned).toEqual({
        create: 4,
        update: 0,
        unchanged: 0,
        rejected: 2,
        clockChanges: 1,
      });
      expect(await bookings()).toEqual([]);
      expect(await rejected(importId)).toMatchObject([
        { line: 7, problem: "unreadable_start", problemLine: 7 },
        { line: 8, problem: "unreadable_email", problemLine: 8 },
      ]);
      await applied(importId);
      // What was written is with the booking now, and nowhere else.
      const kept = await t.run(async (ctx) => await ctx.db.query("bookingImportRows").take(50));
      expect(kept.filter(({ lines }) => lines.length > 0).map(({ line }) => line)).toEqual([7, 8]);
      await settle(t);
      expect((await importOf(importId)).result).toEqual({ created: 4, updated: 0, skipped: 0, failed: 2 });
      const [course, theory, cancelled, trial] = await bookings();
      expect(course).toMatchObject({
        externalId: "A1",
        sourceKind: "csv",
        status: "confirmed",
        startsAt: Date.parse("2026-10-24T07:00:00Z"),
        endsAt: Date.parse("2026-10-24T14:00:00Z"),
        location: { kind: "onsite", zone: "Europe/Berlin", text: "Steg 3" },
        attributes: { boot: "Jolle" },
      });
      expect(course?.people.map(({ name, isBooker }) => [name, isBooker])).toEqual([
        ["Anna Weber", true],
        ["Tom Weber", false],
      ]);
      expect(course?.journey).toHaveLength(10);
      expect(theory).toMatchObject({ startsAt: Date.parse("2026-10-25T00:30:00Z"), location: { kind: "online" } });
      expect(cancelled).toMatchObject({ externalId: "C3", status: "cancelled", journey: [] });
      expect(trial?.externalId).toMatch(/^row-[0-9a-f]{24}$/);
      const entries = await t.run(async (ctx) => await ctx.db.query("auditEntries").take(50));
      expect(entries.filter(({ action }) => action === "bookings.imported")).toMatchObject([
        { details: { fileName: "kurse.csv", create: 4, update: 0, rejected: 2, startsJourneys: true } },
      ]);
    },
  );

  it("changes nothing when it comes again, also once somebody cancelled by hand", async () => {
    await imported(FILE);
    const [, theory] = await bookings();
    await as.mutation(api.bookings.mutations.setStatus, { orgId, bookingId: theory!.id, status: "cancelled" });
    await settle(t);
    const before = await bookings();
    const events = async () => (await t.run(async (ctx) => await ctx.db.query("domainEvents").take(500))).length;
    const told = await events();
    const again = await imported(FILE);
    expect(again.planned).toMatchObject({ create: 0, update: 0, unchanged: 4, rejected: 2 });
    expect(again.result).toEqual({ created: 0, updated: 0, skipped: 4, failed: 2 });
    expect(await bookings()).toEqual(before);
    expect(await events()).toBe(told);
  });

  it("changes what it names by reference: time, people, state; messages follow", async () => {
    await imported(FILE);
    const [course] = await bookings();
    const update =
      HEAD +
      "A1;Jollenkurs;31.10.2026;09:00;16:00;;;Anna Weber;anna@example.org;Jolle\n" +
      "A1;Jollenkurs;31.10.2026;09:00;16:00;;storniert;Tom Weber;tom@example.org;Jolle\n" +
      "B2;Theorie;25.10.2026;02:30;;https://meet.example/1;storniert;Max Mast;max@example.org;\n";
    expect((await imported(update)).result).toEqual({ created: 0, updated: 2, skipped: 0, failed: 0 });
    const [moved, off] = await bookings();
    expect(moved).toMatchObject({
      id: course?.id,
      status: "confirmed",
      startsAt: Date.parse("2026-10-31T08:00:00Z"),
      location: { text: "Steg 3" },
    });
    expect(moved?.people.map(({ name }) => name)).toEqual(["Anna Weber"]);
    const pending = moved!.journey.filter(({ messageState }) => messageState === "pending");
    expect(pending.length).toBeGreaterThan(0);
    const anna = moved!.people[0]!.contactId;
    expect(pending.every(({ contactId }) => contactId === anna)).toBe(true);
    expect(off).toMatchObject({ externalId: "B2", status: "cancelled" });
    const history = { orgId, bookingId: course!.id, paginationOpts: firstPage };
    const { page } = await as.query(api.bookings.queries.history, history);
    expect(page.map(({ action }) => action)).toEqual(["booking.rescheduled"]);
  });

  it("starts no journeys where that was chosen, also after a move", async () => {
    const row = (day: string) => `${HEAD}A1;Kurs;${day};09:00;16:00;;;Anna;anna@example.org;\n`;
    await imported(row("24.10.2026"), false);
    await imported(row("31.10.2026"));
    expect(await bookings()).toMatchObject([{ startsAt: Date.parse("2026-10-31T08:00:00Z"), journey: [] }]);
  });

  it("says again what it would do when it is applied, for much may have happened", async () => {
    const row = `${HEAD}A1;;24.10.2026;09:00;16:00;;;Anna;anna@example.org;\n`;
    await imported(`${HEAD}A1;Kurs;24.10.2026;09:00;16:00;;;Anna;anna@example.org;\n`);
    const importId = await dryRun(row.replace("16:00", "17:00"));
    const [booking] = await bookings();
    await t.run(async (ctx) => {
      const ids = await ctx.db.query("bookingExternalIds").take(10);
      for (const { _id } of ids) await ctx.db.delete("bookingExternalIds", _id);
      await ctx.db.delete("bookings", booking!.id);
    });
    await applied(importId);
    expect((await importOf(importId)).result).toEqual({ created: 0, updated: 0, skipped: 0, failed: 1 });
    const failed = await as.query(queries.failedRows, { orgId, importId, paginationOpts: firstPage });
    expect(failed.page).toMatchObject([{ problem: "no_title", problemLine: 2, lines: [{ line: 2 }] }]);
  });

  it("goes on batch by batch wherever it stopped, each booking once", async () => {
    const people = Array.from(
      { length: 40 },
      (_, at) => `R${at};Kurs;24.10.2026;09:00;16:00;;;P${at};p${at}@a.example;`,
    );
    const importId = await dryRun(`${HEAD}${people.join("\n")}\n`, false);
    await as.mutation(mutations.apply, { orgId, importId });
    const step = async () => await t.mutation(internal.bookings.imports.jobs.applyBatch, { importId });
    await step();
    expect((await importOf(importId)).result.created).toBe(15);
    // As after a crash: the scheduled batch and one more of the same.
    await step();
    await settle(t, 30);
    await step();
    expect(await importOf(importId)).toMatchObject({ state: "applied", result: { created: 40 } });
    expect(await bookings()).toHaveLength(40);
  });

  it("takes a second booking with the same reference only from the rows that fit together", async () => {
    const rows = Array.from({ length: 101 }, (_, at) => ({
      line: at + 2,
      written: { reference: "A", title: "K", start: "24.10.2026 09:00", email: `p${at}@a.example`, attributes: {} },
    }));
    const begin = { orgId, fileName: "a.csv", clientId: "many", options: OPTIONS, startsJourneys: false };
    const importId = await as.mutation(mutations.start, begin);
    const all = bookingsOfLines(rows);
    await as.mutation(mutations.stage, { orgId, importId, bookings: all });
    expect(await rejected(importId)).toMatchObject([{ line: 102, problem: "reference_again" }]);
    const strange = as.mutation(mutations.stage, {
      orgId,
      importId,
      bookings: [[rows[0]!, { line: 200, written: { reference: "Z", attributes: {} } }]],
    });
    expect(await errorOf(strange)).toMatchObject({ code: "invalid", field: "bookings" });
  });

  it("is nobody else's, for those who may enter bookings, in a zone there is", async () => {
    const importId = await dryRun(FILE);
    const other = await makeOrg(t, "Andere");
    const stranger = await makeMember(t, other, "admin", "stranger");
    const foreign = stranger.as.mutation(mutations.apply, { orgId: other, importId });
    expect(await errorOf(foreign)).toMatchObject({ code: "not_found" });
    const viewer = await makeMember(t, orgId, "viewer", "viewer");
    expect(await errorOf(viewer.as.mutation(mutations.apply, { orgId, importId }))).toMatchObject({
      code: "forbidden",
    });
    const begin = { orgId, fileName: "a.csv", clientId: "z", options: { ...OPTIONS, zone: "Mars/Base" } };
    const wrong = as.mutation(mutations.start, { ...begin, startsJourneys: true });
    expect(await errorOf(wrong)).toMatchObject({ code: "invalid", field: "options.zone" });
  });

  it("is thrown away by hand, or after 30 days", async () => {
    const first = await dryRun(FILE);
    await as.mutation(mutations.discard, { orgId, importId: first });
    await settle(t);
    const left = async () => (await t.run(async (ctx) => await ctx.db.query("bookingImportRows").take(50))).length;
    expect(await left()).toBe(0);
    const second = await dryRun(FILE);
    await t.mutation(internal.bookings.imports.jobs.pruneRows, { importId: second });
    expect(await left()).toBe(0);
    expect(await errorOf(importOf(second))).toMatchObject({ code: "not_found" });
  });
});
