import type { z } from "zod";
import { asAppError, HTTP_STATUS } from "../lib/errors";

/** A call of the REST API as its operation sees it. */
export type ApiRequest = {
  /** Named parts of the path, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The raw text: the signature covered exactly this. */
  body: string;
  /** Header Idempotency-Key, or the id of a signed delivery. */
  idempotencyKey?: string;
  /** Header If-Match: the change is only meant for this state. */
  ifMatch?: string;
  /** The caller signed instead of presenting the key: it sends webhooks and cannot mend what it sent. */
  isSigned: boolean;
};

/** One field at fault, as a dotted path into the request. */
export type FieldProblem = { field: string; message: string };

const STATUS: Readonly<Record<string, number>> = HTTP_STATUS;

const MS_PER_SECOND = 1_000;

/** The header whose refusal has a status of its own (RFC 9110 13.1.1). */
export const IF_MATCH = "If-Match";
const PRECONDITION_FAILED = 412;

/** The HTTP status that goes with a code; 500 for one that is not ours. */
export function statusOf(code: string): number {
  return STATUS[code] ?? 500;
}

/** A JSON answer that no cache keeps. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  // 204 says all by itself.
  return new Response(status === 204 ? null : JSON.stringify(body), {
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
  const status = field === IF_MATCH ? PRECONDITION_FAILED : statusOf(code);
  return json(status, { code, message, field }, headers);
}

/** What zod found, one line a field, `whole` where it is no single one; the alternatives of a union speak for the one that came nearest. */
export function problemsOf(error: z.ZodError, whole = "body"): FieldProblem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      const nearest = [...issue.errors].sort((a, b) => missing(a) - missing(b) || a.length - b.length)[0] ?? [];
      return nearest.map((inner) => ({
        field: [...path, ...inner.path.map(String)].join("."),
        message: inner.message,
      }));
    }
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ field: [...path, key].join("."), message: "There is no such field." }));
    }
    return [{ field: path.join(".") || whole, message: issue.message }];
  });
}

// An alternative whose own fields were all unknown is not what the caller meant.
const missing = (issues: { code?: string }[]) => issues.filter(({ code }) => code === "unrecognized_keys").length;
