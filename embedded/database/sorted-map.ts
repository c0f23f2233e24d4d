import type { KeyBytes } from "../value/key.ts";

/**
 * A map that can also be walked in key order. Keys live in one sorted array: a transaction writes at most 16,000
 * documents, for which moving the tail of an array costs less than any tree.
 */
export class SortedMap<V> {
  readonly #values = new Map<KeyBytes, V>();
  #keys: KeyBytes[] = [];

  get size(): number {
    return this.#keys.length;
  }

  has(key: KeyBytes): boolean {
    return this.#values.has(key);
  }

  get(key: KeyBytes): V | undefined {
    return this.#values.get(key);
  }

  set(key: KeyBytes, value: V): void {
    if (!this.#values.has(key)) {
      const last = this.#keys.at(-1);
      if (last === undefined || last < key) this.#keys.push(key);
      else this.#keys.splice(this.#lowerBound(key), 0, key);
    }
    this.#values.set(key, value);
  }

  delete(key: KeyBytes): void {
    if (this.#values.delete(key)) this.#keys.splice(this.#lowerBound(key), 1);
  }

  /** The least key >= `from` and < `end`. */
  firstIn(from: KeyBytes, end: KeyBytes): KeyBytes | undefined {
    const key = this.#keys[this.#lowerBound(from)];
    return key !== undefined && key < end ? key : undefined;
  }

  /** The greatest key >= `from` and < `end`. */
  lastIn(from: KeyBytes, end: KeyBytes): KeyBytes | undefined {
    const key = this.#keys[this.#lowerBound(end) - 1];
    return key !== undefined && key >= from ? key : undefined;
  }

  #lowerBound(key: KeyBytes): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
