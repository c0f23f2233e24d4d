import { createHash, randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { api } from "../fixtures/project/convex/_generated/api.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";
import { connectMessage, FrameSocket } from "../support/frame-socket.ts";
import { until } from "../support/until.ts";

// Below HTTP and the sync protocol: bytes that no client library would send. The one connection ends, others go on.

let backend: TestBackend;
let bystander: FrameSocket;

beforeAll(async () => {
  backend = await startTestBackend({ project: FIXTURE_PROJECT });
  bystander = await FrameSocket.connected(backend.cloudUrl);
});
afterAll(async () => {
  bystander.socket.close();
  await backend.stop();
});

async function expectOthersUndisturbed(): Promise<void> {
  await new ConvexHttpClient(backend.cloudUrl).query(api.messages.list, { channel: "x" });
  expect(bystander.ended).toBeNull();
}

const CLOSE_FRAME = 0x88;

/** A TCP connection that keeps what it is sent and knows when it is over. */
class RawConnection {
  received = Buffer.alloc(0);
  isOver = false;

  private constructor(readonly socket: Socket) {
    socket.on("data", (chunk) => (this.received = Buffer.concat([this.received, chunk])));
    socket.on("error", () => undefined);
    socket.on("close", () => (this.isOver = true));
  }

  static async open(base = backend.cloudUrl): Promise<RawConnection> {
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    const connection = new RawConnection(socket);
    await new Promise<void>((resolve) => socket.once("connect", resolve));
    return connection;
  }

  /** After a WebSocket handshake. */
  static async upgraded(path = "/api/1.48.0/sync"): Promise<RawConnection> {
    const connection = await RawConnection.open();
    connection.socket.write(handshake(path));
    await until("the handshake", () => connection.received.includes("\r\n\r\n"));
    connection.received = connection.received.subarray(connection.received.indexOf("\r\n\r\n") + 4);
    return connection;
  }

  /** Resolves when the server has closed it, or has said by a close frame that it does. */
  async over(): Promise<void> {
    await until("the server to close the connection", () => this.isOver || this.received[0] === CLOSE_FRAME);
    this.socket.destroy();
  }
}

function handshake(path: string, more = ""): string {
  const key = randomBytes(16).toString("base64");
  return `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${more}\r\n`;
}

/** A frame as RFC 6455 wants it from clients, but for what `first` and `length` say. */
function frame(first: number, payload: Buffer, options: { masked?: boolean; length?: bigint } = {}): Buffer {
  const { masked = true, length = BigInt(payload.length) } = options;
  const mask = randomBytes(4);
  const header = Buffer.alloc(10);
  header[0] = first;
  header[1] = (masked ? 0x80 : 0) | 127;
  header.writeBigUInt64BE(length, 2);
  const body = masked ? Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))) : payload;
  return Buffer.concat(masked ? [header, mask, body] : [header, body]);
}

const TEXT = 0x81;
const connectBytes = () => Buffer.from(JSON.stringify(connectMessage()));

describe("WebSocket frames", () => {
  test.each<[string, () => Buffer]>([
    ["a frame that is not masked", () => frame(TEXT, connectBytes(), { masked: false })],
    ["a reserved bit", () => frame(0xc1, connectBytes())],
    ["an unknown opcode", () => frame(0x83, connectBytes())],
    ["a control frame in pieces", () => frame(0x09, Buffer.alloc(3))],
    ["a ping that is too long", () => frame(0x89, Buffer.alloc(200))],
    ["a close frame with half a code", () => frame(0x88, Buffer.from([3]))],
    ["a close frame with a code nobody may use", () => frame(0x88, Buffer.from([0x03, 0xed]))],
    ["a continuation of nothing", () => frame(0x80, connectBytes())],
    ["a new message inside another", () => Buffer.concat([frame(0x01, Buffer.from("{")), frame(TEXT, connectBytes())])],
    ["text that is no UTF-8", () => frame(TEXT, Buffer.from([0xff, 0xfe, 0xc0]))],
    ["a length above every limit", () => frame(TEXT, Buffer.alloc(0), { length: 1n << 40n })],
    ["a length above 2^63", () => frame(TEXT, Buffer.alloc(0), { length: (1n << 64n) - 1n })],
    ["a binary frame", () => frame(0x82, connectBytes())],
    ["bytes of another protocol", () => Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".repeat(20))],
  ])("%s ends the connection", async (_what, bytes) => {
    const connection = await RawConnection.upgraded();
    connection.socket.write(bytes());
    await connection.over();
    await expectOthersUndisturbed();
  });

  test("random bytes never do more than end their own connection", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 4 }), async (chunks) => {
        const connection = await RawConnection.upgraded();
        for (const chunk of chunks) connection.socket.write(chunk);
        connection.socket.end();
        await connection.over();
      }),
      { numRuns: 60, seed: 23 },
    );
    await expectOthersUndisturbed();
  });

  test("messages of any shape are answered by an end or by nothing, and the next connection works", async () => {
    const field = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(0, 1, -1, "x", null, [], {}, "AAAAAAAAAAA=", "messages:list"),
    );
    const message = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          type: fc.constantFrom("Connect", "ModifyQuerySet", "Mutation", "Action", "Authenticate", "Event", "Nonsense"),
          sessionId: field, connectionCount: field, baseVersion: field, newVersion: field, requestId: field,
          modifications: fc.oneof(field, fc.array(fc.record({ type: fc.constantFrom("Add", "Remove", "x"), queryId: field, udfPath: field, args: field, journal: field }))),
          udfPath: field, args: field, tokenType: fc.constantFrom("None", "User", "Admin", "x"), value: field,
          componentPath: field, impersonating: field, maxObservedTimestamp: field, clientTs: field, event: field,
        },
        { requiredKeys: ["type"] },
      ),
    ); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        async (messages, isConnected) => {
          const socket = isConnected ? await FrameSocket.connected(backend.cloudUrl) : await FrameSocket.open(backend.cloudUrl); // prettier-ignore
          for (const one of messages) socket.socket.send(JSON.stringify(one));
          socket.socket.close();
          await until("the end", () => socket.ended !== null);
          for (const { type } of socket.frames) expect(["Transition", "FatalError", "AuthError", "MutationResponse", "ActionResponse", "Ping"]).toContain(type); // prettier-ignore
        },
      ),
      { numRuns: 150, seed: 29 },
    );
    await expectOthersUndisturbed();
  });

  test.each([
    ["arrays", "[".repeat(200_000)],
    ["a query's arguments", `{"type":"ModifyQuerySet","baseVersion":0,"newVersion":1,"modifications":[{"type":"Add","queryId":0,"udfPath":"messages:echo","args":[{"value":${"[".repeat(50_000)}${"]".repeat(50_000)}}]}]}`],
    ["a mutation's arguments", `{"type":"Mutation","requestId":0,"udfPath":"messages:send","args":[${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}]}`],
  ])("%s nested too deep end the connection with a reason", async (_what, text) => {
    const socket = await FrameSocket.connected(backend.cloudUrl);
    socket.socket.send(text);
    await until("the end", () => socket.ended !== null);
    expect(socket.frames.at(-1)).toMatchObject({ type: "FatalError", error: expect.stringContaining("Invalid JSON") as string }); // prettier-ignore
    await expectOthersUndisturbed();
  }); // prettier-ignore
});

describe("upgrades", () => {
  test.each([
    "//", "///", "/\\", "http://", "*", "/api/1.48.0/sync/../../..", "/api/%2e%2e/sync", "/api//sync", `/api/${"9".repeat(5000)}.0.0/sync`, "/api/1.48.0/sync?x=%ff", "/nothing", "?", "#",
  ])("%# are refused or served, and the process goes on", async (path) => {
    for (const base of [backend.cloudUrl, backend.siteUrl]) {
      const connection = await RawConnection.open(base);
      connection.socket.write(handshake(path));
      await until("an answer", () => connection.isOver || connection.received.length > 0);
      expect(connection.received.toString("latin1")).toMatch(/^HTTP\/1\.1 (101|400|404|426|431) /);
      connection.socket.destroy();
    }
    await expectOthersUndisturbed();
  }); // prettier-ignore

  test.each([
    ["no key", "Sec-WebSocket-Key: x"],
    ["an extension that is garbage", "Sec-WebSocket-Extensions: ;;=,\x7f"],
    ["a version of the past", "Sec-WebSocket-Version: 1"],
  ])("with %s are refused", async (_what, header) => {
    const connection = await RawConnection.open();
    const name = header.split(":")[0] ?? "";
    const lines = handshake("/api/1.48.0/sync").split("\r\n").filter((line) => !line.startsWith(`${name}:`)); // prettier-ignore
    connection.socket.write([...lines.slice(0, -2), header, "", ""].join("\r\n"));
    await until("an answer", () => connection.isOver || connection.received.length > 0);
    expect(connection.received.toString("latin1")).not.toMatch(/^HTTP\/1\.1 5/);
    connection.socket.destroy();
    await expectOthersUndisturbed();
  });
});

describe("HTTP", () => {
  test.each<[string, string]>([
    ["a request within a request", "POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["two lengths", "POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x"],
    ["a negative length", "POST /api/query HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
    ["chunks that are none", "POST /api/query HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
    ["a header without a name", "GET /healthz HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"],
    ["a line break in a header", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n"],
    ["a method nobody knows", "BREW /api/query HTTP/1.1\r\nHost: x\r\n\r\n"],
    ["an unknown version", "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n"],
    ["300 headers", `GET /healthz HTTP/1.1\r\nHost: x\r\n${"X-A: b\r\n".repeat(300)}\r\n`],
  ])("%s gets a clear answer or an end", async (_what, text) => {
    for (const base of [backend.cloudUrl, backend.siteUrl]) {
      const connection = await RawConnection.open(base);
      connection.socket.write(text, "latin1");
      connection.socket.end();
      await until("an answer", () => connection.isOver || connection.received.length > 0);
      expect(connection.received.toString("latin1")).not.toMatch(/HTTP\/1\.1 5/);
      connection.socket.destroy();
    }
    await expectOthersUndisturbed();
  }); // prettier-ignore
});

describe("what lies on disk", () => {
  test("the folder is for its owner alone, and so are its keys", () => {
    expect(statSync(join(backend.dataDir, "admin-key")).mode & 0o777).toBe(0o600);
    expect(statSync(join(backend.dataDir, "storage", "upload-secret")).mode & 0o777).toBe(0o600);
    expect(statSync(backend.dataDir).mode & 0o077).toBe(0);
  });

  test("the admin key is in no answer and not in the database", async () => {
    const key = readFileSync(join(backend.dataDir, "admin-key"), "utf8").trim();
    const secret = key.split("|")[1] ?? key;
    for (const path of ["/", "/version", "/instance_name", "/healthz", "/metrics", "/api/check_admin_key"]) {
      const response = await fetch(backend.cloudUrl + path, { headers: { Authorization: `Convex ${key}` } });
      expect(await response.text()).not.toContain(secret);
    }
    expect(readFileSync(join(backend.dataDir, "database.sqlite")).includes(secret)).toBe(false);
    expect(createHash("sha256").update(key).digest("hex")).not.toBe(secret);
  });
});
