import type { Clock } from "../clock.ts";
import { Engine } from "./engine.ts";
import type { OnSlowStatement } from "./statements.ts";
import { Store } from "./store.ts";
import type { Database } from "./types.ts";

/**
 * Opens or creates the database file at `path`. Throws an Error whose message is one clear sentence when the file is in
 * use, damaged or not writable. `onFatal` is called when a write to disk fails or a subscriber throws: the caller
 * should end the process, since nothing more can be committed.
 */
export function openDatabase(options: {
  path: string;
  clock: Clock;
  onFatal?: (error: Error) => void;
  onSlowStatement?: OnSlowStatement;
}): Database {
  const onFatal =
    options.onFatal ??
    ((error: Error) => {
      // Outside of any promise, so that it ends the process as an uncaught error.
      setImmediate(() => {
        throw error;
      });
    });
  const store = new Store(options.path, options.onSlowStatement);
  try {
    return new Engine(store, options.clock, onFatal);
  } catch (error) {
    store.close();
    throw error;
  }
}
