import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { guardedFetch, GuardedFetchError } from "../../convex/lib/guardedFetch";

const servers: Server[] = [];

afterEach(() => {
  delete process.env.WEBHOOKS_ALLOW_LOOPBACK;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const REQUEST = {
  method: "POST",
  headers: { "content-type": "text/plain" },
  body: "hello",
  timeoutMs: 5_000,
  maxAnswerBytes: 100,
} as const;

async function failureOf(call: Promise<unknown>): Promise<GuardedFetchError> {
  const thrown: unknown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(thrown instanceof GuardedFetchError)) throw new Error(`Expected a refusal, got ${String(thrown)}.`);
  return thrown;
}

describe("guardedFetch", () => {
  it("refuses this machine unless the deployment allows it", async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      response.end("ok");
    });
    expect((await failureOf(guardedFetch(url, REQUEST))).kind).toBe("refused");
    expect(calls).toBe(0);
    process.env.WEBHOOKS_ALLOW_LOOPBACK = "true";
    expect(await guardedFetch(url, REQUEST)).toMatchObject({ status: 200, text: "ok" });
  });

  it("refuses a name that leads to this machine", async () => {
    const thrown = await failureOf(guardedFetch("https://localhost.localdomain/", REQUEST));
    expect([thrown.kind, thrown.wasSent]).toEqual(["refused", false]);
  });

  it("sends exactly the bytes and headers, and cuts a long answer", async () => {
    process.env.WEBHOOKS_ALLOW_LOOPBACK = "true";
    let received = "";
    const url = await serve((request, response) => {
      request.on("data", (chunk: Buffer) => (received += chunk.toString()));
      request.on("end", () => response.writeHead(202, { "Retry-After": "7" }).end("x".repeat(10_000)));
    });
    const answer = await guardedFetch(url, REQUEST);
    expect([answer.status, answer.headers["retry-after"], answer.text.length, received]).toEqual([
      202,
      "7",
      100,
      "hello",
    ]);
  });

  it("does not follow a redirect", async () => {
    process.env.WEBHOOKS_ALLOW_LOOPBACK = "true";
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      response.writeHead(302, { Location: "http://127.0.0.1:1/" }).end();
    });
    expect((await guardedFetch(url, REQUEST)).status).toBe(302);
    expect(calls).toBe(1);
  });

  it("gives up a server that never answers, and says that it may have got the request", async () => {
    process.env.WEBHOOKS_ALLOW_LOOPBACK = "true";
    const url = await serve(() => undefined);
    const thrown = await failureOf(guardedFetch(url, { ...REQUEST, timeoutMs: 200 }));
    expect([thrown.kind, thrown.wasSent]).toEqual(["timeout", true]);
  });

  it("tells a refused connection from an answer", async () => {
    process.env.WEBHOOKS_ALLOW_LOOPBACK = "true";
    const thrown = await failureOf(guardedFetch("http://127.0.0.1:1/", REQUEST));
    expect([thrown.kind, thrown.wasSent]).toEqual(["network", false]);
  });
});
