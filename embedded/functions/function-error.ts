import { inspect } from "node:util";
import { DeveloperError } from "../errors.ts";
import type { FunctionError } from "./types.ts";

const CONVEX_ERROR = Symbol.for("ConvexError");

/** Frames of errors whose `.stack` was formatted by a realm: the `    at …` lines. */
export type FramesOf = (error: object) => string | undefined;

function header(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  const { name, message } = thrown as { name?: unknown; message?: unknown };
  if (typeof message !== "string") return inspect(thrown);
  const title = typeof name === "string" && name !== "" && !(thrown instanceof DeveloperError) ? name : "Error";
  return message === "" ? title : `${title}: ${message}`;
}

/** True for what user code threw as `ConvexError`, whichever realm its class is from. */
function isConvexError(thrown: unknown): thrown is { data?: unknown } {
  return typeof thrown === "object" && thrown !== null && CONVEX_ERROR in thrown;
}

/**
 * What leaves a function for something it threw: `Uncaught Name: message`, the author's frames, and a ConvexError's
 * data, which the client library has already turned into JSON text (convex-facts a.10, d.1).
 */
export function describeThrown(thrown: unknown, framesOf: FramesOf): FunctionError {
  let frames: string | undefined;
  if (typeof thrown === "object" && thrown !== null) {
    // Reading the stack makes V8 format it, which is when the frames become known.
    void (thrown as { stack?: unknown }).stack;
    frames = framesOf(thrown);
  }
  const text = `Uncaught ${header(thrown)}`;
  const message = frames === undefined ? text : `${text}\n${frames}`;
  if (!isConvexError(thrown)) return { message };
  return { message, data: typeof thrown.data === "string" ? thrown.data : "null" };
}
