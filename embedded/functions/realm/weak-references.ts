// Convex shows functions nothing of the garbage collector, so that they do the same each time: references that are
// never lost, registries that never call. Evaluated in whatever realm it is bundled for: import nothing of the host.

function isHoldable(value: unknown): value is WeakKey {
  if (typeof value === "symbol") return Symbol.keyFor(value) === undefined;
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function requireHoldable(value: unknown, what: string): void {
  if (!isHoldable(value)) throw new TypeError(`${what} must be an object`);
}

class WeakRef {
  readonly #target: unknown;

  constructor(target: unknown) {
    requireHoldable(target, "target");
    this.#target = target;
  }

  deref(): unknown {
    return this.#target;
  }

  get [Symbol.toStringTag](): string {
    return "WeakRef";
  }
}

class FinalizationRegistry {
  constructor(cleanUp: unknown) {
    if (typeof cleanUp !== "function") throw new TypeError("cleanup must be callable");
  }

  register(target: unknown, held: unknown, token?: unknown): void {
    requireHoldable(target, "target");
    if (target === held) throw new TypeError("target and holdings must not be same");
    if (token !== undefined) requireHoldable(token, "unregisterToken");
  }

  unregister(token: unknown): boolean {
    requireHoldable(token, "unregisterToken");
    return false;
  }

  get [Symbol.toStringTag](): string {
    return "FinalizationRegistry";
  }
}

/** Gives functions references and registries that know nothing of the garbage collector. */
export function installWeakReferences(globals: object): void {
  for (const value of [WeakRef, FinalizationRegistry]) {
    Object.defineProperty(globals, value.name, { value, writable: true, configurable: true, enumerable: false });
  }
}
