import { ConvexHttpClient } from "convex/browser";
import type { UserIdentityAttributes } from "convex/server";
import { afterAll, beforeAll, describe } from "vitest";
import { join } from "node:path";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "../support/backend.ts";
import { contractFor, type ContractBackend } from "./contract.ts";
import { SUITES } from "./suites.ts";

const CONTRACT_PROJECT = join(PROJECT_DIR, "tests/fixtures/contract");
const START_MS = Date.parse("2026-10-20T08:00:00Z");

/** What the stock HTTP client can do but does not declare: internal functions and acting as a user, with an admin key. */
interface AdminHttpClient {
  setAdminAuth(key: string, actingAs?: UserIdentityAttributes): void;
}

function contractBackend(backend: TestBackend, user?: UserIdentityAttributes): ContractBackend {
  const http = new ConvexHttpClient(backend.cloudUrl, { logger: false });
  (http as unknown as AdminHttpClient).setAdminAuth(backend.adminKey, user);
  return {
    name: "embedded",
    query: (ref, args) => http.query(ref as never, args as never),
    mutation: (ref, args) => http.mutation(ref as never, args as never),
    action: (ref, args) => http.action(ref as never, args as never),
    as: (attributes) => contractBackend(backend, attributes as UserIdentityAttributes),
    fetch: (path, init) => fetch(backend.siteUrl + path, init),
    nowMs: () => backend.nowMs(),
    advanceBy: (ms) => backend.advanceBy(ms),
  };
}

let running: TestBackend;
let backend: ContractBackend;

beforeAll(async () => {
  running = await startTestBackend({ project: CONTRACT_PROJECT, testClock: { startMs: START_MS } });
  backend = contractBackend(running);
});

afterAll(() => running.stop());

for (const [name, cases] of Object.entries(SUITES)) {
  describe(name, () => cases(contractFor("embedded", () => backend)));
}
