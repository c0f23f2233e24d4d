import { ConvexError } from "convex/values";

/** Stable codes the interface and API clients switch on. */
export const ERROR_CODES = [
  "unauthenticated",
  "forbidden",
  "not_found",
  "invalid",
  "conflict",
  "rate_limited",
  "unavailable",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The HTTP status that goes with each code (docs/api.md). */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  invalid: 422,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
};

export type AppError = {
  code: ErrorCode;
  /** One sentence a person can act on. */
  message: string;
  /** The argument at fault, as a dotted path. */
  field?: string;
  /** Milliseconds until a retry makes sense; only with `rate_limited`. */
  retryAfterMs?: number;
};

/** The error every public function throws: data that crosses the wire, never prose to be parsed. */
export function appError(code: ErrorCode, message: string, extra: Omit<AppError, "code" | "message"> = {}) {
  return new ConvexError({ code, message, ...extra } satisfies AppError);
}

/** Reads an AppError out of anything caught, or null. Works in the browser too. */
export function asAppError(thrown: unknown): AppError | null {
  if (!(thrown instanceof ConvexError)) return null;
  const data: unknown = thrown.data;
  if (typeof data !== "object" || data === null || !("code" in data) || !("message" in data)) return null;
  return data as AppError;
}
