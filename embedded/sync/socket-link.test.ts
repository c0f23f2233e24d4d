import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { SocketLink } from "./socket-link.ts";

let server: Server;
let client: WebSocket;
let link: SocketLink;
let socket: WebSocket;
let texts: string[];

beforeEach(async () => {
  texts = [];
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const opened = new Promise<void>((resolve) => {
    server = createServer().on("upgrade", (request, wire, head) => {
      sockets.handleUpgrade(request, wire, head, (webSocket) => {
        socket = webSocket;
        link = new SocketLink(webSocket, wire, () => 0);
        resolve();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  client.on("message", (data: Buffer) => texts.push(data.toString()));
  await Promise.all([opened, new Promise((resolve) => client.once("open", resolve))]);
});

afterEach(async () => {
  client.terminate();
  socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

function send(text: string): Promise<void> {
  return new Promise((resolve) => link.send(text, resolve));
}

test("texts of every length arrive as they were, in order with what the socket itself sends", async () => {
  const sizes = [0, 1, 125, 126, 65_535, 65_536, 200_000];
  const sent = sizes.flatMap((size) => ["x".repeat(size), "ü€😀".repeat(size >> 3)]);
  const closed = new Promise((resolve) => client.once("close", resolve));
  const all = Promise.all(sent.map(send));
  socket.send("from the socket");
  await all;
  link.close(1000, "");
  await closed;
  expect(texts.filter((text) => text !== "from the socket")).toEqual(sent);
  expect(texts).toContain("from the socket");
});

test("a frame around a value is one text, whoever else is sent the value", async () => {
  const values = ["x", "x".repeat(200), "ü€😀".repeat(20_000), "y".repeat(70_000)];
  const sent = values.flatMap((value) => [
    { before: "ä{", value, after: "}" },
    { before: "", value, after: "ende" },
  ]);
  await Promise.all(sent.map((frame) => new Promise<void>((resolve) => link.sendAround(frame, resolve))));
  await send("last");
  await vi.waitFor(() => expect(texts.at(-1)).toBe("last"));
  expect(texts).toEqual([...sent.map(({ before, value, after }) => before + value + after), "last"]);
});

test("what is sent in one callback leaves together; of many clients the first do not wait for the last", async () => {
  const isWaiting = () => socket.bufferedAmount > 0;
  link.send("response");
  link.send("transition");
  expect(isWaiting()).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isWaiting()).toBe(false);
  await vi.waitFor(() => expect(texts).toEqual(["response", "transition"]));
  link.send("one of many");
  for (let i = 0; i < 63; i++) new SocketLink(socket, new PassThrough(), () => 0).send("to others");
  expect(isWaiting()).toBe(false);
  await vi.waitFor(() => expect(texts.at(-1)).toBe("one of many"));
});

test("what is sent to a socket that is gone is told as sent, and nothing breaks", async () => {
  const closed = new Promise((resolve) => socket.once("close", resolve));
  client.terminate();
  await closed;
  await send("too late");
  expect(texts).toEqual([]);
});
