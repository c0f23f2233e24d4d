import { createHash } from "node:crypto";
import { DeveloperError } from "../errors.ts";
import { randomRequestId } from "../functions/request-id.ts";
import type { QueryOutcome } from "../functions/types.ts";
import type { QueryRun } from "./client-view.ts";
import { clientErrorMessage, clientLogLines } from "./server-messages.ts";

// One result is shared by all subscribers of an equal query, in outcomes of their own; it is hashed once.
const runsByResult = new WeakMap<QueryOutcome["result"], QueryRun>();

/**
 * What clients are told about an outcome. Throws DeveloperError for a refusal by the system, which is never shown as
 * a failed query (convex-facts a.10): the connection ends and the client tries again.
 */
export function queryRunOf(outcome: QueryOutcome): QueryRun {
  const known = runsByResult.get(outcome.result);
  if (known !== undefined) return known;
  const run = makeRun(outcome);
  runsByResult.set(outcome.result, run);
  return run;
}

function makeRun(outcome: QueryOutcome): QueryRun {
  const { result, journal } = outcome;
  const logLines = clientLogLines(outcome.logLines);
  if (result.ok) {
    return {
      fingerprint: fingerprint("value", result.value, logLines),
      journal,
      modification: (queryId) => ({ type: "QueryUpdated", queryId, value: result.value, logLines, journal }),
    };
  }
  const { message, data, code } = result.error;
  if (code !== undefined) throw new DeveloperError(code, message, 503);
  return {
    fingerprint: fingerprint("error", `${message}\0${data ?? ""}`, logLines),
    journal,
    modification: (queryId) => ({
      type: "QueryFailed",
      queryId,
      errorMessage: clientErrorMessage(randomRequestId(), message),
      ...(data === undefined ? {} : { errorData: data }),
      logLines,
      journal,
    }),
  };
}

function fingerprint(kind: "value" | "error", text: string, logLines: readonly string[]): string {
  return createHash("sha1")
    .update(`${kind}\0${text}\0${logLines.join("\0")}`)
    .digest("base64");
}

/** The id in logs and errors of a client's mutation or action (convex-facts a.5). */
export function sessionRequestId(sessionId: string, requestId: number): string {
  return createHash("sha256").update(`${sessionId}|${requestId}`).digest("hex").slice(0, 16);
}
