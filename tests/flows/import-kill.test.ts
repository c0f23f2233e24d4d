import type { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, it } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { missingProductEnvironment } from "../../scripts/lib/product-environment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { dryRunOf, FILE_HEAD, shownImport } from "../support/bookingFiles.ts";
import { signInOverHttp } from "../support/member-client.ts";
import type { TestWorkspace } from "../support/product.ts";
import { tableRows } from "../support/table-rows.ts";
import { until } from "../support/until.ts";

// A file of bookings is imported, and taken back again: the server is killed in the middle of both, and goes on by itself.

const BOOKINGS = 300;
/** Lines that are no booking. */
const UNREADABLE = 7;
const MESSAGES = 2;
const LONGEST_MS = 120_000;
/** Messages are planned for 60 and 70 days later; nothing falls due while this clock stands still. */
const START_MS = Date.UTC(2026, 4, 12, 10);

const line = (reference: string, day: string, at: number) =>
  `${reference};Jollen-Grundkurs;${day};09:00;16:00;Steg 3;;Person ${at};person${at}@kill.example;Jolle\n`;
const FILE =
  FILE_HEAD +
  Array.from({ length: BOOKINGS }, (_, at) => line(`K${at}`, "20.08.2026", at)).join("") +
  Array.from({ length: UNREADABLE }, (_, at) => line(`N${at}`, "bald", BOOKINGS + at)).join("");
const REFERENCES = Array.from({ length: BOOKINGS }, (_, at) => `K${at}`).sort();

const { mutations } = api.bookings.imports;

let backend: TestBackend;
let member: ConvexHttpClient;
let orgId: Id<"organisations">;
let importId: Id<"bookingImports">;

beforeAll(async () => {
  const environment = await missingProductEnvironment({}, "http://127.0.0.1");
  backend = await startTestBackend({ project: PROJECT_DIR, environment, testClock: { startMs: START_MS } });
  const made = (await backend.client.run("dev/fixtures:createWorkspace", { key: "kill" })) as unknown as TestWorkspace;
  orgId = made.orgId as Id<"organisations">;
  await backend.client.run("dev/journeyFlood:prepare", { orgId, messages: MESSAGES });
  member = await signInOverHttp(backend.cloudUrl, made.members[0]!);
});
afterAll(async () => {
  await backend.stop();
});

/** A table's rows; there are far fewer than one answer holds. */
async function rowsOf(table: string) {
  const rows = await tableRows(backend, table);
  expect(rows.length).toBeLessThan(1_000);
  return rows;
}
const idsOf = (rows: Awaited<ReturnType<typeof rowsOf>>, name = "_id") => rows.map((row) => row[name] as string).sort();
const shown = async () => await shownImport(member, orgId, importId);
const reached = async (state: "applied" | "undone") =>
  await until(`the import is ${state}`, async () => (await shown()).state === state, LONGEST_MS);
/** What waits in the queue, by the step of a booking's journey it is of. */
const waiting = async () =>
  (await rowsOf("messageQueue"))
    .filter(({ state }) => (state as { kind: string }).kind === "pending")
    .map(({ source }) => source as { bookingId: string; stepId: string })
    .map(({ bookingId, stepId }) => `${bookingId} ${stepId}`);

type Result = Awaited<ReturnType<typeof shown>>["result"];

/** Kills the server when some of the bookings are done, starts it again, and sees that there was something left to do. */
async function killOnTheWay(state: "applying" | "undoing", done: (result: Result) => number): Promise<void> {
  const before = await until(
    `some bookings of an import that is ${state} are done`,
    async () => {
      const count = done((await shown()).result);
      return count > 0 && count;
    },
    LONGEST_MS,
  );
  await backend.killAndRestart();
  const after = await shown();
  expect(after.state).toBe(state);
  expect(done(after.result)).toBeGreaterThanOrEqual(before);
  expect(done(after.result)).toBeLessThan(BOOKINGS);
}

it("writes each booking of a file once, with its journey, though it is killed on the way", async () => {
  importId = await dryRunOf(member, orgId, FILE);
  const planned = { create: BOOKINGS, update: 0, unchanged: 0, rejected: UNREADABLE, clockChanges: 0 };
  expect(await shown()).toMatchObject({ state: "checked", planned });
  await member.mutation(mutations.apply, { orgId, importId });
  await killOnTheWay("applying", ({ created }) => created);
  await reached("applied");
  expect((await shown()).result).toEqual({ created: BOOKINGS, updated: 0, skipped: 0, failed: UNREADABLE });

  const bookings = await rowsOf("bookings");
  expect(idsOf(bookings, "externalId")).toEqual(REFERENCES);
  const ids = idsOf(bookings);
  await until("each message is planned", async () => (await waiting()).length >= MESSAGES * BOOKINGS, LONGEST_MS);
  const each = ids.flatMap((id) => Array.from({ length: MESSAGES }, (_, step) => `${id} step-${step}`));
  expect((await waiting()).sort()).toEqual(each.sort());
  expect(idsOf(await rowsOf("enrolments"), "bookingId")).toEqual(ids);
  expect(await rowsOf("reactionFailures")).toEqual([]);
});

it("takes each booking back once, though it is killed on the way, and leaves no message waiting", async () => {
  await member.mutation(mutations.undo, { orgId, importId });
  await killOnTheWay("undoing", ({ undone = 0, kept = 0 }) => undone + kept);
  await reached("undone");
  expect((await shown()).result).toMatchObject({ created: BOOKINGS, undone: BOOKINGS, kept: 0 });

  const bookings = await rowsOf("bookings");
  expect(bookings.map(({ status }) => status)).toEqual(REFERENCES.map(() => "taken_back"));
  const takenBack = (await rowsOf("auditEntries")).filter(({ action }) => action === "booking.taken_back");
  const subjects = takenBack.map(({ subject }) => (subject as { id: string }).id);
  expect(subjects.sort()).toEqual(idsOf(bookings));
  await until("no message waits", async () => (await waiting()).length === 0, LONGEST_MS);
  const journeys = (await rowsOf("enrolments")).map(({ state }) => state as { kind: string; reason?: string });
  expect(journeys).toHaveLength(BOOKINGS);
  for (const state of journeys) expect(state).toMatchObject({ kind: "exited", reason: "booking_taken_back" });
  expect(await rowsOf("reactionFailures")).toEqual([]);
});
