import { coerceError } from "../embedded/errors.ts";
import { startBackend } from "../embedded/server/backend.ts";
import { createLog } from "../embedded/server/log.ts";
import { VITE_CLI } from "./lib/app-build.ts";
import { startChild } from "./lib/child.ts";
import { cliEnvironment, CONVEX_CLI } from "./lib/deployment.ts";
import { helpText, parseOptions } from "./lib/options.ts";
import { seedOnce, setUpEnvironment } from "./lib/product.ts";
import { runCommand, stopOnSignal } from "./lib/run-command.ts";

const PURPOSE = "Runs the backend, pushes functions on every change, and serves the app with hot reload.";

// Vite's own default; the app's sign-in redirects come back here.
const VITE_PORT = 5173;

// What `convex dev` prints when the code is live; before, there is nothing to seed with.
const FIRST_PUSH_DONE = "Convex functions ready";

await runCommand(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(helpText("dev", PURPOSE, true));
    return;
  }
  const say = (name: string) => (line: string) => process.stdout.write(`${name.padEnd(8)}| ${line}\n`);
  const log = createLog(options.logLevel ?? "info", (line) => say("backend")(line.trimEnd()));
  const backend = await startBackend({ ...options, log });
  const appUrl = `http://localhost:${VITE_PORT}`;
  let isSeeding = false;
  const seed = () => {
    if (isSeeding) return;
    isSeeding = true;
    seedOnce(backend, backend.dataDir, options.seed).then(
      (signIn) => signIn !== null && say("backend")(`demo sign-in: ${signIn.email} / ${signIn.password}`),
      (error: unknown) => say("backend")(`the demo workspace could not be made: ${coerceError(error).message}`),
    );
  };
  await setUpEnvironment(backend, appUrl);
  const functions = startChild(
    CONVEX_CLI,
    ["dev", "--tail-logs", "always"],
    { env: cliEnvironment(backend) },
    (line) => {
      say("convex")(line);
      if (line.includes(FIRST_PUSH_DONE)) seed();
    },
  );
  const app = startChild(
    VITE_CLI,
    ["--port", String(VITE_PORT), "--strictPort"],
    { env: { VITE_CONVEX_URL: backend.cloudUrl, VITE_CONVEX_SITE_URL: backend.siteUrl } },
    say("app"),
  );
  const stop = async () => {
    await Promise.all([functions.stop(), app.stop()]);
    await backend.stop();
  };
  stopOnSignal(stop);
  say("backend")(`ready at ${backend.cloudUrl}, HTTP actions at ${backend.siteUrl}`);
  say("app")(`open ${appUrl}`);
  // Either one ending by itself means that something is wrong; what it printed says what.
  const code = await Promise.race([functions.ended, app.ended]);
  await stop();
  process.exit(code);
});
