import type { Frame } from "../run.ts";
import type { FunctionError } from "../types.ts";
import type { SyncSyscall } from "./syscall.ts";

/** Ends the run with a refusal by the system, whatever the function catches. */
function refuse(refusal: FunctionError): SyncSyscall {
  return (frame: Frame) => {
    frame.run.fatal ??= refusal;
    return "null";
  };
}

/**
 * Refusals on request: the reference answers these two operations in every build, and its public client tests call them
 * to see how a client goes on after a conflict or an overload.
 */
export const TRIAL_SYSCALLS: Record<string, SyncSyscall> = {
  throwOcc: refuse({
    code: "OptimisticConcurrencyControlFailure",
    message:
      "Data read or written in this mutation changed while it was being run. Consider reducing the amount of data " +
      "read by using indexed queries with selective index range expressions " +
      "(https://docs.convex.dev/database/indexes/).",
  }),
  throwOverloaded: refuse({ code: "Busy", message: "I'm a bit busy." }),
};
