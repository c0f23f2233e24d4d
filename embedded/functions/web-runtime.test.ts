import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestBackend } from "./testing.ts";

const CHECKS = `
const thrown = (run) => { try { run(); return null; } catch (error) { return error.name + ": " + error.message; } };
const tag = (value) => Object.prototype.toString.call(value);
const numbers = () => [1, 2, 3, 4].values();

export const checks = {
  missing: () => ["global", "Buffer", "setImmediate", "clearImmediate", "MessageChannel", "BroadcastChannel", "WebSocket", "window"]
    .filter((name) => ({
      global: typeof global, Buffer: typeof Buffer, setImmediate: typeof setImmediate, clearImmediate: typeof clearImmediate,
      MessageChannel: typeof MessageChannel, BroadcastChannel: typeof BroadcastChannel, WebSocket: typeof WebSocket,
      window: typeof window,
    })[name] !== "undefined"),
  code: () => [
    () => globalThis.eval("1"), () => (0, eval)("1"), () => new Function("return 1"), () => Function("return 1"),
    () => (() => {}).constructor("return 1"), () => new (async () => {}).constructor("return 1"),
  ].map(thrown),
  functions: () => [(() => {}) instanceof Function, (() => {}).constructor === Function, typeof Function.prototype.call],
  self: () => self === globalThis,
  decoders: () => ["ascii", "latin1", "windows-1252"].map((label) => {
    const decoder = new TextDecoder(label);
    return [decoder.encoding, decoder.decode(new Uint8Array([65, 0x80, 0x81, 0x92, 0x9f, 0xe9])), decoder instanceof TextDecoder];
  }),
  url: () => [thrown(() => new URL("1://foo")), new URL("b", "https://a.test/").href, new URL("https://a.test/") instanceof URL],
  request: async () => {
    const body = new ReadableStream({ start(controller) { controller.enqueue(new TextEncoder().encode("part")); controller.close(); } });
    const request = new Request("https://a.test/", { method: "POST", body });
    return [await request.text(), request instanceof Request];
  },
  hostMade: async () => {
    const list = new URLSearchParams("a=1&a=2").getAll("a");
    const body = await new Response('{"a":[1]}').json();
    return [list instanceof Array, body instanceof Object, body.a instanceof Array, {} instanceof Array, Object.create(null) instanceof Object];
  },
  weak: () => {
    const target = {};
    const registry = new FinalizationRegistry(() => {});
    registry.register(target, "held", target);
    return [new WeakRef(target).deref() === target, tag(new WeakRef(target)), tag(registry), registry.unregister(target),
      thrown(() => new WeakRef(1)), thrown(() => new FinalizationRegistry()), thrown(() => registry.register(1, 2))];
  },
  crypto: () => [tag(crypto), crypto instanceof Crypto, crypto.subtle instanceof SubtleCrypto, thrown(() => new Crypto())],
  events: () => {
    const heard = [];
    const listener = (event) => heard.push(event.type + (event.detail ?? ""));
    addEventListener("ping", listener);
    dispatchEvent(new Event("ping"));
    dispatchEvent(new CustomEvent("ping", { detail: 7 }));
    removeEventListener("ping", listener);
    dispatchEvent(new Event("ping"));
    return heard;
  },
  sets: () => {
    const a = new Set([1, 2, 3]);
    const b = new Set([3, 4]);
    return [...["union", "intersection", "difference", "symmetricDifference"].map((name) => [...a[name](b)]),
      new Set([1]).isSubsetOf(a), a.isSupersetOf(b), a.isDisjointFrom(new Set([9]))];
  },
  groups: () => [Object.groupBy([1, 2, 3], (n) => (n % 2 ? "odd" : "even")), [...Map.groupBy([1, 2, 3], (n) => n % 2)]],
  promises: async () => {
    const { promise, resolve } = Promise.withResolvers();
    resolve(5);
    return [await promise, await Promise.try((n) => n + 1, 6), await Promise.try(() => { throw new Error("no"); }).catch((error) => error.message)];
  },
  fromAsync: async () => [await Array.fromAsync((async function* () { yield 1; yield 2; })()), await Array.fromAsync([Promise.resolve(1)], (n) => n * 2)],
  iterators: () => [
    numbers().filter((n) => n % 2).map((n) => n * 10).toArray(),
    numbers().drop(1).take(2).toArray(),
    numbers().flatMap((n) => [n, n]).take(3).toArray(),
    numbers().reduce((sum, n) => sum + n),
    numbers().some((n) => n > 3), numbers().every((n) => n > 3), numbers().find((n) => n > 2),
    Iterator.from(new Set([1])).toArray(), new Map([[1, 2]]).keys() instanceof Iterator,
    thrown(() => [].values().reduce((a) => a)), thrown(() => numbers().take(-1)),
  ],
};
`;

const APP = {
  "lib/checks.ts": CHECKS,
  "run.ts": `
import { actionGeneric as action, queryGeneric as query } from "convex/server";
import { checks } from "./lib/checks.ts";
export const inQuery = query({ handler: async (_, { name }) => await checks[name]() });
export const inAction = action({ handler: async (_, { name }) => await checks[name]() });
export const fetched = action({ handler: async (_, { url, options }) => {
  try {
    const response = await fetch(url, options);
    return [response.status, await response.text()];
  } catch (error) {
    return error.name + ": " + error.message;
  }
} });
export const streamed = action({ handler: async (_, { url }) => {
  const body = new ReadableStream({ start(controller) { controller.enqueue(new TextEncoder().encode("part")); controller.close(); } });
  return await (await fetch(url, { method: "POST", body, headers: { "user-agent": "mine" } })).text();
} });
export const nowhere = action({ handler: async () => { await fetch(); } });
export const transfer = query({ handler: () => structuredClone(1, { transfer: [new ArrayBuffer(1)] }) });
`,
};

const EXPECTED: Record<string, unknown> = {
  missing: [],
  code: Array.from({ length: 6 }, () => "EvalError: Code generation from strings disallowed for this context"),
  functions: [true, true, "function"],
  decoders: Array.from({ length: 3 }, () => ["windows-1252", "A€\x81’Ÿé", true]),
  self: true,
  url: ["TypeError: Invalid URL: '1://foo'", "https://a.test/b", true],
  request: ["part", true],
  hostMade: [true, true, true, false, false],
  weak: [
    true, "[object WeakRef]", "[object FinalizationRegistry]", false, "TypeError: target must be an object",
    "TypeError: cleanup must be callable", "TypeError: target must be an object",
  ], // prettier-ignore
  crypto: ["[object Crypto]", true, true, "TypeError: Illegal constructor"],
  events: ["ping", "ping7"],
  sets: [[1, 2, 3, 4], [3], [1, 2], [1, 2, 4], true, false, true],
  groups: [
    { odd: [1, 3], even: [2] },
    [
      [1, [1, 3]],
      [0, [2]],
    ],
  ],
  promises: [5, 7, "no"],
  fromAsync: [[1, 2], [2]],
  iterators: [
    [10, 30],
    [2, 3],
    [1, 1, 2],
    10,
    true,
    false,
    3,
    [1],
    true,
    "TypeError: Reduce of a done iterator with no initial value",
    "RangeError: -1 must be positive",
  ],
};

describe("the default runtime is the web's and the language's of today", () => {
  let backend: TestBackend;

  beforeAll(async () => {
    backend = await TestBackend.start(APP);
  });
  afterAll(() => backend.close());

  test.each(Object.entries(EXPECTED))("%s", async (name, expected) => {
    expect(await backend.query("run:inQuery", { name })).toEqual(expected);
    expect(await backend.action("run:inAction", { name })).toEqual(expected);
  });

  test("what a clone cannot do it refuses", async () => {
    await expect(backend.query("run:transfer")).rejects.toThrow("structuredClone with transfer not supported");
  });
});

describe("fetch of the default runtime", () => {
  let backend: TestBackend;
  let server: Server;
  let origin: string;

  beforeAll(async () => {
    backend = await TestBackend.start(APP);
    server = createServer((request, response) => {
      if (request.url === "/away") response.writeHead(302, { location: "/away" }).end();
      else if (request.url === "/proxy") response.writeHead(407).end();
      else {
        response.write(`${request.headers["user-agent"]} `);
        request.pipe(response);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await backend.close();
    server.closeAllConnections();
    server.close();
  });

  const fetched = async (url: string, options: Record<string, string> = {}) =>
    await backend.action("run:fetched", { url, options });

  test("says who it is", async () => {
    expect(await fetched(`${origin}/`)).toEqual([200, "Convex/1.0 "]);
  });

  test("sends a stream, under the name given", async () => {
    expect(await backend.action("run:streamed", { url: `${origin}/` })).toBe("mine part");
  });

  test("says why it failed", async () => {
    expect(await fetched("http://127.0.0.1:2/")).toBe(
      "TypeError: error sending request for url (http://127.0.0.1:2/): connect ECONNREFUSED 127.0.0.1:2",
    );
    expect(await fetched("http://nowhere.invalid/")).toContain("dns error: failed to lookup address information");
    expect(await fetched(`${origin}/away`)).toContain("redirect count exceeded");
    expect(await fetched(`${origin}/away`, { redirect: "error" })).toContain("unexpected redirect");
    expect(await fetched(`${origin}/proxy`)).toBe(`Error: Request to ${origin}/proxy forbidden`);
  });

  test("refuses what is no address of the web", async () => {
    expect(await fetched("ftp://a.test/")).toBe("TypeError: Unsupported URL scheme");
    expect(await fetched("http://<a>/")).toBe("TypeError: Invalid URL: 'http://<a>/'");
    await expect(backend.action("run:nowhere")).rejects.toThrow("Request URL is undefined");
  });
});
