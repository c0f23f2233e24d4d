import type { JSONValue } from "convex/values";
import { DeveloperError, coerceError } from "../errors.ts";
import type { ConsoleMethod } from "./console-calls.ts";
import { describeThrown } from "./function-error.ts";
import { canonicalPath } from "./function-path.ts";
import { attempt, chain } from "./maybe-promise.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { findFunction } from "./modules/deployed-code.ts";
import type { AnalyzedFunction } from "./modules/deployed-code.ts";
import type { Invocation, Realm, RealmRun } from "./realm/realm.ts";
import { rejectionsSoFar } from "./realm/unhandled-rejections.ts";
import { checkBudget } from "./run.ts";
import type { Frame } from "./run.ts";
import type { FunctionError } from "./types.ts";
import { TIMED_OUT } from "./time-budget.ts";
import { checkArguments, checkReturn } from "./values-check.ts";

/** `kept` with a failure: the value did not fit the returns validator, the writes stand (convex-facts d.6). */
export type FrameOutcome = { ok: true; value: string } | { ok: false; error: FunctionError; kept: boolean };

/** Finds the function a frame is to run. Throws DeveloperError with the texts of convex-facts d.1. */
function requireFunction(frame: Frame): AnalyzedFunction {
  const { modulePath, exportName } = frame.path;
  if (modulePath.startsWith("_deps/")) {
    throw new DeveloperError(
      "InvalidFunctionPath",
      `Refusing to run ${canonicalPath(frame.path)} within the '_deps' directory`,
    );
  }
  if (!frame.component.modules.has(modulePath)) {
    throw new DeveloperError("ModuleNotFound", `Couldn't find JavaScript module '${modulePath}'`);
  }
  const found = findFunction(frame.component, frame.path);
  if (found === null) {
    throw new DeveloperError("FunctionNotFound", `Couldn't find "${exportName}" in module "${modulePath}"`);
  }
  if (found.udfType !== frame.udfType) {
    throw new DeveloperError(
      "WrongFunctionType",
      `Trying to execute ${canonicalPath(frame.path)} as ${frame.udfType}, but it is defined as ${found.udfType}.`,
    );
  }
  return found;
}

/** What a frame gives its realm. A class, because every run makes one. */
class FrameRealmRun implements RealmRun {
  constructor(private readonly frame: Frame) {}

  random(): number {
    return this.frame.random();
  }

  syscall(op: string, args: string) {
    return this.frame.run.services.syscalls.sync(this.frame, op, args);
  }

  asyncSyscall(op: string, args: string) {
    return this.frame.run.services.syscalls.async(this.frame, op, args);
  }

  hasFailed(): boolean {
    return this.frame.run.fatal !== null;
  }

  jsSyscall(op: string) {
    const { run } = this.frame;
    const message = `Unknown JS syscall: ${op}`;
    run.fatal ??= { message };
    return { message };
  }

  console(method: ConsoleMethod, args: unknown[], stack: () => string): void {
    this.frame.console.call(method, args, stack);
  }

  nowMs(): number {
    this.frame.run.sawClock = true;
    return this.frame.tx.startMs;
  }

  env(name: string): string | undefined {
    checkBudget(this.frame.run);
    return this.frame.run.environment.get(this.frame.namespace, name);
  }

  envNames(): string[] {
    return this.frame.run.environment.names(this.frame.namespace);
  }

  refuse(message: string): void {
    this.frame.run.fatal ??= { message: `Uncaught Error: ${message}` };
  }

  entered(): void {
    this.frame.run.budget.beginStretch();
  }

  left(): void {
    const { run } = this.frame;
    const refusal = run.budget.endStretch();
    if (refusal !== null) run.fatal ??= refusal;
  }

  rejectedUnhandled(reason: unknown): void {
    const { services } = this.frame.run;
    this.frame.rejection ??= describeThrown(reason, (error) => services.realms.framesOf(error));
  }
}

function errorOutcome(frame: Frame, thrown: unknown): FrameOutcome {
  // A refusal of ours was never inside the function, so it is not "Uncaught".
  if (thrown instanceof DeveloperError) return { ok: false, error: { message: thrown.message }, kept: false };
  const framesOf = (error: object) => frame.run.services.realms.framesOf(error);
  return { ok: false, error: describeThrown(thrown, framesOf), kept: false };
}

function invocationOutcome(frame: Frame, found: AnalyzedFunction, invocation: Invocation): FrameOutcome {
  switch (invocation.kind) {
    case "timedOut":
      return { ok: false, error: TIMED_OUT, kept: false };
    case "neverSettled":
      return { ok: false, error: { message: "Returned promise will never resolve" }, kept: false };
    case "threw":
      return errorOutcome(frame, invocation.error);
    case "returned":
      return returnOutcome(frame, found, invocation.value);
  }
}

function returnOutcome(frame: Frame, found: AnalyzedFunction, value: unknown): FrameOutcome {
  const path = canonicalPath(frame.path);
  if (typeof value !== "string") {
    const message = `Function ${path} return value invalid: expected a string of JSON`;
    return { ok: false, error: { message }, kept: false };
  }
  const check = {
    path,
    validator: found.returns,
    tables: (number: number) => frame.tx.tableName(frame.namespace, number),
    kind: "function" as const,
    allowCommitTs: frame.run.kind === "Mutation",
  };
  const mismatch = checkReturn(value, check, (warning) => frame.run.warnings.push(warning), frame.known);
  return mismatch === null ? { ok: true, value } : { ok: false, error: { message: mismatch }, kept: true };
}

/** Imports the function's module and calls the function; to be called inside the realm. */
function callFunction(frame: Frame, realm: Realm, argsJson: string): unknown {
  const { modulePath, exportName } = frame.path;
  const exports = realm.evaluate(modulePath);
  const exported = exports[exportName] as Record<string, (args: string) => unknown> | undefined;
  const method = frame.udfType === "Query" ? "invokeQuery" : "invokeMutation";
  const invoke = exported?.[method];
  if (exported === undefined || invoke === undefined) {
    throw new DeveloperError(
      "FunctionNotFound",
      `Couldn't find "${exportName}" in module "${modulePath}" as a ${frame.udfType}`,
    );
  }
  return invoke.call(exported, argsJson);
}

/** Runs one function with checked arguments in a realm of its component. Never throws for what the function does. */
export function executeFrame(frame: Frame, args: JSONValue): MaybePromise<FrameOutcome> {
  const { run } = frame;
  return attempt<FrameOutcome>(
    () => {
      const found = requireFunction(frame);
      const check = {
        path: canonicalPath(frame.path),
        validator: found.args,
        tables: (number: number) => frame.tx.tableName(frame.namespace, number),
        kind: "function" as const,
        allowCommitTs: frame.depth > 0 && run.kind === "Mutation",
      };
      const checked = checkArguments(args, check, (warning) => run.warnings.push(warning));
      const realm = run.services.realms.acquire(run.code, frame.component);
      realm.attach(new FrameRealmRun(frame));
      const argsJson = JSON.stringify([checked]);
      const rejectionsBefore = rejectionsSoFar();
      const invocation = realm.invoke(() => callFunction(frame, realm, argsJson));
      return chain(invocation, (ended) => {
        for (const stream of frame.streams.values()) stream.close();
        if (ended.kind === "timedOut") run.fatal ??= TIMED_OUT;
        const settle = () => {
          run.services.realms.release(realm);
          if (frame.rejection !== null) return { ok: false, error: frame.rejection, kept: false } as const;
          return invocationOutcome(frame, found, ended);
        };
        // A promise rejected for good shows at the end of this turn.
        const mayHaveRejected = run.sawFailure || rejectionsSoFar() !== rejectionsBefore;
        return mayHaveRejected ? new Promise((resolve) => setImmediate(resolve)).then(settle) : settle();
      });
    },
    (thrown) => {
      if (!(thrown instanceof DeveloperError)) run.internalError ??= coerceError(thrown);
      return errorOutcome(frame, thrown);
    },
  );
}
