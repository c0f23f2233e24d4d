import { webcrypto } from "node:crypto";
import { posix } from "node:path";
import { Script, constants, createContext } from "node:vm";
import type { Context } from "node:vm";
import { DeveloperError, coerceError } from "../../errors.ts";
import { CONSOLE_METHODS } from "../console-calls.ts";
import type { ConsoleMethod } from "../console-calls.ts";
import type { CodeLoader, ComponentCode } from "../modules/deployed-code.ts";
import type { ModuleFactory } from "../modules/compile.ts";
import { freshModules } from "../modules/module-state.ts";
import { ENTER_FILE_NAME } from "../modules/frames.ts";
import type { FrameMapper } from "../modules/frames.ts";
import { ENTER_GLOBAL, IMPORT_REFUSAL, QUERY_START } from "./protocol.ts";
import type { RealmGlobals, RealmHost, RealmJob, SyscallFailure } from "./protocol.ts";
import { shortDigest } from "../short-digest.ts";
import type { Watchdog } from "./watchdog.ts";
import { webGlobals } from "./web-globals.ts";

/** What one run gives the realm it uses. */
export interface RealmRun {
  syscall(op: string, args: string): string | SyscallFailure;
  /** A promise where the answer takes longer than this turn; null once the run has failed for good. */
  asyncSyscall(op: string, args: string): string | SyscallFailure | Promise<string | SyscallFailure> | null;
  /** The run has failed for good: nothing of it needs to settle any more. */
  hasFailed(): boolean;
  jsSyscall(op: string, args: Record<string, unknown>): SyscallFailure;
  console(method: ConsoleMethod, args: unknown[], stack: () => string): void;
  nowMs(): number;
  random(): number;
  env(name: string): string | undefined;
  envNames(): string[];
  refuse(message: string): void;
  /** An uninterrupted stretch of running begins. */
  entered(): void;
  /** It is over: the event loop gets control back. */
  left(): void;
  /** A promise of the function was rejected and nothing looked at it. */
  rejectedUnhandled(reason: unknown): void;
}

/** How the promise of an invoked function ended. `value` is whatever it resolved to. */
export type Invocation =
  | { kind: "returned"; value: unknown }
  | { kind: "threw"; error: unknown }
  | { kind: "neverSettled" }
  | { kind: "timedOut" };

type Settlement = string | SyscallFailure;

// A promise that only an untracked host object (a Blob, a stream) can settle gets this long once nothing else is
// pending; after it the promise counts as one that never resolves.
const UNTRACKED_GRACE_MS = 100;

// What every synchronous syscall of a failed run answers: enough for the library to go on to its next asynchronous one,
// which never settles. A loop that catches whatever it is told so comes to rest by itself, and one that never waits stays
// outside of the host, where it can be cut off.
const ANSWER_AFTER_FAILURE = '{"queryId":0,"id":null}';

const enterScript = new Script(`${ENTER_GLOBAL}()`, { filename: ENTER_FILE_NAME });

/**
 * A `vm` context with the modules of one component. It belongs to one run at a time; between runs it keeps its
 * evaluated modules. Its microtasks have a queue of their own that is drained on every entry, so a function whose
 * syscalls answer at once is finished when `invoke` returns.
 */
export class Realm {
  readonly code: ComponentCode;
  readonly #loader: CodeLoader;
  readonly #context: Context;
  readonly #exports = new Map<string, { exports: Record<string, unknown> }>();
  readonly #importedEnv = new Map<string, string | undefined>();
  readonly #importTimeMs: number;
  readonly #globals: RealmGlobals;
  readonly #jobs: RealmJob[] = [];
  #run: RealmRun | null = null;
  #importDepth = 0;
  #nextTicket = 1;
  #pending = 0;
  #outcome: Invocation | null = null;
  #wake: (() => void) | null = null;
  #broken = false;
  /** An object of the host has called the function since somebody last looked: something goes on. */
  #wasCalled = false;
  /** A function changed globals. */
  #isAltered = false;

  constructor(
    bootstrap: Script,
    loader: CodeLoader,
    frames: FrameMapper,
    code: ComponentCode,
    /** What the clock says at import (convex-facts d.1). */
    importTimeMs: number,
    frameTexts: WeakMap<object, string>,
    private readonly watchdog: Watchdog,
  ) {
    this.code = code;
    this.#loader = loader;
    this.#importTimeMs = importTimeMs;
    this.#context = createContext(constants.DONT_CONTEXTIFY, {
      microtaskMode: "afterEvaluate",
      codeGeneration: { strings: false, wasm: true },
    });
    const install = bootstrap.runInContext(this.#context) as (globals: Context, host: RealmHost) => RealmGlobals;
    this.#globals = install(this.#context, this.#host(frames, frameTexts));
  }

  /** The realm's own `Promise.prototype`: tells whose an unhandled rejection is. */
  get promisePrototype(): object {
    return (this.#context as unknown as { Promise: PromiseConstructor }).Promise.prototype;
  }

  /** False when something of an earlier run may still go on in it, when its code was cut off or left something behind. */
  get isReusable(): boolean {
    return !this.#broken && !this.#isAltered && this.#pending === 0;
  }

  /** Binds the realm to a run. Modules that read the environment when imported are dropped if it differs now. */
  attach(run: RealmRun): void {
    this.#run = run;
    for (const [name, value] of this.#importedEnv) {
      if (run.env(name) === value) continue;
      this.#exports.clear();
      this.#importedEnv.clear();
      return;
    }
  }

  /** Told of the realm's unhandled rejections at the end of the turn. */
  rejectedUnhandled(reason: unknown): void {
    this.#run?.rejectedUnhandled(reason);
  }

  detach(): void {
    this.#run = null;
    this.#jobs.length = 0;
    for (const path of freshModules(this.code.modules)) this.#exports.delete(path);
  }

  /** The exports of a module, evaluated on first use. Throws DeveloperError `ModuleNotFound`, or what the module throws. */
  evaluate(path: string): Record<string, unknown> {
    const known = this.#exports.get(path);
    if (known !== undefined) return known.exports;
    const compiled = this.code.modules.get(path);
    if (compiled === undefined) throw new DeveloperError("ModuleNotFound", `Couldn't find JavaScript module '${path}'`);
    const module = { exports: {} as Record<string, unknown> };
    this.#exports.set(path, module);
    this.#importDepth += 1;
    const before = this.watchdog.enterFunction();
    try {
      const factory = this.#loader.script(compiled).runInContext(this.#context) as ModuleFactory;
      factory(module.exports, (specifier) => this.#require(path, specifier), module, this.#globals.refuseImport);
    } catch (error) {
      this.#exports.delete(path);
      throw error;
    } finally {
      this.watchdog.leave(before);
      this.#importDepth -= 1;
    }
    if (this.#importDepth === 0) this.#globals.acceptGlobals();
    return module.exports;
  }

  /**
   * Calls `start` inside the realm and follows the promise it returns until it is settled and nothing that it started
   * is pending. What runs too long is cut off; a nested realm's first stretch is part of its caller's.
   */
  invoke(start: () => unknown): Invocation | Promise<Invocation> {
    this.#outcome = null;
    this.#jobs.push({ kind: "invoke", start });
    this.#enter();
    const isOver = this.#outcome !== null || this.#run?.hasFailed() === true;
    if (isOver && this.#pending === 0) return this.#outcome ?? { kind: "neverSettled" };
    return this.#follow();
  }

  async #follow(): Promise<Invocation> {
    let idleSinceMs: number | null = null;
    while (!this.#broken) {
      if (this.#pending > 0) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        idleSinceMs = null;
      } else if (this.#outcome !== null || this.#run?.hasFailed() === true) {
        break;
      } else {
        if (this.#wasCalled) idleSinceMs = null;
        this.#wasCalled = false;
        idleSinceMs ??= performance.now();
        if (performance.now() - idleSinceMs > UNTRACKED_GRACE_MS) break;
        await new Promise<void>((resolve) => setImmediate(resolve));
        this.#jobs.push({ kind: "drain" });
      }
      while (this.#jobs.length > 0 && !this.#broken) this.#enter();
    }
    return this.#outcome ?? { kind: "neverSettled" };
  }

  #enter(): void {
    // A nested function that is called while its caller runs is part of the caller's stretch.
    if (this.watchdog.isInStretch) {
      this.#runJob();
      return;
    }
    this.#run?.entered();
    if (this.watchdog.isWatching) this.#runJob();
    else if (this.watchdog.watch(() => this.#runJob()) === "cutOff") {
      this.#broken = true;
      this.#outcome = { kind: "timedOut" };
    }
    this.#run?.left();
  }

  #runJob(): void {
    const before = this.watchdog.enterFunction();
    try {
      enterScript.runInContext(this.#context);
    } catch (error) {
      this.#broken = true;
      this.#outcome = { kind: "threw", error: coerceError(error) };
    }
    this.watchdog.leave(before);
  }

  /** Runs the backend's own work for the function, which nobody may cut off. */
  #inHost<T>(isFree: boolean, work: () => T): T {
    const before = this.watchdog.enterHost(isFree);
    try {
      return work();
    } finally {
      this.watchdog.leave(before);
    }
  }

  #require(from: string, specifier: string): unknown {
    if (specifier.startsWith("./") || specifier.startsWith("../")) {
      return this.evaluate(posix.join(posix.dirname(from), specifier));
    }
    throw new DeveloperError("ModuleNotFound", `Couldn't find JavaScript module '${specifier}'`);
  }

  #settleLater(settling: Promise<Settlement>): number {
    const ticket = this.#nextTicket++;
    this.#pending += 1;
    void settling.then((answer) => this.#push({ kind: "settle", ticket, answer }));
    return ticket;
  }

  #hostOperation(start: () => Promise<unknown>): number {
    const ticket = this.#nextTicket++;
    this.#pending += 1;
    new Promise((resolve) => resolve(start())).then(
      (value) => this.#push({ kind: "settleValue", ticket, ok: true, value }),
      (value: unknown) => this.#push({ kind: "settleValue", ticket, ok: false, value }),
    );
    return ticket;
  }

  /** Calls a function of the realm's for an object of the host, while the run goes on. */
  #callLater(work: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      // Over: nobody waits for it, and it must not run in another's time.
      if (this.#run === null) return;
      this.#pending += 1;
      this.#push({ kind: "call", work, resolve, reject });
      this.#wasCalled = true;
    });
  }

  #push(job: RealmJob): void {
    this.#pending -= 1;
    this.#jobs.push(job);
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  #ended(outcome: Invocation, intact: boolean): void {
    this.#outcome ??= outcome;
    this.#isAltered ||= !intact;
  }

  #activeRun(): RealmRun | SyscallFailure {
    if (this.#importDepth > 0) {
      return { message: IMPORT_REFUSAL };
    }
    return this.#run ?? { message: "This function has ended; its Convex services can't be used any more." };
  }

  #env(name: string): string | undefined {
    if (this.#run?.hasFailed() === true) return undefined;
    const value = this.#inHost(false, () => this.#run?.env(name));
    if (this.#importDepth > 0) this.#importedEnv.set(name, value);
    return value;
  }

  #host(frames: FrameMapper, frameTexts: WeakMap<object, string>): RealmHost {
    return {
      takeJob: () => this.#jobs.shift() ?? { kind: "drain" },
      finished: (value, intact) => this.#ended({ kind: "returned", value }, intact),
      failed: (error, intact) => this.#ended({ kind: "threw", error }, intact),
      syscall: (op, args) => {
        const run = this.#activeRun();
        if ("message" in run) return run;
        // The rows of a short query come with its start: reading is not the function's time.
        return run.hasFailed() ? ANSWER_AFTER_FAILURE : this.#inHost(op === QUERY_START, () => run.syscall(op, args));
      },
      asyncSyscall: (op, args) => {
        const run = this.#activeRun();
        if ("message" in run) return run;
        if (run.hasFailed()) return null;
        const answer = this.#inHost(true, () => run.asyncSyscall(op, args));
        return answer instanceof Promise ? this.#settleLater(answer) : answer;
      },
      isImporting: () => this.#importDepth > 0,
      jsSyscall: (op, args) => {
        const run = this.#activeRun();
        return "message" in run ? run : run.jsSyscall(op, args);
      },
      hostOperation: (start) => this.#hostOperation(start),
      callBack: (work) => (this.watchdog.isInStretch ? work() : this.#callLater(work)),
      console: (method, args, stack) => this.#run?.console(method, args, stack),
      nowMs: () => (this.#importDepth > 0 ? this.#importTimeMs : (this.#run?.nowMs() ?? this.#importTimeMs)),
      random: () => this.#run?.random() ?? Math.random(),
      env: (name) => this.#env(name),
      envNames: () => this.#inHost(false, () => this.#run?.envNames() ?? []),
      refuse: (message) => this.#run?.refuse(message),
      formatStack: (error, header, sites) => {
        const text = frames.format(sites);
        if (typeof error === "object" && error !== null) frameTexts.set(error, text);
        return `${header}\n${text}`.trimEnd();
      },
      webGlobals: webGlobals(),
      consoleMethods: CONSOLE_METHODS,
      subtle: webcrypto.subtle as SubtleCrypto,
      digest: shortDigest,
      getRandomValues: (array) => webcrypto.getRandomValues(array as unknown as Uint8Array) as unknown as typeof array,
      randomUUID: () => webcrypto.randomUUID(),
    };
  }
}
