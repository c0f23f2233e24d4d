import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { bookingsOfLines, writtenBooking, type BookingLine } from "../../../../convex/bookings/imports/columns";
import { ImportDialog, type FileTable } from "../../../components/import/import-dialog";
import { useOrgMutation } from "../../../lib/org";
import { BookingDryRun } from "./dry-run";
import { BookingMapping, type Choices } from "./mapping";

/** Rows sent at once; those of one booking go together. The server takes twice as many. */
const LINES_PER_CALL = 100;

/** Bookings from a file. */
export function BookingImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const check = useCheck();
  return (
    <ImportDialog<Choices, Id<"bookingImports">>
      title={t("bookingImport.title")}
      intro={t("bookingImport.intro")}
      mapping={(file, onDone) => <BookingMapping file={file} onDone={onDone} />}
      check={check}
      dryRun={(importId) => <BookingDryRun importId={importId} onClose={onClose} />}
      onClose={onClose}
    />
  );
}

function useCheck() {
  const start = useOrgMutation(api.bookings.imports.mutations.start);
  const stage = useOrgMutation(api.bookings.imports.mutations.stage);
  const finish = useOrgMutation(api.bookings.imports.mutations.finishReading);
  return async (file: FileTable, choices: Choices, onSent: (sent: number) => void) => {
    const { targets, options, startsJourneys } = choices;
    const { fileName } = file;
    const importId = await start({ fileName, clientId: crypto.randomUUID(), options, startsJourneys });
    const lines = file.rows.map(({ line, cells }) => ({
      line,
      written: writtenBooking(cells, file.headings, targets),
    }));
    let sent = 0;
    for (const bookings of inCalls(bookingsOfLines(lines))) {
      onSent(sent);
      await stage({ importId, bookings });
      sent += bookings.reduce((sum, booking) => sum + booking.length, 0);
    }
    await finish({ importId });
    return importId;
  };
}

function inCalls(bookings: readonly BookingLine[][]): BookingLine[][][] {
  const calls: BookingLine[][][] = [];
  let lines = LINES_PER_CALL;
  for (const booking of bookings) {
    if (lines + booking.length > LINES_PER_CALL) {
      calls.push([]);
      lines = 0;
    }
    calls.at(-1)?.push(booking);
    lines += booking.length;
  }
  return calls;
}
