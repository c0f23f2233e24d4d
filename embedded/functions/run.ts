import { randomBytes } from "node:crypto";
import type { TokenSigner } from "../auth/token-signer.ts";
import type { Clock } from "../clock.ts";
import type { Database, Namespace, QueryStream, Transaction } from "../database/types.ts";
import type { Storage } from "../storage/storage.ts";
import { ConsoleCalls } from "./console-calls.ts";
import type { ExecutionSlots } from "./execution-limits.ts";
import { Environment } from "./environment.ts";
import type { Origins } from "./environment.ts";
import type { FunctionPath } from "./function-path.ts";
import { LogCollector } from "./log-lines.ts";
import type { ComponentCode, DeployedCode } from "./modules/deployed-code.ts";
import type { RealmPool } from "./realm/realm-pool.ts";
import { WATCHDOG_MS } from "./realm/watchdog.ts";
import type { SyscallDispatcher } from "./syscalls/syscall.ts";
import type { CallLimits } from "./transaction-limits.ts";
import type { FunctionCall } from "./types.ts";

/** What every run needs; one per backend. */
export interface RunServices {
  database: Database;
  clock: Clock;
  origins: Origins;
  realms: RealmPool;
  syscalls: SyscallDispatcher;
  storage: Storage;
  signer: TokenSigner;
  slots: ExecutionSlots;
}

/** A query or mutation from its first function to its end: one transaction, one log, one frozen time. */
export interface Run {
  readonly services: RunServices;
  readonly code: DeployedCode;
  readonly call: FunctionCall;
  readonly kind: "Query" | "Mutation";
  readonly tx: Transaction;
  readonly environment: Environment;
  readonly log: LogCollector;
  /** The end cursor of an earlier run of the same query (convex-facts a.6). */
  readonly journal: string | null;
  /** What the top function's `paginate` leaves for the next run. */
  nextJournal: string | null;
  sawIdentity: boolean;
  sawClock: boolean;
  /** A syscall failed: an unhandled rejection may follow. */
  sawFailure: boolean;
  /** Ends the run with this text whatever its functions caught. */
  fatal: string | null;
  /** An error of the backend's own; ends the run and is thrown to the caller. */
  internalError: Error | null;
  /** What waits for the commit: bytes of deleted files. A rolled-back nested call's entries are dropped. */
  readonly afterCommit: (() => Promise<void>)[];
  /** What undoes effects outside the database when the run is not committed: bytes of stored files. */
  readonly afterAbandon: (() => Promise<void>)[];
  readonly budget: TimeBudget;
}

/** One function of a run; the first has depth 0. */
export interface Frame {
  readonly run: Run;
  readonly component: ComponentCode;
  readonly namespace: Namespace;
  readonly path: FunctionPath;
  readonly udfType: "Query" | "Mutation";
  readonly depth: number;
  /** The run's, or a snapshot of its own for `useStaleSnapshot`. */
  readonly tx: Transaction;
  readonly streams: Map<number, QueryStream>;
  readonly console: ConsoleCalls;
  readonly random: () => number;
  hasPaginated: boolean;
  /** Lower limits of this call and of those it was called by. */
  readonly limits: readonly CallLimits[];
  /** A nested call that did not answer at once: the frame's other syscalls wait for it (convex-facts d.6). */
  blockedBy: Promise<unknown> | null;
}

// Limits of convex-facts f.1.
const MAX_USER_MS = 1000;
const MAX_TOTAL_MS = 15_000;

// Syscalls are refused this long before the watchdog would cut a stretch off, so that it never hits the engine at work.
const WATCHDOG_MARGIN_MS = 500;

let turnCpu: NodeJS.CpuUsage | null = null;

/** The processor time when this turn of the event loop first asked: reading it costs a call into the system. */
function cpuAtTurnStart(): NodeJS.CpuUsage {
  if (turnCpu !== null) return turnCpu;
  setImmediate(() => void (turnCpu = null));
  return (turnCpu = process.cpuUsage());
}

/**
 * How long a run may take: 1 s of JavaScript and 15 s in all. JavaScript time is counted on the wall between syscalls,
 * and only held against a run that also used that much processor time, so a busy machine refuses nothing.
 */
class TimeBudget {
  readonly #startedMs = performance.now();
  readonly #startedCpu = cpuAtTurnStart();
  #userMs = 0;
  #resumedMs = this.#startedMs;
  #stretchStartMs = this.#startedMs;

  /** Called when the function hands control to the host. Returns the refusal when a limit is crossed. */
  pause(): string | null {
    const now = performance.now();
    this.#userMs += now - this.#resumedMs;
    this.#resumedMs = now;
    const isLate =
      now - this.#startedMs > MAX_TOTAL_MS || now - this.#stretchStartMs > WATCHDOG_MS - WATCHDOG_MARGIN_MS;
    if (isLate) return "Your request timed out performing too many system operations.";
    if (this.#userMs <= MAX_USER_MS) return null;
    const cpu = process.cpuUsage(this.#startedCpu);
    const cpuMs = (cpu.user + cpu.system) / 1000;
    return cpuMs > MAX_USER_MS ? "Function execution timed out (maximum duration: 1s)" : null;
  }

  resume(): void {
    this.#resumedMs = performance.now();
  }

  /** Called when the event loop enters the run's code. */
  beginStretch(): void {
    this.#stretchStartMs = performance.now();
  }
}

/** A seeded generator (xorshift128): `Math.random` of one function run. */
function seededRandom(seed: Buffer = randomBytes(16)): () => number {
  let [a, b, c, d] = [seed.readInt32LE(0) | 1, seed.readInt32LE(4), seed.readInt32LE(8), seed.readInt32LE(12)];
  const next = () => {
    let t = d;
    d = c;
    c = b;
    b = a;
    t ^= t << 11;
    t ^= t >>> 8;
    a = t ^ a ^ (a >>> 19);
    return a >>> 0;
  };
  // 53 bits, as Math.random gives.
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}

// Most functions never ask for a random number.
function lazyRandom(): () => number {
  let random: (() => number) | null = null;
  return () => (random ??= seededRandom())();
}

export function startRun(
  services: RunServices,
  code: DeployedCode,
  kind: Run["kind"],
  call: FunctionCall,
  tx: Transaction,
  journal: string | null,
): Run {
  return {
    services,
    code,
    call,
    kind,
    tx,
    environment: new Environment(tx, code, services.origins),
    log: new LogCollector(),
    journal,
    nextJournal: null,
    sawIdentity: false,
    sawClock: false,
    sawFailure: false,
    fatal: null,
    internalError: null,
    afterCommit: [],
    afterAbandon: [],
    budget: new TimeBudget(),
  };
}

export function startFrame(
  run: Run,
  component: ComponentCode,
  path: FunctionPath,
  udfType: Frame["udfType"],
  depth: number,
  tx: Transaction,
  limits: readonly CallLimits[] = [],
): Frame {
  const nowMs = () => run.services.clock.nowMs();
  return {
    run,
    component,
    namespace: component.component.path,
    path,
    udfType,
    depth,
    tx,
    streams: new Map(),
    console: new ConsoleCalls((level, messages) => run.log.add(level, messages, nowMs()), nowMs),
    random: lazyRandom(),
    hasPaginated: false,
    limits,
    blockedBy: null,
  };
}
