import { cancelJob, readJobState, msFromSeconds, scheduleJob } from "../../scheduler/job-store.ts";
import { DeveloperError } from "../../errors.ts";
import { resolveTarget } from "../references.ts";
import type { Frame } from "../run.ts";
import { ArgumentReader } from "./arguments.ts";
import type { SyscallArgs } from "./arguments.ts";
import type { Syscall } from "./syscall.ts";

const SELF_CANCEL_WARNING =
  "A scheduled mutation canceling itself is deprecated and will throw an error in a future version of Convex.";

function requireMutation(frame: Frame): void {
  if (frame.udfType !== "Mutation") {
    throw new DeveloperError("ReadOnlyFunction", "Functions can't be scheduled from a query: queries are read-only.");
  }
}

function schedule(frame: Frame, args: SyscallArgs): string {
  requireMutation(frame);
  const reader = new ArgumentReader(args, "scheduler");
  const { run } = frame;
  const id = scheduleJob(frame.tx, run.code, {
    owner: frame.namespace,
    target: resolveTarget(run.code, frame.namespace, args),
    args: reader.object("args"),
    atMs: msFromSeconds(reader.number("ts")),
    nowMs: frame.tx.startMs,
    isCanceled: wasCanceled(frame),
  });
  return JSON.stringify(id);
}

/** True inside a scheduled function whose job was cancelled while it ran. */
function wasCanceled(frame: Frame): boolean {
  const job = frame.run.call.scheduledJob;
  return job !== null && job !== undefined && readJobState(frame.tx, job.owner, job.id)?.kind === "canceled";
}

function cancel(frame: Frame, args: SyscallArgs): string {
  requireMutation(frame);
  const id = new ArgumentReader(args, "scheduler").string("id");
  const { run } = frame;
  if (run.call.caller === "Scheduler" && id === run.call.scheduledJob?.id) {
    run.log.add("WARN", [SELF_CANCEL_WARNING], run.services.clock.nowMs());
  }
  cancelJob(frame.tx, frame.namespace, id, frame.tx.startMs);
  return "null";
}

export const SCHEDULER_SYSCALLS: Record<string, Syscall> = {
  "1.0/schedule": schedule,
  "1.0/cancel_job": cancel,
};
