// Convex gives every function globals of its own; ours are used by one function after the other. Evaluated in whatever
// realm it is bundled for: import nothing of the host here.

/** Tells whether functions have left the globals as they were. */
export interface GlobalGuard {
  /** What is there now is as it should be: modules may set globals when they are imported. */
  accept: () => void;
  /**
   * False once one of the globals that code is made of was replaced or removed, one was added in the usual way, or a
   * name was put into every object. Takes less than 1 µs.
   */
  isIntact: () => boolean;
}

type Globals = Record<string, Record<string, unknown> | undefined>;

// Written out, because the engine finds a name that is written out far faster than one from a list.
function languageOf(g: Globals): unknown[] {
  return [
    g.Object,
    g.Array,
    g.Function,
    g.String,
    g.Number,
    g.Boolean,
    g.BigInt,
    g.Symbol,
    g.RegExp,
    g.Date,
    g.Math,
    g.JSON,
    g.Map,
    g.Set,
    g.WeakMap,
    g.WeakSet,
    g.Promise,
    g.Proxy,
    g.Reflect,
    g.Error,
    g.TypeError,
    g.RangeError,
    g.ArrayBuffer,
    g.DataView,
    g.Uint8Array,
    g.Float64Array,
    g.Intl,
    g.parseInt,
    g.parseFloat,
    g.isNaN,
    g.encodeURIComponent,
    g.decodeURIComponent,
    g.Object?.keys,
    g.Object?.entries,
    g.Object?.assign,
    g.Object?.fromEntries,
    g.Object?.defineProperty,
    g.Array?.isArray,
    g.Array?.from,
    g.Promise?.resolve,
    g.Promise?.all,
    g.Promise?.allSettled,
    g.Promise?.race,
    g.Math?.random,
    g.Math?.floor,
    g.JSON?.parse,
    g.JSON?.stringify,
    g.Error?.prepareStackTrace,
    g.Error?.stackTraceLimit,
  ];
}

function servicesOf(g: Globals): unknown[] {
  return [
    g.Convex,
    g.Convex?.syscall,
    g.Convex?.asyncSyscall,
    g.Convex?.jsSyscall,
    g.console,
    g.console?.log,
    g.console?.warn,
    g.console?.error,
    g.crypto,
    g.crypto?.subtle,
    g.crypto?.getRandomValues,
    g.crypto?.randomUUID,
    g.process,
    g.process?.env,
    g.fetch,
    g.setTimeout,
    g.setInterval,
    g.queueMicrotask,
    g.structuredClone,
    g.self,
    g.performance,
    g.navigator,
    g.URL,
    g.URLSearchParams,
    g.Headers,
    g.Request,
    g.Response,
    g.Blob,
    g.FormData,
    g.TextEncoder,
    g.TextDecoder,
    g.ReadableStream,
    g.TransformStream,
    g.AbortController,
    g.AsyncLocalStorage,
    g.Event,
    g.EventTarget,
    g.DOMException,
    g.atob,
    g.btoa,
  ];
}

function isSame(now: readonly unknown[], before: readonly unknown[]): boolean {
  for (let i = 0; i < before.length; i++) if (now[i] !== before[i]) return false;
  return true;
}

/** Names that `for … in` finds in any object, and in any function. */
function inheritedNames(): number {
  let count = 0;
  for (const _ in inheritedNames) count += 1;
  return count;
}

/** Watches `globalThis`, given as `globals`, from now on. */
export function guardGlobals(globals: object): GlobalGuard {
  const all = globals as Globals;
  let language: unknown[] = [];
  let services: unknown[] = [];
  let enumerable = 0;
  let inherited = 0;
  const accept = () => {
    language = languageOf(all);
    services = servicesOf(all);
    enumerable = Object.keys(all).length;
    inherited = inheritedNames();
  };
  accept();
  return {
    accept,
    isIntact: () =>
      isSame(servicesOf(all), services) &&
      isSame(languageOf(all), language) &&
      Object.keys(all).length === enumerable &&
      inheritedNames() === inherited,
  };
}
