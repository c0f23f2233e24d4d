import { asAppError } from "../lib/errors";
import type { FieldProblem } from "./messages/input";

/** A call of the REST API as its operation sees it. */
export type ApiRequest = {
  /** Named parts of the path, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The raw text: the signature covered exactly this. */
  body: string;
  /** Header Idempotency-Key, or the id of a signed delivery. */
  idempotencyKey?: string;
  /** The caller signed instead of presenting the key: it sends webhooks and cannot mend what it sent. */
  isSigned: boolean;
};

/** HTTP statuses of our stable codes (docs/api.md). */
const STATUS: Record<string, number> = {
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  invalid: 422,
  rate_limited: 429,
  unavailable: 503,
};

const MS_PER_SECOND = 1_000;

/** The HTTP status that goes with a code; 500 for one that is not ours. */
export function statusOf(code: string): number {
  return STATUS[code] ?? 500;
}

/** A JSON answer that no cache keeps. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers },
  });
}

/** 422 with every field at fault. */
export function invalidRequest(problems: FieldProblem[]): Response {
  return json(422, { code: "invalid", message: "Some fields are wrong.", field: problems[0]?.field, errors: problems });
}

/** The answer to an AppError; null for anything else, which is a fault of ours and must surface. */
export function errorResponse(thrown: unknown): Response | null {
  const error = asAppError(thrown);
  if (error === null) return null;
  const { code, message, field, retryAfterMs } = error;
  const headers: Record<string, string> =
    retryAfterMs === undefined ? {} : { "Retry-After": String(Math.ceil(retryAfterMs / MS_PER_SECOND)) };
  return json(statusOf(code), { code, message, field }, headers);
}
