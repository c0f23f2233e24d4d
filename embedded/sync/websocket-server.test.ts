import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as realDelay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { SyncServer } from "./websocket-server.ts";

const HEARTBEAT_MS = 5_000;
const MOST_INCOMING_BYTES = 10_000;

let wallMs = 0;
let server: Server;
let sync: SyncServer;
let client: WebSocket;
let texts: string[];
let pings: number;
let closeCode: number | null;

function unused(): never {
  throw new Error("No function is called here");
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  [wallMs, texts, pings, closeCode] = [0, [], 0, null];
  sync = new SyncServer(
    {
      database: { latestTs: 0n, durable: unused, isDurable: unused, subscribe: unused },
      runner: { query: unused, mutation: unused, action: unused },
      clock: { nowMs: () => 0 },
      authenticate: unused,
      onInternalError: unused,
      wallMs: () => wallMs,
    },
    MOST_INCOMING_BYTES,
  );
  server = createServer().on("upgrade", (request, socket, head) => void sync.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/1.48.0/sync`, {
    autoPong: false,
  });
  client.on("message", (data: Buffer) => texts.push(data.toString()));
  client.on("ping", () => (pings += 1));
  client.on("close", (code) => (closeCode = code));
  await new Promise((resolve) => client.once("open", resolve));
});

afterEach(async () => {
  const closed = new Promise((resolve) => client.once("close", resolve));
  const isOpen = client.readyState !== WebSocket.CLOSED;
  client.terminate();
  if (isOpen) await closed;
  await sync.close();
  await new Promise((resolve) => server.close(resolve));
  vi.useRealTimers();
});

async function beats(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    wallMs += HEARTBEAT_MS;
    vi.advanceTimersByTime(HEARTBEAT_MS);
  }
  // The frames have to cross the network.
  await vi.waitFor(() => expect(pings > 0 || closeCode !== null).toBe(true));
  await realDelay(20);
}

test("a ping of the WebSocket every 5 s, one of the application every 15 s without other messages", async () => {
  await beats(3);
  expect([pings, texts]).toEqual([3, ['{"type":"Ping"}']]);
  await beats(3);
  expect([pings, texts.length]).toEqual([6, 2]);
});

test("a client that says nothing for 120 s is cut off, one that answers pings is not", async () => {
  await beats(20);
  client.pong();
  await realDelay(20);
  await beats(20);
  expect(closeCode).toBeNull();
  await beats(5);
  expect(closeCode).toBe(1006);
  expect(sync.size).toBe(0);
});

test("incomplete messages have one bound for all clients; beyond it the one with the most goes", async () => {
  const open = async () => {
    const other = new WebSocket(client.url);
    await new Promise((resolve) => other.once("open", resolve));
    return other;
  };
  const event = `{"type":"Event","eventType":"x","event":"${"x".repeat(5000)}"}`;
  client.send(event.slice(0, 4900), { fin: false });
  await realDelay(20);
  const greedy = await open();
  const cut = new Promise((resolve) => greedy.once("close", resolve));
  greedy.send("y".repeat(6000), { fin: false });
  expect(await cut).toBe(1006);
  expect(closeCode).toBeNull();
  // Complete, it counts no more: there is room for as much again.
  client.send(event.slice(4900));
  await realDelay(20);
  const modest = await open();
  modest.send("z".repeat(9000), { fin: false });
  await realDelay(20);
  expect([sync.size, closeCode]).toEqual([2, null]);
  modest.terminate();
});
