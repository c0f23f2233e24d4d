import { runCommand } from "../lib/run-command.ts";
import type { Row } from "./report.ts";
import { eventsRow } from "./sequences/events.ts";
import { importRow } from "./sequences/import.ts";
import { startJourneys, type Journeys } from "./sequences/journeys.ts";
import { publishRow } from "./sequences/publish.ts";
import { rehearsalRow } from "./sequences/rehearsal.ts";

const ROWS: Record<string, (journeys: Journeys) => Promise<Row>> = {
  events: eventsRow,
  import: importRow,
  publish: publishRow,
  rehearsal: rehearsalRow,
};

const HELP = `Usage: npm run bench:sequences -- [rows]

Measures journeys on the embedded backend, the whole product pushed; prints one JSON line a row. Exits with 1 when a row
misses its target. Some minutes; a quiet machine gives steadier figures. SEQUENCES_SHARE=0.05 before the command makes a twentieth of the people, for a look.

Rows (default all): ${Object.keys(ROWS).join(", ")}
`;

await runCommand(async () => {
  const wanted = process.argv.slice(2);
  if (wanted.some((name) => ROWS[name] === undefined)) {
    process.stdout.write(HELP);
    return;
  }
  for (const [name, measure] of Object.entries(ROWS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    // A backend for each row: what the last one left behind is none of its business.
    const journeys = await startJourneys();
    try {
      const row = await measure(journeys);
      process.stdout.write(`${JSON.stringify(row)}\n`);
      if (!row.ok) process.exitCode = 1;
    } finally {
      await journeys.backend.stop();
    }
  }
});
