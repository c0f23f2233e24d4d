import type { JSONValue } from "convex/values";
import { DeveloperError } from "../../errors.ts";
import { executeFrame } from "../execute.ts";
import type { FrameOutcome } from "../execute.ts";
import { chain } from "../maybe-promise.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import { functionHandle, resolveTarget } from "../references.ts";
import type { FunctionTarget } from "../references.ts";
import { startFrame } from "../run.ts";
import type { Frame } from "../run.ts";
import { callLimits } from "../transaction-limits.ts";
import type { CallLimits } from "../transaction-limits.ts";
import { ArgumentReader } from "./arguments.ts";
import type { SyscallArgs } from "./arguments.ts";
import type { Syscall } from "./syscall.ts";
import { FunctionFailure } from "./failure.ts";

// Convex-facts f.1.
const MAX_CALL_DEPTH = 8;

const TOO_DEEP = "Cross component call depth limit exceeded. Do you have an infinite loop in your app?";

type CallKind = "query" | "mutation" | "snapshotQuery";

function callKind(frame: Frame, args: SyscallArgs): CallKind {
  const kind = args.udfType;
  if (kind !== "query" && kind !== "mutation" && kind !== "snapshotQuery") {
    throw new DeveloperError("InvalidArgument", `Invalid argument \`udfType\` for \`runUdf\`: ${JSON.stringify(kind)}`);
  }
  if (kind === "mutation" && frame.udfType === "Query") {
    throw new DeveloperError("InvalidCall", "Cannot call a Mutation function from a Query function");
  }
  return kind;
}

function unwrap(outcome: FrameOutcome): string {
  if (outcome.ok) return outcome.value;
  throw new FunctionFailure(outcome.error);
}

/** A callee with its own writes: they are undone when it fails, except for a mere returns-validation failure. */
function runInSubTransaction(frame: Frame, child: Frame, args: JSONValue): MaybePromise<string> {
  const savepoint = frame.tx.savepoint();
  const { afterCommit } = frame.run;
  const effects = afterCommit.length;
  return chain(executeFrame(child, args), (outcome) => {
    if (!outcome.ok && !outcome.kept) {
      frame.tx.rollbackTo(savepoint);
      afterCommit.splice(effects);
    }
    return unwrap(outcome);
  });
}

/** A query on the snapshot the mutation began with: no pending writes, nothing added to the read set. */
function runOnSnapshot(frame: Frame, target: FunctionTarget, args: JSONValue): MaybePromise<string> {
  const { database } = frame.run.services;
  const snapshot = database.begin({ readOnly: true, at: frame.run.tx.beginTs });
  frame.run.snapshots.add(snapshot);
  const child = childFrame(frame, target, "Query", snapshot, null);
  return chain(executeFrame(child, args), (outcome) => {
    frame.run.snapshots.delete(snapshot);
    database.abandon(snapshot);
    return unwrap(outcome);
  });
}

function childFrame(
  frame: Frame,
  target: FunctionTarget,
  udfType: Frame["udfType"],
  tx: Frame["tx"],
  limits: CallLimits | null,
): Frame {
  const component = frame.run.code.components.get(target.component);
  if (component === undefined) throw new DeveloperError("ComponentNotFound", `Component ${target.component} not found`);
  const all = limits === null ? frame.limits : [...frame.limits, limits];
  return startFrame(frame.run, component, target.path, udfType, frame.depth + 1, tx, tx === frame.tx ? all : []);
}

function runUdf(frame: Frame, args: SyscallArgs): MaybePromise<string> {
  const kind = callKind(frame, args);
  if (frame.depth >= MAX_CALL_DEPTH) throw new DeveloperError("MaximumCallDepthExceeded", TOO_DEEP);
  const callArgs = new ArgumentReader(args, "runUdf").value("args");
  const target = resolveTarget(frame.run.code, frame.namespace, args);
  if (kind === "snapshotQuery") return runOnSnapshot(frame, target, callArgs);
  const limits = callLimits(frame.tx, args.transactionLimits);
  const child = childFrame(frame, target, kind === "mutation" ? "Mutation" : "Query", frame.tx, limits);
  return kind === "mutation"
    ? runInSubTransaction(frame, child, callArgs)
    : chain(executeFrame(child, callArgs), unwrap);
}

export const UDF_SYSCALLS: Record<string, Syscall> = {
  "1.0/runUdf": runUdf,
  "1.0/createFunctionHandle": (frame, args) =>
    JSON.stringify(functionHandle(resolveTarget(frame.run.code, frame.namespace, args))),
};
