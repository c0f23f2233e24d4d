import { runCommand } from "../lib/run-command.ts";
import { fanoutRow } from "./inbox/fanout.ts";
import type { Row } from "./report.ts";

const ROWS: Record<string, () => Promise<Row>> = {
  fanout: fanoutRow,
};

const HELP = `Usage: npm run bench:inbox -- [rows]

Measures the inbox on the embedded backend, the whole product pushed, baseline and value in the same run, and prints one
JSON line a row. Exits with 1 when a row misses its target. A quiet machine gives steadier figures.

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
    const row = await measure();
    process.stdout.write(`${JSON.stringify(row)}\n`);
    if (!row.ok) process.exitCode = 1;
  }
});
