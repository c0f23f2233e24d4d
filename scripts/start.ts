import { startBackend } from "../embedded/server/backend.ts";
import { createLog } from "../embedded/server/log.ts";
import { buildApp, DIST_DIR } from "./lib/app-build.ts";
import { helpText, parseOptions } from "./lib/options.ts";
import { pushIfChanged, seedOnce, setUpEnvironment } from "./lib/product.ts";
import { runCommand, stopOnSignal } from "./lib/run-command.ts";

const PURPOSE = "Builds the app, starts the backend, pushes the functions and makes the demo workspace on first start.";

await runCommand(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(helpText("start", PURPOSE, true).replace("npm run start", "npm start"));
    return;
  }
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const log = createLog(options.logLevel ?? "warn", (line) => process.stderr.write(line));
  const backend = await startBackend({ ...options, staticDir: DIST_DIR, log });
  stopOnSignal(() => backend.stop());
  try {
    say("Preparing the app and its functions (the first start takes a little longer)");
    const app = buildApp();
    // Reported below, where it is awaited; a failing push must not leave it unhandled.
    app.catch(() => undefined);
    await setUpEnvironment(backend, backend.publicUrl);
    await pushIfChanged(backend, backend.dataDir);
    const signIn = await seedOnce(backend, backend.dataDir, options.seed);
    await app;
    if (signIn !== null) say(`Demo sign-in: ${signIn.email} / ${signIn.password}`);
    say(`HTTP actions (webhooks) at ${backend.publicSiteUrl}`);
    say(`Switchboard is ready at ${backend.publicUrl}`);
  } catch (error) {
    await backend.stop();
    throw error;
  }
});
