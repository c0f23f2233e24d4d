/** Entry of the thread that watches the one functions run on. Bundled on its own. */
import { readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { setTimeout as delay } from "node:timers/promises";
import { workerData } from "node:worker_threads";
import {
  ASLEEP,
  CONDEMNED,
  IDLE,
  IN_FUNCTION,
  stateOf,
  stretchOf,
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

// Unit of the times in /proc, on every Linux.
const MS_PER_TICK = 10;

// How often its time a function gets on a machine that does not let it run.
const PATIENCE = 5;

const memory = workerData as WatchMemory;
const words = wordsOf(memory.buffer);
const begunAt = timeOf(memory.buffer);
const session = new Session();
let condemned: number | null = null;
/** The stretch looked at last, and the processor time when it was first seen. */
let seen = { stretch: -1, cpuMs: 0 };

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

/** Processor time of the watched thread, ms: of the whole process where the system does not tell them apart. */
function watchedCpuMs(): number {
  try {
    const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, "utf8").replace(/^.*\)/, "").split(" ");
    return (Number(fields[12]) + Number(fields[13])) * MS_PER_TICK;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

/** Whether a stretch has had its time. A machine that is too busy to let it run is not held against it, within bounds. */
function isOverdue(stretch: number): boolean {
  const cpuMs = watchedCpuMs();
  if (seen.stretch !== stretch) seen = { stretch, cpuMs };
  const usedMs = nowMs() - (begunAt[0] ?? Infinity);
  const isBusy = cpuMs - seen.cpuMs > Math.max(0, memory.limitMs - 2 * CHECK_MS);
  return usedMs > memory.limitMs && (isBusy || usedMs > PATIENCE * memory.limitMs);
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
    else if (stateOf(word) === IN_FUNCTION && isOverdue(stretchOf(word))) {
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
