import { randomBytes } from "node:crypto";
import type { TokenSigner } from "../auth/token-signer.ts";
import type { Clock } from "../clock.ts";
import type { Database, Namespace, QueryStream, Transaction } from "../database/types.ts";
import type { Storage } from "../storage/storage.ts";
import { AuditLog } from "./audit-log.ts";
import { ConsoleCalls } from "./console-calls.ts";
import type { ExecutionSlots } from "./execution-limits.ts";
import { Environment } from "./environment.ts";
import type { Origins } from "./environment.ts";
import type { FunctionPath } from "./function-path.ts";
import { KnownDocuments } from "./known-documents.ts";
import { LogCollector } from "./log-lines.ts";
import type { ComponentCode, DeployedCode } from "./modules/deployed-code.ts";
import type { RealmPool } from "./realm/realm-pool.ts";
import type { Watchdog } from "./realm/watchdog.ts";
import type { SyscallDispatcher } from "./syscalls/syscall.ts";
import { TimeBudget } from "./time-budget.ts";
import type { CallLimits } from "./transaction-limits.ts";
import type { FunctionCall, FunctionError } from "./types.ts";

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
  watchdog: Watchdog;
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
  readonly audit: AuditLog;
  /** What the run is warned of when it has ended. */
  readonly warnings: string[];
  /** The end cursor of an earlier run of the same query (convex-facts a.6). */
  readonly journal: string | null;
  /** What the top function's `paginate` leaves for the next run. */
  nextJournal: string | null;
  sawIdentity: boolean;
  sawClock: boolean;
  /** A syscall failed: an unhandled rejection may follow. */
  sawFailure: boolean;
  /** Ends the run with this error whatever its functions caught. */
  fatal: FunctionError | null;
  /** An error of the backend's own; ends the run and is thrown to the caller. */
  internalError: Error | null;
  /** What waits for the commit: bytes of deleted files. A rolled-back nested call's entries are dropped. */
  readonly afterCommit: (() => Promise<void>)[];
  /** Snapshots of nested calls that have not ended. */
  readonly snapshots: Set<Transaction>;
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
  /** `Math.random` of the function. */
  random(): number;
  hasPaginated: boolean;
  /** The documents that a query's function was given. */
  readonly known: KnownDocuments;
  /** What a promise of the function's was rejected with while nothing looked at it. */
  rejection: FunctionError | null;
  /** Lower limits of this call and of those it was called by. */
  readonly limits: readonly CallLimits[];
  /** A nested call that did not answer at once: the frame's other syscalls wait for it (convex-facts d.6). */
  blockedBy: Promise<unknown> | null;
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
    audit: new AuditLog(),
    warnings: [],
    journal,
    nextJournal: null,
    sawIdentity: false,
    sawClock: false,
    sawFailure: false,
    fatal: null,
    internalError: null,
    afterCommit: [],
    afterAbandon: [],
    snapshots: new Set(),
    budget: new TimeBudget(services.watchdog),
  };
}

/** Ends the run for good when it has used up its time or memory; called where it has handed control to the host. */
export function checkBudget(run: Run): void {
  const refusal = run.budget.check();
  if (refusal !== null) run.fatal ??= refusal;
}

/** Lets go of the snapshots of nested calls that were cut off. */
export function abandonSnapshots(run: Run): void {
  for (const snapshot of run.snapshots) run.services.database.abandon(snapshot);
  run.snapshots.clear();
}

class StartedFrame implements Frame {
  readonly namespace: Namespace;
  readonly streams = new Map<number, QueryStream>();
  readonly known = new KnownDocuments();
  hasPaginated = false;
  rejection: FunctionError | null = null;
  blockedBy: Promise<unknown> | null = null;
  // Most functions neither log nor ask for a random number.
  #console: ConsoleCalls | null = null;
  #random: (() => number) | null = null;

  constructor(
    readonly run: Run,
    readonly component: ComponentCode,
    readonly path: FunctionPath,
    readonly udfType: Frame["udfType"],
    readonly depth: number,
    readonly tx: Transaction,
    readonly limits: readonly CallLimits[],
  ) {
    this.namespace = component.component.path;
  }

  get console(): ConsoleCalls {
    return (this.#console ??= new ConsoleCalls(
      (level, messages) => this.run.log.add(level, messages, this.#nowMs()),
      () => this.#nowMs(),
    ));
  }

  random(): number {
    return (this.#random ??= seededRandom())();
  }

  #nowMs(): number {
    return this.run.services.clock.nowMs();
  }
}

/** Begins one function of a run. */
export function startFrame(
  run: Run,
  component: ComponentCode,
  path: FunctionPath,
  udfType: Frame["udfType"],
  depth: number,
  tx: Transaction,
  limits: readonly CallLimits[] = [],
): Frame {
  return new StartedFrame(run, component, path, udfType, depth, tx, limits);
}
