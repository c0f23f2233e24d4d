import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import { expect } from "vitest";
import { api } from "../../convex/_generated/api";
import type { Id } from "../../convex/_generated/dataModel";
import { BOOKING_COLUMNS, bookingsOfLines, writtenBooking } from "../../convex/bookings/imports/columns";
import { guessTargets, readTable } from "../../convex/lib/csv";

const { mutations, queries } = api.bookings.imports;

/** How the files of these tests are read. */
export const READ_OPTIONS = { zone: "Europe/Berlin", dayOrder: "day_first", minutes: 60 } as const;
/** The columns of these files. */
export const FILE_HEAD = "Referenz;Kurs;Datum;Von;Bis;Treffpunkt;Status;Name;E-Mail;Boot\n";

type Call<Ref extends FunctionReference<"query"> | FunctionReference<"mutation">> = (
  ref: Ref,
  args: FunctionArgs<Ref>,
) => Promise<FunctionReturnType<Ref>>;
/** Somebody signed in, to a backend of the test's own process or over HTTP. */
interface Member {
  query: Call<typeof queries.get>;
  mutation: Call<typeof mutations.start> & Call<typeof mutations.stage> & Call<typeof mutations.finishReading>;
}
/** What the server takes at once. */
const BOOKINGS_PER_CALL = 100;
let files = 0;

/** What a browser does with a file of bookings, until it shows the dry run. */
export async function dryRunOf(as: Member, orgId: Id<"organisations">, text: string, startsJourneys = true) {
  const read = readTable(text);
  if (!read.ok) throw new Error(read.problem);
  const { headings, rows } = read.table;
  const targets = guessTargets(headings, BOOKING_COLUMNS, { boot: "attribute" });
  const lines = rows.map(({ line, cells }) => ({ line, written: writtenBooking(cells, headings, targets) }));
  const clientId = `file-${++files}`;
  const begin = { orgId, fileName: "kurse.csv", clientId, options: READ_OPTIONS, startsJourneys };
  const importId = await as.mutation(mutations.start, begin);
  expect(await as.mutation(mutations.start, begin)).toBe(importId);
  const bookings = bookingsOfLines(lines);
  for (let sent = 0; sent < bookings.length; sent += BOOKINGS_PER_CALL) {
    const part = bookings.slice(sent, sent + BOOKINGS_PER_CALL);
    await as.mutation(mutations.stage, { orgId, importId, bookings: part });
  }
  // A browser that sends a part twice changes nothing.
  await as.mutation(mutations.stage, { orgId, importId, bookings: bookings.slice(0, 1) });
  await as.mutation(mutations.finishReading, { orgId, importId });
  return importId;
}

/** An import as its screen shows it. */
export async function shownImport(as: Member, orgId: Id<"organisations">, importId: Id<"bookingImports">) {
  return await as.query(queries.get, { orgId, importId });
}
