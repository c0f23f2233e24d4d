import { SystemClock } from "../clock.ts";
import { openDatabase } from "./open.ts";
import { push, schemaJson, tableJson } from "./testing.ts";

/**
 * Program of the crash test: commits pairs of documents for ever, several commits a turn, and prints a pair's number
 * once its commit is durable. Its parent kills it.
 */
const path = process.argv[2];
if (path === undefined) throw new Error("Usage: testing-load.ts FILE");
const db = openDatabase({ path, clock: new SystemClock() });
await push(db, schemaJson(tableJson("pairs", { indexes: [{ indexDescriptor: "by_n", fields: ["n"] }] })));

for (let n = 0; ; n++) {
  const tx = db.begin();
  tx.insert("", "pairs", { n });
  tx.insert("", "pairs", { n });
  const outcome = db.commit(tx, "load");
  if (outcome.kind !== "committed") throw new Error("Nobody else writes");
  const isDurable = db.durable(outcome.ts).then(() => process.stdout.write(`${n}\n`));
  if (n % 5 === 4) await isDurable;
}
