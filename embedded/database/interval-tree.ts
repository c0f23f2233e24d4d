import type { KeyBytes } from "../value/key.ts";

interface Node<T> {
  readonly lo: KeyBytes;
  readonly hi: KeyBytes;
  /** Everything registered for exactly this interval. */
  readonly items: Set<T>;
  readonly priority: number;
  /** Greatest `hi` in this subtree: lets a search skip subtrees that end before the key. */
  maxHi: KeyBytes;
  left: Node<T> | null;
  right: Node<T> | null;
}

/**
 * Half-open key intervals, each with its items; finds the items whose interval contains a key in O(log n + found).
 * A treap (random priorities keep it balanced) ordered by start, then end.
 */
export class IntervalTree<T> {
  #root: Node<T> | null = null;
  #seed = 0x9e3779b9;

  get isEmpty(): boolean {
    return this.#root === null;
  }

  add(lo: KeyBytes, hi: KeyBytes, item: T): void {
    const existing = this.#find(lo, hi);
    if (existing !== null) {
      existing.items.add(item);
      return;
    }
    const node: Node<T> = {
      lo, hi, items: new Set([item]), priority: this.#random(), maxHi: hi, left: null, right: null,
    }; // prettier-ignore
    const [before, after] = split(this.#root, lo, hi);
    this.#root = merge(merge(before, node), after);
  }

  delete(lo: KeyBytes, hi: KeyBytes, item: T): void {
    const existing = this.#find(lo, hi);
    if (existing === null || !existing.items.delete(item) || existing.items.size > 0) return;
    this.#root = remove(this.#root, lo, hi);
  }

  /** Calls `visit` with every item of every interval with lo <= key < hi. */
  stab(key: KeyBytes, visit: (item: T) => void): void {
    stab(this.#root, key, visit);
  }

  #find(lo: KeyBytes, hi: KeyBytes): Node<T> | null {
    let node = this.#root;
    while (node !== null) {
      const order = compare(lo, hi, node);
      if (order === 0) return node;
      node = order < 0 ? node.left : node.right;
    }
    return null;
  }

  // xorshift32: balance needs no better randomness, and a fixed seed keeps runs repeatable.
  #random(): number {
    this.#seed ^= this.#seed << 13;
    this.#seed ^= this.#seed >>> 17;
    this.#seed ^= this.#seed << 5;
    return this.#seed >>> 0;
  }
}

function compare<T>(lo: KeyBytes, hi: KeyBytes, node: Node<T>): number {
  if (lo !== node.lo) return lo < node.lo ? -1 : 1;
  return hi === node.hi ? 0 : hi < node.hi ? -1 : 1;
}

function update<T>(node: Node<T>): Node<T> {
  let maxHi = node.hi;
  if (node.left !== null && node.left.maxHi > maxHi) maxHi = node.left.maxHi;
  if (node.right !== null && node.right.maxHi > maxHi) maxHi = node.right.maxHi;
  node.maxHi = maxHi;
  return node;
}

/** Cuts into the nodes before (lo, hi) and those after; no node equals it. */
function split<T>(node: Node<T> | null, lo: KeyBytes, hi: KeyBytes): [Node<T> | null, Node<T> | null] {
  if (node === null) return [null, null];
  if (compare(lo, hi, node) < 0) {
    const [before, after] = split(node.left, lo, hi);
    node.left = after;
    return [before, update(node)];
  }
  const [before, after] = split(node.right, lo, hi);
  node.right = before;
  return [update(node), after];
}

function merge<T>(a: Node<T> | null, b: Node<T> | null): Node<T> | null {
  if (a === null) return b;
  if (b === null) return a;
  if (a.priority > b.priority) {
    a.right = merge(a.right, b);
    return update(a);
  }
  b.left = merge(a, b.left);
  return update(b);
}

function remove<T>(node: Node<T> | null, lo: KeyBytes, hi: KeyBytes): Node<T> | null {
  if (node === null) return null;
  const order = compare(lo, hi, node);
  if (order === 0) return merge(node.left, node.right);
  if (order < 0) node.left = remove(node.left, lo, hi);
  else node.right = remove(node.right, lo, hi);
  return update(node);
}

function stab<T>(node: Node<T> | null, key: KeyBytes, visit: (item: T) => void): void {
  if (node === null || node.maxHi <= key) return;
  stab(node.left, key, visit);
  if (node.lo > key) return;
  if (key < node.hi) for (const item of node.items) visit(item);
  stab(node.right, key, visit);
}
