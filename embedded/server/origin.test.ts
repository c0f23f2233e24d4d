import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Origin, type OriginLimits } from "./origin.ts";

const opened: Origin[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(opened.splice(0).map((origin) => origin.close(0)));
});

async function openOrigin(limits: Partial<OriginLimits>): Promise<number> {
  const { origin, url } = await Origin.open("127.0.0.1", 0, "--port", limits);
  origin.serve((request, response) => {
    request.resume();
    request.on("end", () => response.end("answered"));
    // A request that is cut off ends here.
    request.on("error", () => response.destroy());
  });
  opened.push(origin);
  return Number(new URL(url).port);
}

async function open(port: number, text: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

async function untilClosed(socket: Socket): Promise<string> {
  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
  if (!socket.closed) await once(socket, "close");
  return received;
}

describe("a port's limits", () => {
  const quick = { checkMs: 10 };

  test("headers that never end (slow loris) are cut off", async () => {
    const port = await openOrigin({ ...quick, headersMs: 50, requestMs: 10_000 });
    const socket = await open(port, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    expect(await untilClosed(socket)).toContain("408 Request Timeout");
  });

  test("a body that never ends is cut off", async () => {
    const port = await openOrigin({ ...quick, headersMs: 50, requestMs: 100 });
    const socket = await open(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
    await untilClosed(socket);
    expect(socket.closed).toBe(true);
  });

  test("a connection on which nothing moves is closed", async () => {
    const port = await openOrigin({ silenceMs: 50 });
    await untilClosed(await open(port, ""));
  });

  test("too large headers are refused", async () => {
    const port = await openOrigin({ headerBytes: 1000 });
    const socket = await open(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${"x".repeat(2000)}\r\n\r\n`);
    expect(await untilClosed(socket)).toContain("431 Request Header Fields Too Large");
  });

  test("more connections than allowed are closed, and those that are there go on", async () => {
    const port = await openOrigin({ connections: 1 });
    const first = await open(port, "");
    await untilClosed(await open(port, ""));
    first.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect(await untilClosed(first)).toContain("answered");
  });

  test("what is no HTTP gets a clear answer", async () => {
    const port = await openOrigin({});
    expect(await untilClosed(await open(port, "\x16\x03\x01 hello\r\n\r\n"))).toContain("400 Bad Request");
  });
});
