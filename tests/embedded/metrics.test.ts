import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../fixtures/project/convex/_generated/api.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend({ project: FIXTURE_PROJECT });
});
afterAll(() => backend.stop());

// A sample line of the text format: name, labels, number.
const SAMPLE =
  /^[a-z][a-z\d_]*(?:\{[a-z]+="(?:[^"\\]|\\.)*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\})? -?(?:[\d.]+(?:e[+-]?\d+)?|NaN)$/;

test("/metrics counts what ran, in a form that Prometheus reads", async () => {
  const http = new ConvexHttpClient(backend.cloudUrl);
  await http.mutation(api.messages.increment, { name: "counted" });
  await expect(http.mutation(api.messages.fail, { how: "plain" })).rejects.toThrow();
  const response = await fetch(`${backend.cloudUrl}/metrics`);
  expect(response.headers.get("content-type")).toContain("version=0.0.4");
  const lines = (await response.text()).trimEnd().split("\n");
  for (const line of lines.filter((each) => !each.startsWith("#"))) expect(line).toMatch(SAMPLE);
  expect(lines).toContain('switchboard_function_calls_total{type="Mutation",outcome="success",cached="false"} 1');
  expect(lines).toContain('switchboard_function_calls_total{type="Mutation",outcome="failure",cached="false"} 1');
  expect(lines).toContain("switchboard_sockets 0");
});

test("from elsewhere it wants the key", async () => {
  const forwarded = { "X-Forwarded-For": "203.0.113.7" };
  expect((await fetch(`${backend.cloudUrl}/metrics`, { headers: forwarded })).status).toBe(403);
  const headers = { ...forwarded, Authorization: `Convex ${backend.adminKey}` };
  expect((await fetch(`${backend.cloudUrl}/metrics`, { headers })).status).toBe(200);
});
