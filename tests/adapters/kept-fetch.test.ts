import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { callProvider } from "../../convex/delivery/providers/call";
import { keptFetch } from "../../convex/delivery/providers/keptFetch";
import { startStub } from "./stub-server";

// What the calls of adapters come to over Node's own client: as over `fetch`, answer by answer and failure by failure.

let stub: Awaited<ReturnType<typeof startStub>>;
beforeAll(async () => {
  stub = await startStub();
});
afterAll(() => stub.stop());
beforeEach(() => stub.answer({ body: { ok: true } }));

const POST = { method: "POST", body: "{}", redirect: "manual" } as const;
const call = (url = stub.url, more: { headers?: Record<string, string>; timeoutMs?: number } = {}) =>
  callProvider({ ...POST, url, headers: more.headers, account: { fetch: keptFetch, timeoutMs: more.timeoutMs } });
const alike = async (make: (go: typeof fetch) => ReturnType<typeof callProvider>) => {
  const [kept, fetched] = [await make(keptFetch), await make(fetch)];
  const facts = ({ ...answer }: typeof kept) =>
    answer.kind === "answer"
      ? { kind: answer.kind, status: answer.status, text: answer.text }
      : { mayHaveArrived: answer.mayHaveArrived, isConfig: answer.isConfig };
  expect(facts(kept)).toEqual(facts(fetched));
  return facts(kept);
};
const post =
  (url = stub.url, more: { headers?: Record<string, string>; timeoutMs?: number } = {}) =>
  (go: typeof fetch) =>
    callProvider({ ...POST, url, headers: more.headers, account: { fetch: go, timeoutMs: more.timeoutMs } });

it("posts the text with its headers, umlauts and all", async () => {
  await callProvider({
    method: "POST",
    url: `${stub.url}/a?b=c`,
    headers: { "X-Key": "k" },
    body: '{"a":"ü€"}',
    account: { fetch: keptFetch },
  });
  const [request] = stub.requests;
  expect(request).toMatchObject({ method: "POST", path: "/a", headers: { "x-key": "k", "content-length": "13" } });
  expect(request?.body.toString("utf8")).toBe('{"a":"ü€"}');
});

it("keeps its connection", async () => {
  let connections = 0;
  const server = createHttpServer((request, response) => request.resume().on("end", () => response.end("ok")));
  server.on("connection", () => (connections += 1));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (let i = 0; i < 3; i++) expect(await call(url)).toMatchObject({ kind: "answer", status: 200, text: "ok" });
  expect(connections).toBe(1);
  server.closeAllConnections();
  server.close();
});

it.each([
  ["an answer with headers", { status: 202, headers: { "X-Message-Id": "m1" }, body: "" }],
  ["none to speak of", { status: 204 }],
  ["a redirect, which is not followed", { status: 302, headers: { Location: "http://127.0.0.1:9/" }, body: "" }],
  ["a refusal", { status: 429, headers: { "Retry-After": "7" }, body: { message: "slow down" } }],
  ["a broken connection", "reset"],
  ["a body that breaks off", "cut_off"],
] as const)("takes %s as fetch does", async (_, answer) => {
  stub.answer(answer);
  await alike(post());
});

it("takes a provider that never answers and a closed port as fetch does", async () => {
  stub.answer("hang");
  expect(await alike(post(stub.url, { timeoutMs: 150 }))).toEqual({ mayHaveArrived: true, isConfig: false });
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const closed = await alike(post(`http://127.0.0.1:${port}`));
  expect(closed).toEqual({ mayHaveArrived: false, isConfig: false });
});

it("takes what cannot be sent as fetch does, and never quotes it", async () => {
  const answer = await call(stub.url, { headers: { "X-Key": "geheim\n" } });
  expect(answer).toMatchObject({ kind: "no_answer", mayHaveArrived: false, isConfig: true });
  expect(JSON.stringify(answer)).not.toContain("geheim");
  expect(await call(stub.url, { headers: { "X-Key": "€" } })).toMatchObject({ isConfig: true, mayHaveArrived: false });
});

it("cuts an answer without end", async () => {
  stub.answer({ body: "x".repeat(5_000_000) });
  const answer = await call();
  expect(answer.kind === "answer" && answer.text.length < 2_500_000).toBe(true);
});
