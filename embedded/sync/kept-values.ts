import type { StateModification } from "./server-messages.ts";
import { deltaBetween } from "./value-delta.ts";

// Below this, telling what has changed costs more than the value.
const SMALLEST_KEPT_CHARS = 1024;
// A delta that is not far shorter than the value is not worth putting together again.
const MOST_OF_VALUE = 0.5;

/** The last delta: whoever watches the same had the same before, and is told in the same turn. */
let lastDelta: { base: string; next: string; delta: string | null } | null = null;

/** What one client that keeps values has of each of its queries. Both sides change in step, frame by frame. */
export class KeptValues {
  readonly #texts = new Map<number, string>();

  /** The same modifications, their large values to be kept or told as what has changed since the kept one. */
  prepare(modifications: readonly StateModification[]): StateModification[] {
    return modifications.map((modification) => {
      if (modification.type === "QueryFailed") return modification;
      const { queryId } = modification;
      const base = this.#texts.get(queryId);
      if (modification.type === "QueryRemoved") {
        this.#texts.delete(queryId);
        return base === undefined ? modification : { ...modification, isKept: true };
      }
      const { value } = modification;
      // A small one takes no place, and the client may go on with the one it has.
      if (value.length < SMALLEST_KEPT_CHARS) return modification;
      this.#texts.set(queryId, value);
      const delta = base === undefined ? null : sharedDelta(base, value);
      return { ...modification, sentAs: delta === null ? "kept" : { delta } };
    });
  }

  /** Nothing that was told so far is referred to any more. */
  forget(): void {
    this.#texts.clear();
  }
}

function sharedDelta(base: string, next: string): string | null {
  if (lastDelta?.base === base && lastDelta.next === next) return lastDelta.delta;
  if (lastDelta === null) setImmediate(() => void (lastDelta = null));
  const delta = deltaBetween(base, next);
  lastDelta = { base, next, delta: delta.length < next.length * MOST_OF_VALUE ? delta : null };
  return lastDelta.delta;
}
