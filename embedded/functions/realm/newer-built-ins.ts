// Convex's runtime has a newer V8 than the oldest Node.js this backend runs on. What the language has gained since is
// added here, where it is missing. Evaluated in whatever realm it is bundled for: import nothing of the host here.

type Methods = Record<string, (this: never, ...args: never[]) => unknown>;

interface SetLike {
  size: number;
  has(value: unknown): boolean;
  keys(): Iterator<unknown>;
}

function addMissing(target: object, methods: Methods): void {
  for (const [name, value] of Object.entries(methods)) {
    if (name in target) continue;
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }
}

function* keysOf(other: SetLike): Generator {
  const keys = other.keys();
  for (let next = keys.next(); next.done !== true; next = keys.next()) yield next.value;
}

const setMethods: Methods = {
  union(this: Set<unknown>, other: SetLike) {
    return new Set([...this, ...keysOf(other)]);
  },
  intersection(this: Set<unknown>, other: SetLike) {
    return this.size <= other.size
      ? new Set([...this].filter((value) => other.has(value)))
      : new Set([...keysOf(other)].filter((value) => this.has(value)));
  },
  difference(this: Set<unknown>, other: SetLike) {
    return new Set([...this].filter((value) => !other.has(value)));
  },
  symmetricDifference(this: Set<unknown>, other: SetLike) {
    const result = new Set(this);
    for (const value of keysOf(other)) {
      if (this.has(value)) result.delete(value);
      else result.add(value);
    }
    return result;
  },
  isSubsetOf(this: Set<unknown>, other: SetLike) {
    return this.size <= other.size && [...this].every((value) => other.has(value));
  },
  isSupersetOf(this: Set<unknown>, other: SetLike) {
    return this.size >= other.size && [...keysOf(other)].every((value) => this.has(value));
  },
  isDisjointFrom(this: Set<unknown>, other: SetLike) {
    return this.size <= other.size
      ? ![...this].some((value) => other.has(value))
      : ![...keysOf(other)].some((value) => this.has(value));
  },
};

function groups<K>(items: Iterable<unknown>, keyOf: (item: unknown, index: number) => K): Map<K, unknown[]> {
  const result = new Map<K, unknown[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++);
    const group = result.get(key);
    if (group === undefined) result.set(key, [item]);
    else group.push(item);
  }
  return result;
}

function groupIntoObject(items: Iterable<unknown>, keyOf: (item: unknown, index: number) => PropertyKey): object {
  const keyed = groups(items, (item, index) => {
    const key: unknown = keyOf(item, index);
    return typeof key === "symbol" ? key : String(key);
  });
  return Object.assign(Object.create(null) as object, Object.fromEntries(keyed));
}

function withResolvers(this: PromiseConstructor): object {
  let resolve: unknown;
  let reject: unknown;
  const promise = new this((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

type Start = (...args: unknown[]) => unknown;

function tryPromise(this: PromiseConstructor, start: Start, ...args: unknown[]): Promise<unknown> {
  return new this((resolve) => resolve(start(...args)));
}

async function arrayFromAsync(
  items: AsyncIterable<unknown> | Iterable<unknown> | ArrayLike<unknown>,
  map?: (item: unknown, index: number) => unknown,
): Promise<unknown[]> {
  const result: unknown[] = [];
  const isIterable = Symbol.asyncIterator in items || Symbol.iterator in items;
  for await (const item of isIterable ? items : Array.from(items)) {
    result.push(map === undefined ? item : await map(item, result.length));
  }
  return result;
}

type Step<T> = (value: unknown, index: number) => T;

function checkCount(count: number): number {
  const whole = Math.trunc(Number(count));
  if (!(whole >= 0)) throw new RangeError(`${String(count)} must be positive`);
  return whole;
}

function* mapped(source: Iterable<unknown>, step: Step<unknown>): Generator {
  let index = 0;
  for (const value of source) yield step(value, index++);
}

function* filtered(source: Iterable<unknown>, step: Step<unknown>): Generator {
  let index = 0;
  for (const value of source) if (step(value, index++)) yield value;
}

function* taken(source: Iterable<unknown>, count: number): Generator {
  let left = count;
  if (left === 0) return;
  for (const value of source) {
    yield value;
    left -= 1;
    if (left === 0) return;
  }
}

function* dropped(source: Iterable<unknown>, count: number): Generator {
  let left = count;
  for (const value of source) {
    if (left > 0) left -= 1;
    else yield value;
  }
}

function* flatMapped(source: Iterable<unknown>, step: Step<Iterable<unknown>>): Generator {
  let index = 0;
  for (const value of source) yield* step(value, index++);
}

function reduced(
  source: Iterable<unknown>,
  step: (sum: unknown, value: unknown, index: number) => unknown,
  start: unknown[],
) {
  let isStarted = start.length > 0;
  let sum = start[0];
  let index = 0;
  for (const value of source) {
    sum = isStarted ? step(sum, value, index) : value;
    isStarted = true;
    index += 1;
  }
  if (!isStarted) throw new TypeError("Reduce of a done iterator with no initial value");
  return sum;
}

const iteratorMethods: Methods = {
  map(this: Iterable<unknown>, step: Step<unknown>) {
    return mapped(this, step);
  },
  filter(this: Iterable<unknown>, step: Step<unknown>) {
    return filtered(this, step);
  },
  take(this: Iterable<unknown>, count: number) {
    return taken(this, checkCount(count));
  },
  drop(this: Iterable<unknown>, count: number) {
    return dropped(this, checkCount(count));
  },
  flatMap(this: Iterable<unknown>, step: Step<Iterable<unknown>>) {
    return flatMapped(this, step);
  },
  reduce(this: Iterable<unknown>, step: Parameters<typeof reduced>[1], ...start: unknown[]) {
    return reduced(this, step, start);
  },
  toArray(this: Iterable<unknown>) {
    return [...this];
  },
  forEach(this: Iterable<unknown>, step: Step<void>) {
    let index = 0;
    for (const value of this) step(value, index++);
  },
  some(this: Iterable<unknown>, step: Step<unknown>) {
    for (const _ of filtered(this, step)) return true;
    return false;
  },
  every(this: Iterable<unknown>, step: Step<unknown>) {
    for (const _ of filtered(this, (value, index) => !step(value, index))) return false;
    return true;
  },
  find(this: Iterable<unknown>, step: Step<unknown>) {
    for (const value of filtered(this, step)) return value;
    return undefined;
  },
};

function addIteratorHelpers(globals: object): void {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;
  addMissing(prototype, iteratorMethods);
  if ("Iterator" in globals) return;
  function Iterator(this: object): void {
    if (new.target === undefined || new.target === Iterator)
      throw new TypeError("Abstract class Iterator not directly constructable");
  }
  Iterator.prototype = prototype;
  Iterator.from = (source: Iterable<unknown>) => mapped(source, (value) => value);
  Object.defineProperty(globals, "Iterator", {
    value: Iterator,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

/** Adds to the built-in classes of the realm it is evaluated in what Convex's newer V8 has. */
export function installNewerBuiltIns(globals: object): void {
  addMissing(Set.prototype, setMethods);
  addMissing(Object, { groupBy: groupIntoObject });
  addMissing(Map, { groupBy: groups });
  addMissing(Promise, { withResolvers, try: tryPromise });
  addMissing(Array, { fromAsync: arrayFromAsync });
  addIteratorHelpers(globals);
}
