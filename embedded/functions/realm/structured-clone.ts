// Node's own structuredClone makes objects of the main realm, whose Map or Date fail `instanceof` inside a realm; this
// one makes objects of the realm it is evaluated in.

type Globals = Record<string, unknown>;

function refusal(value: unknown): Error {
  const error = new Error(`${String(value)} could not be cloned.`);
  error.name = "DataCloneError";
  return error;
}

function cloneView(view: ArrayBufferView, seen: Map<object, unknown>): unknown {
  const buffer = cloneValue(view.buffer, seen);
  const View = view.constructor as new (buffer: unknown, offset: number, length: number) => unknown;
  const length = view instanceof DataView ? view.byteLength : (view as Uint8Array).length;
  return new View(buffer, view.byteOffset, length);
}

function cloneError(error: Error, seen: Map<object, unknown>): Error {
  const copy = new Error(error.message);
  copy.name = error.name;
  if (error.cause !== undefined) copy.cause = cloneValue(error.cause, seen);
  return copy;
}

function cloneEntries(source: object, copy: Record<string, unknown>, seen: Map<object, unknown>): unknown {
  for (const [key, value] of Object.entries(source)) copy[key] = cloneValue(value, seen);
  return copy;
}

function cloneContainer(source: object, seen: Map<object, unknown>): unknown {
  const remember = <T>(copy: T): T => {
    seen.set(source, copy);
    return copy;
  };
  if (Array.isArray(source)) {
    const copy = remember<unknown[]>([]);
    for (const item of source) copy.push(cloneValue(item, seen));
    return copy;
  }
  if (source instanceof Map) {
    const copy = remember(new Map<unknown, unknown>());
    for (const [key, value] of source) copy.set(cloneValue(key, seen), cloneValue(value, seen));
    return copy;
  }
  if (source instanceof Set) {
    const copy = remember(new Set<unknown>());
    for (const value of source) copy.add(cloneValue(value, seen));
    return copy;
  }
  if (source instanceof Date) return remember(new Date(source.getTime()));
  if (source instanceof RegExp) return remember(new RegExp(source.source, source.flags));
  if (source instanceof ArrayBuffer) return remember(source.slice(0));
  if (ArrayBuffer.isView(source)) return remember(cloneView(source, seen));
  if (source instanceof Error) return remember(cloneError(source, seen));
  return cloneEntries(source, remember<Record<string, unknown>>({}), seen);
}

function cloneValue(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw refusal(value);
  if (typeof value !== "object" || value === null) return value;
  return seen.has(value) ? seen.get(value) : cloneContainer(value, seen);
}

function clone(value: unknown, options?: { transfer?: unknown[] }): unknown {
  if (options?.transfer !== undefined && options.transfer.length > 0) {
    throw new Error("structuredClone with transfer not supported");
  }
  return cloneValue(value, new Map());
}

/** Defines `structuredClone` for the types a function can hold. */
export function installStructuredClone(globals: Globals): void {
  Object.defineProperty(globals, "structuredClone", {
    value: clone,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
