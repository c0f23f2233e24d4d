import type { ConsoleMethod } from "../console-calls.ts";
import type { CallSiteLike } from "../modules/frames.ts";

/** Starts a query. Where the answer has more than one line, the others are its rows and their end. */
export const QUERY_START = "1.0/queryStream";

/** Why a syscall failed; becomes an Error inside the realm. `data` is ConvexError data as Convex-encoded JSON text. */
export interface SyscallFailure {
  message: string;
  data?: string;
}

/** What the host makes a realm do on entering it; the realm's microtasks are drained before the entry returns. */
export type RealmJob =
  | { kind: "invoke"; start: () => unknown }
  | { kind: "settle"; ticket: number; answer: string | SyscallFailure }
  | { kind: "settleValue"; ticket: number; ok: boolean; value: unknown }
  | { kind: "call"; work: () => unknown; resolve: (value: unknown) => void; reject: (reason: unknown) => void }
  | { kind: "drain" };

/** What the code inside a realm may ask of the host. The functions belong to the host's realm and never throw. */
export interface RealmHost {
  takeJob(): RealmJob;
  /** `intact`: the function has left the globals as they were. */
  finished(value: unknown, intact: boolean): void;
  failed(error: unknown, intact: boolean): void;
  syscall(op: string, args: string): string | SyscallFailure;
  /** A text is the answer, a number a ticket to be settled by a later job; null never settles: the run is over. */
  asyncSyscall(op: string, args: string): string | number | SyscallFailure | null;
  /** Whether a module is being evaluated just now. */
  isImporting(): boolean;
  jsSyscall(op: string, args: Record<string, unknown>): SyscallFailure;
  /** Runs `work` at once within the function's time, else soon and watched. Answers what it answers, or a promise of it. */
  callBack(work: () => unknown): unknown;
  /** Runs an asynchronous host function; its outcome comes back as a `settleValue` job for the returned ticket. */
  hostOperation(start: () => Promise<unknown>): number;
  console(method: ConsoleMethod, args: unknown[], stack: () => string): void;
  /** The run's frozen time, ms. */
  nowMs(): number;
  random(): number;
  env(name: string): string | undefined;
  envNames(): string[];
  /** Ends the run with this text whatever the function catches (convex-facts d.1). */
  refuse(message: string): void;
  /** The text of `.stack`. */
  formatStack(error: unknown, header: string, sites: readonly CallSiteLike[]): string;
  /** Web classes and functions of the host, by global name. */
  webGlobals: Record<string, unknown>;
  consoleMethods: readonly ConsoleMethod[];
  subtle: SubtleCrypto;
  /** The digest of a short text, at once; null for what {@link subtle} is to be asked. */
  digest(algorithm: unknown, data: unknown): ArrayBuffer | null;
  getRandomValues<T extends ArrayBufferView>(array: T): T;
  randomUUID(): string;
}

/** What a module is told that uses Convex's services while it is imported (convex-facts d.1). */
export const IMPORT_REFUSAL =
  "Can't use database at import time. Convex's services can only be used while a function is running.";

/** What the host may do with a realm's globals. */
export interface RealmGlobals {
  /** Throws the realm's own error for `import()`. */
  refuseImport: () => never;
  /** Modules were evaluated: the globals are as they should be. */
  acceptGlobals: () => void;
}

/** Name of the hidden global the host enters a realm by. */
export const ENTER_GLOBAL = "__switchboardEnter";
