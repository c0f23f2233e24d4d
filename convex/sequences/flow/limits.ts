import { MINUTE_MS } from "../../lib/time";
import type { FlowNode } from "./schema";

/**
 * When a limit lets somebody pass who gets there at `at`: at once, or with the first stretch of time that has a place.
 * `taken` says how many have one in the stretch that begins at that instant.
 */
export function turnFrom(
  { people, perMinutes }: Extract<FlowNode, { kind: "limit" }>,
  taken: ReadonlyMap<number, number>,
  at: number,
): number {
  const length = perMinutes * MINUTE_MS;
  for (let from = Math.floor(at / length) * length; ; from += length) {
    if ((taken.get(from) ?? 0) < people) return Math.max(from, at);
  }
}
