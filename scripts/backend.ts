import { startBackend } from "../embedded/server/backend.ts";
import { createLog } from "../embedded/server/log.ts";
import { helpText, parseOptions } from "./lib/options.ts";
import { runCommand, stopOnSignal } from "./lib/run-command.ts";

const PURPOSE = "Runs the embedded Convex backend alone, for any Convex project.";

await runCommand(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(helpText("backend", PURPOSE, false));
    return;
  }
  const log = createLog(options.logLevel ?? "info", (line) => process.stderr.write(line));
  const backend = await startBackend({ ...options, log });
  stopOnSignal(() => backend.stop());
  process.stdout.write(`The admin key is in ${backend.dataDir}/admin-key\n`);
  process.stdout.write(`Backend is ready at ${backend.cloudUrl} (HTTP actions at ${backend.siteUrl})\n`);
});
