import { HOUR_MS } from "../../lib/time";
import type { ErrorClass, Failure } from "../schema";

// Codes of Twilio Messaging, in answers and status callbacks alike (providers.md 8.3 and 13.9). Twilio announces that
// texts change: only codes are looked at.

const CODES: Record<ErrorClass, readonly number[]> = {
  invalid_address: [21211, 21214, 21217, 21265, 21614, 30005, 30006, 63003, 63024],
  opted_out: [21610, 63033],
  config: [
    20003, 20404, 21212, 21408, 21603, 21606, 21608, 21612, 21655, 21656, 21659, 21660, 21701, 21703, 30002, 30024,
    30032, 30034, 30035, 63005, 63007, 63013, 63027, 63028, 63029, 63040, 63041, 63042,
  ],
  permanent: [21602, 21617, 21619, 21620, 30004, 30007, 63012, 63019, 63032],
  rate_limited: [14107, 20429, 21611, 30001, 30022, 63018, 63049],
  transient: [20500, 20503, 30003, 30008, 30009, 30010, 30017, 30036, 30410, 30500, 63010, 63030],
  window_closed: [63016],
};

const CLASS_OF = new Map(
  (Object.entries(CODES) as [ErrorClass, readonly number[]][]).flatMap(([errorClass, codes]) =>
    codes.map((code) => [code, errorClass] as const),
  ),
);

/** A switched-off handset is on again in hours, and Meta's marketing cap lasts a day; Twilio names no pause. */
const PAUSE_MS: Record<number, number> = { 30003: 2 * HOUR_MS, 63049: 24 * HOUR_MS };

/** The class of a code, or undefined for one nobody listed. */
export function classOfTwilioCode(code: number | undefined): ErrorClass | undefined {
  return code === undefined ? undefined : CLASS_OF.get(code);
}

/** The failure a status callback names. Without a code, or with one nobody listed, it is final: the carrier said no. */
export function twilioFailure(code: number | undefined, reason: string | undefined): Failure {
  const retryAfterMs = code === undefined ? undefined : PAUSE_MS[code];
  return {
    class: classOfTwilioCode(code) ?? "permanent",
    ...(code === undefined ? {} : { code: String(code) }),
    reason: reason || (code === undefined ? "Twilio gave no reason." : `Twilio error ${code}.`),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
