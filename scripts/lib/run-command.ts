import { coerceError } from "../../embedded/errors.ts";
import { requireSupportedNode } from "../../embedded/server/node-version.ts";
import { StartError } from "../../embedded/server/start-error.ts";

/** Runs a command's body; a refusal to start becomes one sentence and exit code 1. */
export async function runCommand(body: () => Promise<void>): Promise<void> {
  try {
    requireSupportedNode();
    await body();
  } catch (error) {
    const text = error instanceof StartError ? error.message : (coerceError(error).stack ?? String(error));
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
    // A half-started server may hold sockets open.
    setTimeout(() => process.exit(1), 2000).unref();
  }
}

/** Calls `stop` on the first Ctrl-C or TERM and ends the process when it is done; a second one ends it at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = () => {
    if (stopping) process.exit(1);
    stopping = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${coerceError(error).stack}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}
