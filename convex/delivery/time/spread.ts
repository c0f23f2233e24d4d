import { seededUnit } from "../hash";

/**
 * Where in a period of `periodMs` a message goes, in ms from its beginning (product.md C-14: load spread over a period).
 * Always the same for the same seed, so that a retried enqueue finds its slot again.
 */
export function slotIn(periodMs: number, seed: string): number {
  return periodMs <= 0 ? 0 : Math.floor(seededUnit(seed) * periodMs);
}
