import { HOUR_MS } from "../../lib/time";
import type { ErrorClass, Failure } from "../schema";
import { asNumber, asObject, asText } from "../../lib/json";

// Codes of Meta's Cloud API, in answers and in `failed` statuses alike (providers.md 13.6). Titles change, codes do not.

const CODES: Record<ErrorClass, readonly number[]> = {
  config: [
    0, 3, 10, 190, 368, 130497, 131030, 131031, 131037, 131042, 131045, 131048, 132015, 132016, 132068, 132069, 133010,
    134011,
  ],
  rate_limited: [4, 80007, 130429, 131049, 131056, 133016],
  transient: [1, 2, 131000, 131016, 131052, 131057, 133004],
  permanent: [
    33, 100, 130472, 131008, 131009, 131021, 131051, 131053, 131062, 132000, 132001, 132005, 132007, 132012, 132018,
    135000,
  ],
  invalid_address: [131026],
  window_closed: [131047],
  opted_out: [131050],
};

const CLASS_OF = new Map(
  (Object.entries(CODES) as [ErrorClass, readonly number[]][]).flatMap(([errorClass, codes]) =>
    codes.map((code) => [code, errorClass] as const),
  ),
);

/** Missing leave: the whole range means the token may not do this. */
const PERMISSION_CODES = { first: 200, last: 299 } as const;

/** "Healthy ecosystem" cap and pair rate: the provider wants a certain pause but sends no Retry-After. */
const PAUSE_MS: Record<number, number> = { 131049: 24 * HOUR_MS, 131056: 6_000 };

/**
 * The failure in an `error` object of an answer or an element of `errors` in a status. `fallback` is the class of a
 * code nobody listed, from the HTTP status where there is one.
 */
export function metaFailure(error: unknown, fallback: ErrorClass): Failure {
  const fields = asObject(error);
  const code = asNumber(fields.code);
  const details = asText(asObject(fields.error_data).details);
  const reason = details ?? asText(fields.message) ?? asText(fields.title) ?? "Meta gave no reason.";
  const retryAfterMs = code === undefined ? undefined : PAUSE_MS[code];
  return {
    class: classOf(code) ?? (fields.is_transient === true ? "transient" : fallback),
    ...(code === undefined ? {} : { code: String(code) }),
    reason,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function classOf(code: number | undefined): ErrorClass | undefined {
  if (code === undefined) return undefined;
  if (code >= PERMISSION_CODES.first && code <= PERMISSION_CODES.last) return "config";
  return CLASS_OF.get(code);
}

/** Why Meta refused or stopped a template (providers.md 13.3); it writes "NONE" where there is no reason. */
export function templateReason(reason: unknown): { reason?: string } {
  const text = asText(reason)?.trim() ?? "";
  return text === "" || text.toUpperCase() === "NONE" ? {} : { reason: text };
}
