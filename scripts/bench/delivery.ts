import { runCommand } from "../lib/run-command.ts";
import { claimRow } from "./delivery/claim.ts";
import { drainRow, slowDrainRow } from "./delivery/drain.ts";
import { latencyRow } from "./delivery/latency.ts";
import { receiptsRow } from "./delivery/receipts.ts";
import { startWorkspace, type Workspace } from "./delivery/workspace.ts";
import type { Row } from "./report.ts";

const ROWS: Record<string, (workspace: Workspace) => Promise<Row>> = {
  drain: drainRow,
  slow: slowDrainRow,
  latency: latencyRow,
  receipts: receiptsRow,
  claim: claimRow,
};

const HELP = `Usage: npm run bench:delivery -- [rows]

Measures delivery on the embedded backend, the whole product pushed, against bare programs in the same run, with a
provider stub on loopback; prints one JSON line a row. Exits with 1 when a row misses its target. About five minutes; a
quiet machine gives steadier figures.

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
    const workspace = await startWorkspace();
    try {
      const row = await measure(workspace);
      process.stdout.write(`${JSON.stringify(row)}\n`);
      if (!row.ok) process.exitCode = 1;
    } finally {
      await workspace.backend.stop();
    }
  }
});
