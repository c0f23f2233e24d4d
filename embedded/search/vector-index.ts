import type { StoredDoc } from "../database/stored-doc.ts";
import type { TableJson } from "../database/types.ts";
import { fieldAt } from "../value/document.ts";
import { encodeValueKey, type KeyBytes } from "../value/key.ts";

export type VectorDefinition = NonNullable<TableJson["vectorIndexes"]>[number];

/** A filter on one of the index's filter fields: the field's position and the value's sort key. */
export interface VectorCondition {
  position: number;
  key: KeyBytes;
}

export interface VectorHit {
  _id: string;
  /** Cosine similarity, from -1 to 1. */
  _score: number;
}

interface Entry {
  /** Of length one (all zeros if the vector is): a dot product is then the cosine. */
  unit: Float32Array;
  filterKeys: readonly KeyBytes[];
}

interface Scored extends VectorHit {
  entry: Entry;
}

// Between two looks at the clock; a vector has up to 4,096 numbers, so that is well below a millisecond.
const ENTRIES_PER_LOOK = 64;

/** The vectors of one index, in memory. Every search looks at all of them: results are exact (convex-facts d.10). */
export class VectorIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #vectorPath: readonly string[];
  readonly #filterPaths: readonly (readonly string[])[];

  constructor(readonly definition: VectorDefinition) {
    this.#vectorPath = definition.vectorField.split(".");
    this.#filterPaths = definition.filterFields.map((field) => field.split("."));
  }

  /** Takes the document as it is now. Without a vector of the right length it is not in the index. */
  put(doc: StoredDoc): void {
    const vector = fieldAt(doc.value, this.#vectorPath);
    if (!isVector(vector, this.definition.dimensions)) this.#entries.delete(doc.id);
    else {
      const filterKeys = this.#filterPaths.map((path) => encodeValueKey(fieldAt(doc.value, path)));
      this.#entries.set(doc.id, { unit: toUnit(vector), filterKeys });
    }
  }

  delete(id: string): void {
    this.#entries.delete(id);
  }

  /**
   * The `limit` nearest documents that meet any of the conditions (all documents when there are none), best first, ties
   * by id. Awaits `pause` whenever `mayGoOn` says no; what is deleted or changed meanwhile is left out.
   */
  async search(
    vector: readonly number[],
    conditions: readonly VectorCondition[],
    limit: number,
    budget: { mayGoOn(): boolean; pause(): Promise<void> },
  ): Promise<VectorHit[]> {
    const wanted = toUnit(vector);
    const best: Scored[] = [];
    let looked = 0;
    for (const [id, entry] of this.#entries) {
      if (++looked % ENTRIES_PER_LOOK === 0 && !budget.mayGoOn()) await budget.pause();
      const matches =
        conditions.length === 0 || conditions.some(({ position, key }) => entry.filterKeys[position] === key);
      if (matches) keepBest(best, { _id: id, _score: dot(wanted, entry.unit), entry }, limit);
    }
    return best
      .filter(({ _id, entry }) => this.#entries.get(_id) === entry)
      .map(({ _id, _score }) => ({ _id, _score }));
  }
}

function isVector(value: unknown, dimensions: number): value is number[] {
  return Array.isArray(value) && value.length === dimensions && value.every((number) => typeof number === "number");
}

function toUnit(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (number) => (length === 0 ? 0 : number / length));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  // Rounding may carry the product of two units a hair out of range.
  return Math.max(-1, Math.min(1, sum));
}

/** Inserts into a list sorted best first, of at most `limit` hits. */
function keepBest(best: Scored[], hit: Scored, limit: number): void {
  const last = best.at(-1);
  if (best.length === limit && last !== undefined && !comesFirst(hit, last)) return;
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = best[middle];
    if (other !== undefined && comesFirst(other, hit)) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, hit);
  if (best.length > limit) best.pop();
}

function comesFirst(a: VectorHit, b: VectorHit): boolean {
  return a._score > b._score || (a._score === b._score && a._id < b._id);
}
