import { ConvexClient, ConvexHttpClient } from "convex/browser";
import { makeFunctionReference } from "convex/server";
import { ConvexError } from "convex/values";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../fixtures/project/convex/_generated/api.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

let backend: TestBackend;
let http: ConvexHttpClient;
const opened: ConvexClient[] = [];

function openClient(url = backend.cloudUrl): ConvexClient {
  const client = new ConvexClient(url, { webSocketConstructor: WebSocket as unknown as typeof globalThis.WebSocket });
  opened.push(client);
  return client;
}

beforeAll(async () => {
  backend = await startTestBackend({ project: FIXTURE_PROJECT });
  http = new ConvexHttpClient(backend.cloudUrl);
});

afterAll(async () => {
  await Promise.all(opened.map((client) => client.close()));
  await backend.stop();
});

describe("ConvexHttpClient", () => {
  test("mutation, query and action", async () => {
    await http.mutation(api.messages.send, { channel: "http", body: "hello", number: 1 });
    expect(await http.query(api.messages.list, { channel: "http" })).toEqual([{ body: "hello", number: 1 }]);
    const seen = await http.action(api.actions.roundTrip, { channel: "http action" });
    expect(seen).toEqual([{ body: "from an action", number: 1 }]);
  });

  test("a node action and a fetch from an action", async () => {
    expect(await http.action(api.nodeActions.sha256, { text: "abc" })).toMatch(/^ba7816bf8f01cfea/);
    expect(await http.action(api.actions.fetchText, { url: `${backend.siteUrl}/hello?name=you` })).toBe("Hello, you");
  });

  test("values of every kind survive the way there and back", async () => {
    const value = [1n, -0, Infinity, null, "ü🙂", new Uint8Array([0, 255]).buffer, { nested: [true] }];
    expect(await http.query(api.messages.echo, { value })).toEqual(value);
  });

  test("errors: plain ones hide nothing in development, ConvexError carries its data, and nothing is written", async () => {
    await expect(http.mutation(api.messages.fail, { how: "plain" })).rejects.toThrow(
      /^\[Request ID: [0-9a-f]{16}\] Server Error\nUncaught Error: It broke\n {4}at .*messages\.ts:\d+/,
    );
    const thrown: unknown = await http.mutation(api.messages.fail, { how: "data" }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ConvexError);
    expect((thrown as ConvexError<{ code: string; at: bigint }>).data).toEqual({ code: "Broken", at: 3n });
    expect(await http.query(api.messages.list, { channel: "failed" })).toEqual([]);
  });

  test("wrong arguments, a missing and an internal function are refused", async () => {
    const wrong = http.query(makeFunctionReference<"query">("messages:list"), { channel: 5 });
    await expect(wrong).rejects.toThrow("ArgumentValidationError");
    await expect(http.query(makeFunctionReference<"query">("messages:absent"), {})).rejects.toThrow(
      "Could not find public function",
    );
    const sendMany = http.mutation(makeFunctionReference<"mutation">("messages:sendMany"), { channel: "x", count: 1 });
    await expect(sendMany).rejects.toThrow("Could not find public function for 'messages:sendMany'");
    const asMutation = http.mutation(makeFunctionReference<"mutation">("messages:list"), { channel: "x" });
    await expect(asMutation).rejects.toThrow(
      "Trying to execute messages.js:list as Mutation, but it is defined as Query.",
    );
  });

  test("full-text search", async () => {
    for (const [number, body] of ["the quick brown fox", "a slow fox", "nothing here"].entries()) {
      await http.mutation(api.messages.send, { channel: "search", body, number });
    }
    const hits = (text: string) => http.query(api.messages.search, { channel: "search", text });
    expect(await hits("quick")).toEqual(["the quick brown fox"]);
    expect(new Set(await hits("fo"))).toEqual(new Set(["the quick brown fox", "a slow fox"]));
    expect(await http.query(api.messages.search, { channel: "elsewhere", text: "fox" })).toEqual([]);
  });
});

describe("ConvexClient", () => {
  test("a subscription follows what others write", async () => {
    const client = openClient();
    const values: number[] = [];
    client.onUpdate(api.messages.counter, { name: "live" }, (value) => values.push(value));
    await until("the first value", () => values.length === 1);
    await http.mutation(api.messages.increment, { name: "live" });
    await until("the second value", () => values.at(-1) === 1);
    await http.mutation(api.messages.increment, { name: "another" });
    await http.mutation(api.messages.increment, { name: "live" });
    await until("the third value", () => values.at(-1) === 2);
    expect(values).toEqual([0, 1, 2]);
  });

  test("an optimistic update shows at once and gives way to the truth", async () => {
    const client = openClient();
    const values: number[] = [];
    client.onUpdate(api.messages.counter, { name: "optimistic" }, (value) => values.push(value));
    await until("the first value", () => values.length === 1);
    const done = client.mutation(
      api.messages.increment,
      { name: "optimistic" },
      { optimisticUpdate: (store) => store.setQuery(api.messages.counter, { name: "optimistic" }, 99) },
    );
    await until("the guess", () => values.at(-1) === 99);
    expect(await done).toBe(1);
    await until("the truth", () => values.at(-1) === 1);
    expect(values).toEqual([0, 99, 1]);
  });

  test("when a mutation's promise resolves, the subscriptions already show it", async () => {
    const client = openClient();
    let latest = -1;
    client.onUpdate(api.messages.counter, { name: "ordered" }, (value) => {
      latest = value;
    });
    for (let count = 1; count <= 20; count++) {
      await client.mutation(api.messages.increment, { name: "ordered" });
      expect(latest).toBe(count);
    }
  });

  test("a failed query is told as an error and recovers when its data does", async () => {
    const client = openClient();
    const errors: string[] = [];
    client.onUpdate(
      makeFunctionReference<"query">("messages:list"),
      { channel: 7 },
      () => undefined,
      (error) => errors.push(error.message),
    );
    await until("the error", () => errors.length === 1);
    expect(errors[0]).toContain("ArgumentValidationError");
  });

  test("a page keeps its end when rows are added inside it", async () => {
    await backend.client.run("messages:sendMany", { channel: "paged", count: 6 });
    const client = openClient();
    const pages: { page: { number: number }[]; continueCursor: string; isDone: boolean }[] = [];
    const args = { channel: "paged", paginationOpts: { numItems: 3, cursor: null } };
    client.onUpdate(api.messages.page, args, (page) => pages.push(page));
    await until("the first page", () => pages.length === 1);
    expect(pages[0]?.page.map(({ number }) => number)).toEqual([6, 5, 4]);
    await http.mutation(api.messages.send, { channel: "paged", body: "in between", number: 4.5 });
    await until("the grown page", () => pages.length === 2);
    expect(pages[1]?.page.map(({ number }) => number)).toEqual([6, 5, 4.5, 4]);
    const cursor = pages[1]?.continueCursor ?? null;
    const next = await http.query(api.messages.page, { channel: "paged", paginationOpts: { numItems: 9, cursor } });
    expect(next.page.map(({ number }) => number)).toEqual([3, 2, 1]);
  });
});

describe("a broken connection", () => {
  test("mutations whose answers were lost are sent again and count once", async () => {
    const proxy = await startTcpProxy(backend.cloudUrl);
    const client = openClient(proxy.url);
    let latest = -1;
    client.onUpdate(api.messages.counter, { name: "replayed" }, (value) => {
      latest = value;
    });
    await until("a connection", () => latest === 0);
    proxy.holdAnswers();
    const done = Promise.all(
      Array.from({ length: 10 }, () => client.mutation(api.messages.increment, { name: "replayed" })),
    );
    const counted = () => http.query(api.messages.counter, { name: "replayed" });
    await until("the mutations to be committed unseen", async () => (await counted()) === 10);
    proxy.cut();
    proxy.release();
    expect((await done).sort((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await counted()).toBe(10);
    expect(latest).toBe(10);
    await proxy.close();
  });

  test("after a time without network the state is the server's again", async () => {
    const proxy = await startTcpProxy(backend.cloudUrl);
    const client = openClient(proxy.url);
    let latest = -1;
    client.onUpdate(api.messages.counter, { name: "away" }, (value) => {
      latest = value;
    });
    await until("a connection", () => latest === 0);
    proxy.cut();
    await http.mutation(api.messages.increment, { name: "away" });
    await until("the missed value", () => latest === 1);
    await proxy.close();
  });
});
