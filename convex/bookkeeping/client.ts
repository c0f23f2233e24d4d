import { parseJson } from "../lib/json";
import type { CallResult } from "./schema";
import { errorIn } from "./sevdesk";

/** One call's answer; `status` null: there was none. */
export type SevdeskAnswer =
  { ok: true; answer: unknown } | { ok: false; status: number | null; message: string; retryAfterMs?: number };

const FIRST_REFUSAL = 300;

/** Reads what came of a call. A redirect is no success: nobody follows it. Pure. */
export function readAnswer(result: CallResult): SevdeskAnswer {
  if (result.kind === "none") return { ok: false, status: null, message: result.reason };
  const { status, text, retryAfterMs } = result;
  const answer = parseJson(text); // Undefined for an error page: its status says enough.
  if (status < FIRST_REFUSAL) return { ok: true, answer };
  return { ok: false, status, message: errorIn(answer), retryAfterMs };
}
