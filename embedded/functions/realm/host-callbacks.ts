// Functions that objects of the host call later, such as a stream's `pull`, must run where the watchdog sees them: a
// loop without end in one would hold up the whole backend. Evaluated in the realm: import nothing of the host here.
import type { RealmHost } from "./protocol.ts";

type Globals = Record<string, unknown>;
type Callback = (...args: unknown[]) => unknown;
type Constructor = new (...args: object[]) => object;

// What streams are made of, and the first argument of their constructors calls.
const STREAMS = ["ReadableStream", "WritableStream", "TransformStream"];

function watched(source: object, host: RealmHost): object {
  return new Proxy(source, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      // `start` is called by the constructor, at once.
      if (typeof value !== "function" || name === "start") return value;
      return (...args: unknown[]) => host.callBack(() => Reflect.apply(value as Callback, target, args) as unknown);
    },
  });
}

type Items = Partial<AsyncIterable<unknown> & Iterable<unknown>>;
type Controller = { close(): void; enqueue(value: unknown): void };

/** `ReadableStream.from`, with a source of its own. */
function streamFrom(Stream: Constructor, items: Items): object {
  const iterator = items[Symbol.asyncIterator]?.() ?? items[Symbol.iterator]?.();
  if (iterator === undefined) throw new TypeError("ReadableStream.from needs something iterable");
  const source = {
    async pull(controller: Controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel(reason: unknown) {
      await iterator.return?.(reason);
    },
  };
  return new Stream(source, { highWaterMark: 0 });
}

function watchedStream(Stream: Constructor, host: RealmHost): Constructor {
  const own: Constructor = new Proxy(Stream, {
    construct(target, [source, ...rest]: object[], newTarget: Constructor) {
      const first = typeof source === "object" && source !== null ? [watched(source, host)] : [source];
      return Reflect.construct(target, [...first, ...rest], newTarget) as object;
    },
    get: (target, name) =>
      name === "from" ? (items: Items) => streamFrom(own, items) : (Reflect.get(target, name) as unknown),
  });
  return own;
}

/** What a body is taken from: an iterable of the author's as a stream. */
function watchedBody(Stream: Constructor, body: unknown): unknown {
  const isOwn = typeof body === "object" && body !== null && Symbol.asyncIterator in body && !(body instanceof Stream);
  return isOwn ? streamFrom(Stream, body as Items) : body;
}

function watchBodies(globals: Globals): void {
  const Stream = globals["ReadableStream"] as Constructor;
  globals["Response"] = new Proxy(globals["Response"] as Constructor, {
    construct: (target, [body, ...rest]: object[], newTarget) =>
      Reflect.construct(target, [watchedBody(Stream, body), ...rest], newTarget) as object,
  });
  globals["Request"] = new Proxy(globals["Request"] as Constructor, {
    construct(target, [input, init, ...rest]: (object | undefined)[], newTarget) {
      const given = (init as { body?: unknown } | null | undefined)?.body;
      const body = watchedBody(Stream, given);
      const options = body === given ? init : { ...init, body };
      return Reflect.construct(target, [input, options, ...rest], newTarget) as object;
    },
  });
}

/** Replaces the classes by which functions would be called outside of their time. */
export function watchHostCallbacks(globals: Globals, host: RealmHost, refuseTimer: () => void): void {
  for (const name of STREAMS) globals[name] = watchedStream(globals[name] as Constructor, host);
  watchBodies(globals);
  // Queries and mutations have no timers, this one neither.
  const timeout = () => {
    refuseTimer();
    return new AbortController().signal;
  };
  globals["AbortSignal"] = new Proxy(globals["AbortSignal"] as object, {
    get: (target, name) => (name === "timeout" ? timeout : (Reflect.get(target, name) as unknown)),
  });
}
