import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DeveloperError } from "../errors.ts";
import { readJsonObject } from "./body.ts";
import { jsonReply } from "./exchange.ts";
import { RequestGate } from "./request-gate.ts";
import { createListener } from "./listener.ts";
import { echo } from "./misc-routes.ts";
import { staticFiles } from "./static-files.ts";

let server: Server;
let base: string;
const errors: unknown[] = [];
const folder = mkdtempSync(join(tmpdir(), "listener-"));

beforeAll(async () => {
  mkdirSync(join(folder, "dist/assets"), { recursive: true });
  writeFileSync(join(folder, "dist/index.html"), "<title>app</title>");
  writeFileSync(join(folder, "dist/.hidden"), "hidden");
  writeFileSync(join(folder, "dist/assets/main-AbC12_-x.js"), "run()");
  writeFileSync(join(folder, "secret.txt"), "secret");
  symlinkSync(join(folder, "secret.txt"), join(folder, "dist/link.txt"));
  symlinkSync(folder, join(folder, "dist/assets/up"));
  const listener = createListener({
    gate: new RequestGate(1000),
    routes: {
      "POST /api/echo": async ({ request }) => jsonReply(await readJsonObject(request, 1000)),
      "POST /held": echo(1500),
      "GET /api/conflict": () => {
        throw new DeveloperError("Conflict", "Someone was faster", 409);
      },
      "GET /api/bug": () => {
        throw new Error("a secret detail");
      },
    },
    prefixes: [{ prefix: "/http/", handler: () => jsonReply("action"), cors: false }],
    fallback: staticFiles(join(folder, "dist")),
    cors: true,
    onError: (error) => errors.push(error),
    onDone: () => undefined,
  });
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

/** Sends the path as it is; `fetch` would tidy it first. */
function rawGet(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    httpRequest({ port, host: "127.0.0.1", path }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }));
    })
      .on("error", reject)
      .end();
  });
}

const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${base}/api/echo`, {
    method: "POST",
    body: new Uint8Array(Buffer.from(body)),
    headers: { "Content-Type": "application/json", ...headers },
  });

describe("bodies", () => {
  test("JSON is read, compressed or not", async () => {
    expect(await (await post(`{"a":1}`)).json()).toEqual({ a: 1 });
    const packed = brotliCompressSync(`{"b":2}`);
    expect(await (await post(packed, { "Content-Encoding": "br" })).json()).toEqual({ b: 2 });
  });

  test.each<[string, string, Record<string, string>, number, string]>([
    ["no JSON", "{", {}, 400, "BadJsonBody"],
    ["no object", "[1]", {}, 400, "BadJsonBody"],
    ["another content type", "{}", { "Content-Type": "text/plain" }, 400, "BadJsonBody"],
    ["too much", JSON.stringify({ a: "x".repeat(2000) }), {}, 413, "RequestTooLarge"],
  ])("%s is refused", async (_what, body, headers, status, code) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });
});

test("an echo larger than all of them may hold is refused; one that was read makes room", async () => {
  const post = (body: string) => fetch(`${base}/held`, { method: "POST", body });
  expect(await (await post("x".repeat(1000))).text()).toHaveLength(1000);
  expect((await post("x".repeat(1501))).status).toBe(503);
  expect((await post("x".repeat(1500))).status).toBe(200);
});

describe("errors", () => {
  test("a developer's error is shown with its status", async () => {
    const response = await fetch(`${base}/api/conflict`);
    expect(response.status).toBe(409);
    expect(await response.json()).toEqual({ code: "Conflict", message: "Someone was faster" });
  });

  test("an unexpected error is reported, its text is not shown", async () => {
    const response = await fetch(`${base}/api/bug`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("secret");
    expect(errors).toEqual([new Error("a secret detail")]);
  });

  test("a client that leaves while it sends is nobody's error", async () => {
    const { port } = server.address() as AddressInfo;
    const before = errors.length;
    await new Promise<void>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        const head =
          "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
        socket.write(head, () => setImmediate(() => socket.destroy()));
      });
      server.once("connection", (accepted) => accepted.once("close", () => resolve()));
    });
    // Another request goes the whole way, so whatever the broken one left has been reported by now.
    expect((await post("{}")).status).toBe(200);
    expect(errors.length).toBe(before);
  });

  test("an unknown route is a 404 that the CLI understands", async () => {
    const response = await fetch(`${base}/api/deploy2/evaluate_schema`, { method: "POST" });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "NotFound" });
  });
});

describe("CORS", () => {
  test("a preflight mirrors what the browser asks for", async () => {
    const response = await fetch(`${base}/api/echo`, {
      method: "OPTIONS",
      headers: { Origin: "http://app.test", "Access-Control-Request-Headers": "convex-client" },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("http://app.test");
    expect(response.headers.get("access-control-allow-headers")).toBe("convex-client");
  });

  test("HTTP actions answer for themselves", async () => {
    const response = await fetch(`${base}/http/x`, { method: "OPTIONS", headers: { Origin: "http://app.test" } });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(await response.json()).toBe("action");
  });
});

describe("static files", () => {
  test("hashed assets may be kept for ever, pages are asked for again", async () => {
    const asset = await fetch(`${base}/assets/main-AbC12_-x.js`);
    expect(asset.headers.get("cache-control")).toContain("immutable");
    expect(asset.headers.get("content-type")).toContain("text/javascript");
    const page = await fetch(`${base}/`);
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const again = await fetch(`${base}/`, { headers: { "If-None-Match": page.headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
  });

  test("a navigation to any path gets the app, a missing file does not", async () => {
    const navigation = await fetch(`${base}/inbox/42`, { headers: { Accept: "text/html,*/*" } });
    expect(await navigation.text()).toBe("<title>app</title>");
    expect((await fetch(`${base}/assets/gone-12345678.js`)).status).toBe(404);
    expect((await fetch(`${base}/inbox/42`)).status).toBe(404);
  });

  test.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/../../secret.txt",
    "/.hidden",
    "/link.txt",
    "/assets/up/secret.txt",
    "/%00",
    "/%",
  ])("%s gives nothing away", async (path) => {
    const { status, body } = await rawGet(path);
    expect(status).toBe(404);
    expect(body).not.toContain("secret");
  });
});
