import { MINUTE_MS } from "../../lib/time";
import type { FlowNode } from "./schema";

type Limit = Extract<FlowNode, { kind: "limit" }>;

/** Where the stretch of time of a limit begins that `at` lies in. */
export function stretchOf({ perMinutes }: Pick<Limit, "perMinutes">, at: number): number {
  const length = perMinutes * MINUTE_MS;
  return Math.floor(at / length) * length;
}

/**
 * When a limit lets somebody pass who gets there at `at`: at once, or with the first stretch of time that has a place.
 * `taken` says how many have one in the stretch that begins at that instant.
 */
export function turnFrom({ people, perMinutes }: Limit, taken: ReadonlyMap<number, number>, at: number): number {
  const length = perMinutes * MINUTE_MS;
  for (let from = stretchOf({ perMinutes }, at); ; from += length) {
    if ((taken.get(from) ?? 0) < people) return Math.max(from, at);
  }
}
