/** Entry of the thread that watches the one functions run on. Bundled on its own. */
import { Session } from "node:inspector";
import { setTimeout as delay } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import {
  ASLEEP,
  CONDEMNED,
  IDLE,
  IN_FUNCTION,
  stateOf,
  timeOf,
  WORD,
  wordsOf,
  type WatchMemory,
} from "./watchdog-protocol.ts";

// How exactly the limit is kept; also how long the monitor stays awake after the last function.
const CHECK_MS = 250;

// A termination takes effect at the next loop or call. One that arrives while Node itself handles a promise that was
// rejected is lost, so after this time the code is stopped at a statement of its own and ended there.
const TERMINATION_MS = 20;
const PAUSE_MS = 20;

const memory = workerData as WatchMemory;
const words = wordsOf(memory.buffer);
const begunAt = timeOf(memory.buffer);
const session = new Session();
let condemned: number | null = null;

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6 - memory.originMs;
}

function isCondemned(): boolean {
  return condemned !== null && Atomics.load(words, WORD) === condemned;
}

/** Ends the stretch of a word that was just set to {@link CONDEMNED}; until then the other thread does nothing else. */
async function cutOff(): Promise<void> {
  session.post("Runtime.terminateExecution");
  await delay(TERMINATION_MS);
  if (!isCondemned()) return;
  session.post("Debugger.enable");
  session.post("Debugger.setBlackboxPatterns", { patterns: ["^node:"] });
  while (isCondemned()) {
    session.post("Debugger.pause");
    await delay(PAUSE_MS);
  }
  session.post("Debugger.disable");
}

function sleepUntilBusy(word: number): void {
  Atomics.store(words, ASLEEP, 1);
  Atomics.wait(words, WORD, word);
  Atomics.store(words, ASLEEP, 0);
}

async function watch(): Promise<never> {
  for (;;) {
    const word = Atomics.load(words, WORD);
    if (stateOf(word) === IDLE) sleepUntilBusy(word);
    else if (stateOf(word) === IN_FUNCTION && nowMs() - (begunAt[0] ?? Infinity) > memory.limitMs) {
      condemned = word | CONDEMNED;
      if (Atomics.compareExchange(words, WORD, word, condemned) === word) await cutOff();
    }
    await delay(CHECK_MS);
  }
}

session.connectToMainThread();
// A pause may come when the stretch is over already: then there is nothing to end.
session.on("Debugger.paused", () => session.post("Debugger.resume", { terminateOnResume: isCondemned() }));
void watch();
