import { DAY_MS } from "./time";

const SECOND_MS = 1_000;

/** However long a server asks for, it is asked again within a day. */
const LONGEST_WAIT_MS = DAY_MS;

/** What a Retry-After header asks for (RFC 9110 10.2.3: seconds or a date), in ms from `now`; absent or odd → undefined. */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header === "") return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * SECOND_MS : Date.parse(header) - now;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : undefined;
}
