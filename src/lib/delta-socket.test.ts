import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** As much of a browser's WebSocket as the class builds on. */
class FakeSocket extends EventTarget {
  closed = 0;
  onmessage: ((event: MessageEvent) => void) | null = null;
  constructor(readonly url: string) {
    super();
    this.addEventListener("message", (event) => this.onmessage?.(event as MessageEvent));
  }
  close(): void {
    this.closed++;
  }
  receive(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

beforeEach(() => void vi.stubGlobal("WebSocket", FakeSocket));
afterEach(() => void vi.unstubAllGlobals());

async function open() {
  const { DeltaSocket } = await import("./delta-socket");
  const socket = new DeltaSocket("ws://127.0.0.1/api/1.0.0/sync") as unknown as FakeSocket;
  const seen: unknown[] = [];
  socket.addEventListener("message", (event) => seen.push((event as MessageEvent).data));
  return { socket, seen };
}

test("asks for changes, and hands out frames as if it had not", async () => {
  const { socket, seen } = await open();
  expect(socket.url).toBe("ws://127.0.0.1/api/1.0.0/sync?deltas=1");
  socket.receive('{"value":\u00017=[{"a":1},{"b":2}]\u0001}');
  socket.receive('{"type":"Ping"}');
  socket.receive('{"value":\u00017~[{"c":3},\u00021,7\u0003]\u0001}');
  socket.receive('{"removed":7}\u00017-\u0001');
  expect(seen).toEqual([
    '{"value":[{"a":1},{"b":2}]}',
    '{"type":"Ping"}',
    '{"value":[{"c":3},{"a":1}]}',
    '{"removed":7}',
  ]);
});

test("ends the connection when a frame cannot be read", async () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const { socket, seen } = await open();
  socket.receive('{"value":\u00017~x\u0001}');
  expect(seen).toEqual([]);
  expect(reported).toHaveBeenCalledOnce();
  expect(socket.closed).toBe(1);
});
