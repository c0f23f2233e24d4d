import { DeveloperError } from "../errors.ts";

/** How a failing session leaves: a last message where the client should stop, and the close frame (convex-facts a.8). */
export interface ConnectionEnd {
  fatalError: string | null;
  /** Null closes without a code. */
  code: number | null;
  reason: string;
}

const CLOSE_INTERNAL = 1011;
const CLOSE_TRY_AGAIN = 1013;
const CLOSE_NORMAL = 1000;

// RFC 6455 5.5: a control frame holds 125 bytes, two of them the code.
const LONGEST_REASON_BYTES = 123;

/** Chooses the end for an error. FatalError makes the client stop for good, so it is for deterministic mistakes only. */
export function connectionEnd(error: unknown): ConnectionEnd {
  if (!(error instanceof DeveloperError))
    return { fatalError: null, code: CLOSE_INTERNAL, reason: "InternalServerError" };
  const reason = error.code.slice(0, LONGEST_REASON_BYTES);
  switch (error.status) {
    case 400:
    case 401:
    case 409:
    case 413:
      return { fatalError: error.message, code: null, reason: "" };
    case 403:
      return { fatalError: error.message, code: CLOSE_NORMAL, reason };
    case 404:
    case 408:
      return { fatalError: null, code: CLOSE_NORMAL, reason };
    case 429:
    case 503:
      return { fatalError: null, code: CLOSE_TRY_AGAIN, reason };
  }
}

/** True for a token that was refused; false for trouble that may pass, such as an unreachable key server. */
export function isAuthRefusal(error: unknown): error is DeveloperError {
  return error instanceof DeveloperError && [400, 401, 403].includes(error.status);
}
