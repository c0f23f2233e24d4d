import { runCommand } from "../lib/run-command.ts";
import { browserRows } from "./inbox/browser.ts";
import { fanoutRows } from "./inbox/fanout.ts";
import { largeRows } from "./inbox/large.ts";
import type { Row } from "./report.ts";

const ROWS: Record<string, () => AsyncGenerator<Row>> = {
  fanout: fanoutRows,
  large: largeRows,
  browser: browserRows,
};

const HELP = `Usage: npm run bench:inbox -- [rows]

Measures the inbox on the embedded backend, the whole product pushed, baseline and value in the same run, and prints one
JSON line a row. Exits with 1 when a row misses its target. A quiet machine gives steadier figures.
"large" fills a database with 1,000,000 conversations first, which takes some minutes; INBOX_THREADS=20000 before the
command makes a smaller one, for a look. "browser" builds the app unless that is done.

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
    for await (const row of measure()) {
      process.stdout.write(`${JSON.stringify(row)}\n`);
      if (!row.ok) process.exitCode = 1;
    }
  }
});
