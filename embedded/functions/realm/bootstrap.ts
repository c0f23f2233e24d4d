/**
 * Runs inside a fresh `vm` context and makes it Convex's query and mutation runtime (convex-facts d.1). Names such as
 * `Error`, `Date`, `Promise` mean the context's own here. Bundled on its own and evaluated as text: import only types
 * and files without dependencies on the host.
 */
import { installEntries } from "./entries.ts";
import { installDate } from "./frozen-date.ts";
import { guardGlobals } from "./global-guard.ts";
import type { GlobalGuard } from "./global-guard.ts";
import { installGlobalEvents } from "./global-events.ts";
import { watchHostCallbacks } from "./host-callbacks.ts";
import { installNewerBuiltIns } from "./newer-built-ins.ts";
import { installStructuredClone } from "./structured-clone.ts";
import { installWeakReferences } from "./weak-references.ts";
import { ENTER_GLOBAL, QUERY_START } from "./protocol.ts";
import type { RealmGlobals, RealmHost, RealmJob, SyscallFailure } from "./protocol.ts";

type Globals = Record<string, unknown>;
type Ticket = { resolve: (value: unknown) => void; reject: (reason: unknown) => void };

const FETCH_REFUSAL =
  "Can't use fetch() in queries and mutations. Please consider using an action. " +
  "See https://docs.convex.dev/functions/actions for more details.";

// Frames of the host and of nested runs lie between those of a function and the calls that await it.
const STACK_FRAMES = 200;

function define(globals: Globals, name: string, value: unknown): void {
  Object.defineProperty(globals, name, { value, writable: true, configurable: true, enumerable: false });
}

function failure(answer: SyscallFailure): Error {
  const error: Error & { data?: unknown } = new Error(answer.message);
  if (answer.data !== undefined) error.data = JSON.parse(answer.data);
  return error;
}

/** Host classes throw the host's errors; `instanceof` accepts those too. */
function acceptHostInstances(globals: Globals, host: RealmHost): void {
  const ordinary = Function.prototype[Symbol.hasInstance];
  for (const [key, value] of Object.entries(host.webGlobals)) {
    if (!key.startsWith("host:")) continue;
    const own = globals[key.slice("host:".length)] as new () => unknown;
    const foreign = value as new () => unknown;
    Object.defineProperty(own, Symbol.hasInstance, {
      configurable: true,
      value(this: unknown, value: unknown): boolean {
        return ordinary.call(this as new () => unknown, value) || (this === own && value instanceof foreign);
      },
    });
  }
}

/** An object of a class that nobody can construct, which becomes a global too: `crypto instanceof Crypto`. */
function instanceOfGlobalClass(globals: Globals, name: string, members: Globals): object {
  function owner(): never {
    throw new TypeError("Illegal constructor");
  }
  Object.defineProperty(owner, "name", { value: name });
  Object.defineProperty(owner.prototype, Symbol.toStringTag, { value: name, configurable: true });
  define(globals, name, owner);
  return Object.assign(Object.create(owner.prototype as object) as object, members);
}

function installCrypto(globals: Globals, host: RealmHost, tickets: Map<number, Ticket>): void {
  const subtle: Globals = {};
  for (const name of [
    "decrypt",
    "deriveBits",
    "deriveKey",
    "digest",
    "encrypt",
    "exportKey",
    "generateKey",
    "importKey",
    "sign",
    "unwrapKey",
    "verify",
    "wrapKey",
  ] as const) {
    subtle[name] = (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const call = host.subtle[name] as (...values: unknown[]) => Promise<unknown>;
        tickets.set(
          host.hostOperation(() => call.apply(host.subtle, args)),
          { resolve, reject },
        );
      });
  }
  const digestLater = subtle["digest"] as (...args: unknown[]) => Promise<unknown>;
  subtle["digest"] = (...args: unknown[]) => {
    const known = host.digest(args[0], args[1]);
    return known === null ? digestLater(...args) : Promise.resolve(known);
  };
  const crypto = instanceOfGlobalClass(globals, "Crypto", {
    subtle: instanceOfGlobalClass(globals, "SubtleCrypto", subtle),
    getRandomValues: (array: ArrayBufferView) => host.getRandomValues(array),
    randomUUID: () => host.randomUUID(),
  });
  define(globals, "crypto", crypto);
}

function installProcess(globals: Globals, host: RealmHost): void {
  const env = new Proxy({} as Record<string | symbol, unknown>, {
    get: (_, name) => {
      if (typeof name !== "string") return undefined;
      return host.env(name) ?? (name === "inspect" ? () => "[process.env]" : undefined);
    },
    has: (_, name) => typeof name === "string" && host.env(name) !== undefined,
    ownKeys: () => host.envNames(),
    getOwnPropertyDescriptor: (_, name) => {
      const value = typeof name === "string" ? host.env(name) : undefined;
      return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: true };
    },
    set: () => true,
    deleteProperty: () => true,
  });
  define(globals, "process", { env });
}

function installConsole(globals: Globals, host: RealmHost): void {
  const methods: Globals = {};
  for (const method of host.consoleMethods) {
    methods[method] = (...args: unknown[]) => {
      host.console(method, args, () => (new Error().stack ?? "").replace(/^[^\n]*\n/, ""));
    };
  }
  define(globals, "console", methods);
}

function installRefusals(globals: Globals, host: RealmHost): void {
  // The run fails whatever happens now; what waits for the timer waits in vain and so comes to rest.
  const refuse = (name: string) =>
    host.refuse(`Can't use ${name} in queries and mutations. Please consider using an action`);
  for (const name of ["setTimeout", "setInterval"]) {
    define(globals, name, () => {
      refuse(name);
      return 0;
    });
  }
  watchHostCallbacks(globals, host, () => refuse("setTimeout"));
  for (const name of ["clearTimeout", "clearInterval"]) define(globals, name, () => undefined);
  define(globals, "fetch", () => Promise.reject(new Error(FETCH_REFUSAL)));
  // The thread everything runs on must not wait for anybody.
  Atomics.wait = () => {
    throw new TypeError("Atomics.wait cannot be called in this context");
  };
  define(globals, "queueMicrotask", (task: () => void) => void Promise.resolve().then(task));
}

const NEXT_ROW = "1.0/queryStreamNext";
const QUERY_END = "1.0/queryCleanup";

/**
 * Rows that the host gave with the start of their query, the end among them: by the argument the library asks for the next
 * one with, which is the text of the answer that started the query.
 */
type RowsAhead = Map<string, string[]>;

/** What the library gets of an answer of a line for the start of a query and one for each of its rows; these are kept. */
function queryStarted(ahead: RowsAhead, answer: string): string {
  const end = answer.indexOf("\n");
  if (end < 0) return answer;
  const started = answer.slice(0, end);
  ahead.set(started, answer.slice(end + 1).split("\n"));
  return started;
}

function installSyscalls(globals: Globals, host: RealmHost, tickets: Map<number, Ticket>, ahead: RowsAhead): void {
  define(globals, "Convex", {
    syscall(op: string, args: string): string {
      // The host has ended a query of which it gave all rows.
      if (op === QUERY_END && ahead.delete(args)) return "true";
      const answer = host.syscall(op, args);
      if (typeof answer === "string") return op === QUERY_START ? queryStarted(ahead, answer) : answer;
      throw failure(answer);
    },
    asyncSyscall(op: string, args: string): Promise<unknown> {
      const row = op === NEXT_ROW ? ahead.get(args)?.shift() : undefined;
      if (row !== undefined) return Promise.resolve(row);
      const answer = host.asyncSyscall(op, args);
      if (typeof answer === "string") return Promise.resolve(answer);
      if (answer === null) return new Promise(() => {});
      if (typeof answer === "object") {
        // Nobody may be waiting to see a rejection.
        if (host.isImporting()) throw failure(answer);
        return Promise.reject(failure(answer));
      }
      return new Promise((resolve, reject) => tickets.set(answer, { resolve, reject }));
    },
    jsSyscall(op: string, args: Record<string, unknown>): never {
      throw failure(host.jsSyscall(op, args));
    },
  });
}

function settle(tickets: Map<number, Ticket>, number: number, ok: boolean, value: unknown): void {
  const ticket = tickets.get(number);
  tickets.delete(number);
  if (ok) ticket?.resolve(value);
  else ticket?.reject(value);
}

function perform(job: RealmJob, host: RealmHost, tickets: Map<number, Ticket>, guard: GlobalGuard): void {
  switch (job.kind) {
    case "invoke": {
      const started = new Promise((resolve) => resolve(job.start()));
      // Here and not when the run is over: what looks at globals may run code of the function's, as getters.
      started.then(
        (value) => host.finished(value, guard.isIntact()),
        (error: unknown) => host.failed(error, guard.isIntact()),
      );
      return;
    }
    case "settle": {
      const ok = typeof job.answer === "string";
      settle(tickets, job.ticket, ok, typeof job.answer === "string" ? job.answer : failure(job.answer));
      return;
    }
    case "settleValue":
      settle(tickets, job.ticket, job.ok, job.value);
      return;
    case "call":
      new Promise((resolve) => resolve(job.work())).then(job.resolve, job.reject);
      return;
    case "drain":
      return;
  }
}

function refuseImport(): never {
  throw new TypeError("dynamic module import unsupported");
}

/** Installs every global; called once per realm. */
export function installRealm(globals: Globals, host: RealmHost): RealmGlobals {
  const tickets = new Map<number, Ticket>();
  for (const [name, value] of Object.entries(host.webGlobals)) {
    if (!name.startsWith("host:")) define(globals, name, value);
  }
  acceptHostInstances(globals, host);
  Error.stackTraceLimit = STACK_FRAMES;
  Error.prepareStackTrace = (error, sites) => host.formatStack(error, String(error), sites);
  Math.random = () => host.random();
  installDate(globals, () => host.nowMs());
  define(globals, "performance", { now: () => 0, timeOrigin: 0 });
  installCrypto(globals, host, tickets);
  installProcess(globals, host);
  installConsole(globals, host);
  installRefusals(globals, host);
  installStructuredClone(globals);
  define(globals, "navigator", { userAgent: "Convex" });
  define(globals, "self", globals);
  installGlobalEvents(globals);
  installNewerBuiltIns(globals);
  installEntries();
  installWeakReferences(globals);
  const ahead: RowsAhead = new Map();
  installSyscalls(globals, host, tickets, ahead);
  const enter = () => {
    const job = host.takeJob();
    // Another run counts its queries from one again.
    if (job.kind === "invoke") ahead.clear();
    perform(job, host, tickets, guard);
  };
  Object.defineProperty(globals, ENTER_GLOBAL, { value: enter });
  const guard = guardGlobals(globals);
  return { refuseImport, acceptGlobals: guard.accept };
}
