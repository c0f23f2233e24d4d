import { ConvexHttpClient } from "convex/browser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { api } from "../fixtures/project/convex/_generated/api.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";

let backend: TestBackend;

beforeAll(async () => {
  backend = await startTestBackend({ project: FIXTURE_PROJECT });
});

afterAll(() => backend.stop());

test("every acknowledged mutation survives kill -9, and nothing half-written does", async () => {
  const http = new ConvexHttpClient(backend.cloudUrl);
  let acknowledged = 0;
  const writers = Array.from({ length: 8 }, async () => {
    for (;;) {
      await http.mutation(api.messages.increment, { name: "durable" });
      acknowledged++;
    }
  });
  const ended = Promise.allSettled(writers);
  const enough = 200;
  while (acknowledged < enough) await new Promise((resolve) => setImmediate(resolve));
  await backend.killAndRestart();
  await ended;
  const counted = await http.query(api.messages.counter, { name: "durable" });
  expect(counted).toBeGreaterThanOrEqual(acknowledged);
  // At most one unanswered mutation per writer may have been committed as well.
  expect(counted).toBeLessThanOrEqual(acknowledged + writers.length);
  expect(await http.mutation(api.messages.increment, { name: "durable" })).toBe(counted + 1);
});
