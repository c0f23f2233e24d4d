import { runCommand } from "../lib/run-command.ts";
import type { Row } from "./report.ts";
import { heavyRows } from "./rows/heavy.ts";
import { largeRows } from "./rows/large.ts";
import { readRows } from "./rows/reads.ts";
import { subscriptionRows } from "./rows/subscriptions.ts";
import { writeRows } from "./rows/writes.ts";

const GROUPS: Record<string, () => Promise<Row[]>> = {
  writes: writeRows,
  reads: readRows,
  subscriptions: subscriptionRows,
  large: largeRows,
  heavy: heavyRows,
};

const HELP = `Usage: npm run bench:embedded -- [groups]

Measures the embedded backend against what the machine can do, baseline and value in the same run, and prints one JSON
line a row. Exits with 1 when a row misses its target. About five minutes; a quiet machine gives steadier figures.

Groups (default all): ${Object.keys(GROUPS).join(", ")}
`;

await runCommand(async () => {
  const wanted = process.argv.slice(2);
  if (wanted.some((name) => GROUPS[name] === undefined)) {
    process.stdout.write(HELP);
    return;
  }
  for (const [name, measure] of Object.entries(GROUPS)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const row of await measure()) {
      process.stdout.write(`${JSON.stringify(row)}\n`);
      if (!row.ok) process.exitCode = 1;
    }
  }
});
