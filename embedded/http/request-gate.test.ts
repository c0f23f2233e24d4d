import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Exchange } from "./exchange.ts";
import { createListener } from "./listener.ts";
import { RequestGate, requestTimeoutMs } from "./request-gate.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Answer {
  status?: number;
  body?: string;
}

function request(): Exchange & { answer: Answer } {
  const answer: Answer = {};
  const response = {
    headersSent: false,
    writeHead(status: number) {
      answer.status = status;
      this.headersSent = true;
    },
    end(body: string) {
      answer.body = body;
    },
  };
  const exchange = {
    startedMs: performance.now(),
    place: null,
    response: response as unknown as ServerResponse,
    answer,
  };
  return exchange as unknown as Exchange & { answer: Answer };
}

describe("places", () => {
  test("are 128; what comes then waits for one, in order", async () => {
    const gate = new RequestGate(300_000);
    const inside = Array.from({ length: 128 }, request);
    for (const each of inside) expect(gate.enter(each)).toBeUndefined();
    const order: number[] = [];
    const waiting = [1, 2, 3].map((n) => {
      const each = request();
      void Promise.resolve(gate.enter(each)).then(() => order.push(n));
      return each;
    });
    await turn();
    expect(order).toEqual([]);
    const [first, second] = inside;
    const [, gone] = waiting;
    if (first === undefined || second === undefined || gone === undefined) throw new Error("There are 128");
    gate.leave(first);
    // One that waits may give up.
    gate.leave(gone);
    gate.leave(second);
    await turn();
    expect(order).toEqual([1, 3]);
  });

  test("are one for each request, however often it asks", () => {
    const gate = new RequestGate(300_000, 1);
    const each = request();
    for (let i = 0; i < 3; i++) expect(gate.enter(each)).toBeUndefined();
    gate.leave(each);
    gate.leave(each);
    expect(gate.enter(request())).toBeUndefined();
    expect(gate.enter(request())).toBeInstanceOf(Promise);
  });
});

describe("time", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("is 300 s, waiting included; an answer that has begun goes on", async () => {
    const gate = new RequestGate(300_000, 2);
    const [late, streaming, waiting] = [request(), request(), request()];
    for (const each of [late, streaming, waiting]) void gate.enter(each);
    streaming.response.writeHead(200);
    await vi.advanceTimersByTimeAsync(299_000);
    expect(late.answer).toEqual({});
    await vi.advanceTimersByTimeAsync(2_000);
    const body = JSON.stringify({ code: "RequestTimeout", message: "The request took longer than 300 seconds." });
    expect([late.answer, waiting.answer]).toEqual([
      { status: 408, body },
      { status: 408, body },
    ]);
    expect(streaming.answer).toEqual({ status: 200 });
  });

  test("comes from the environment", () => {
    expect(requestTimeoutMs({})).toBe(300_000);
    expect(requestTimeoutMs({ HTTP_SERVER_TIMEOUT_SECONDS: "7" })).toBe(7_000);
    expect(() => requestTimeoutMs({ HTTP_SERVER_TIMEOUT_SECONDS: "soon" })).toThrow(
      'HTTP_SERVER_TIMEOUT_SECONDS must be a whole number above 0, not "soon".',
    );
  });
});

test("a listener gives places back when answers end, fail or are too late", async () => {
  const gate = new RequestGate(50, 1);
  let release = () => {};
  const listener = createListener({
    gate,
    routes: {
      "GET /quick": async (exchange) => {
        await gate.enter(exchange);
        return { status: 200, body: "quick" };
      },
      "GET /broken": async (exchange) => {
        await gate.enter(exchange);
        throw new Error("broken");
      },
      "GET /slow": async (exchange) => {
        await gate.enter(exchange);
        await new Promise<void>((resolve) => (release = resolve));
        return { status: 200, body: "too late" };
      },
    },
    prefixes: [],
    fallback: () => null,
    cors: false,
    onError: () => undefined,
    onDone: () => undefined,
  });
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const status = async (path: string) => (await fetch(url + path)).status;
  expect([await status("/quick"), await status("/broken"), await status("/quick")]).toEqual([200, 500, 200]);
  expect(await status("/slow")).toBe(408);
  release();
  expect(await status("/quick")).toBe(200);
  server.close();
});
