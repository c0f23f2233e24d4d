/**
 * An error the caller can act on: bad arguments, an unknown id, an exceeded limit. Inside a function it becomes a
 * catchable `Error` with this message; over HTTP it becomes `{code, message}` with `status`.
 * Codes and texts follow Convex's (docs: convex-facts b.1, d, e, f).
 */
export class DeveloperError extends Error {
  override readonly name = "DeveloperError";
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status when the error leaves through the HTTP API. */
    readonly status: 400 | 401 | 403 | 404 | 408 | 409 | 413 | 429 | 503 = 400,
    /** Convex-encoded JSON text; makes it a ConvexError with this data inside a function. */
    readonly data?: string,
  ) {
    super(message);
  }
}

/** Turns anything thrown into an Error, so that `.message` is always there. */
export function coerceError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
