import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// No test is about time: what takes a second here may take many on a machine with other work.
const UNIT_TIMEOUT_MS = 120_000;

/** As long as anything else that a test waits for: Vitest's own second is a limit on time. */
const EXPECT = { poll: { timeout: 60_000 } };

// Vitest's own default leaves one core of two idle.
const UNIT_WORKERS = Math.max(2, availableParallelism() - 1);

const CONVEX_TESTS = ["convex/**/*.test.{ts,tsx}", "emails/**/*.test.{ts,tsx}"];

/** Tests that put another module in the place of one: they need modules that no other test has loaded. */
const MOCKING_TESTS = readdirSync("convex", { recursive: true, encoding: "utf8" })
  .map((name) => `convex/${name.replaceAll("\\", "/")}`)
  .filter((path) => /\.test\.tsx?$/.test(path) && /\bvi\.mock\(/.test(readFileSync(path, "utf8")));

const CONVEX = {
  environment: "edge-runtime",
  testTimeout: UNIT_TIMEOUT_MS,
  maxWorkers: UNIT_WORKERS,
  setupFiles: ["./tests/support/convex-env.ts"],
  server: { deps: { inline: ["convex-test", /@convex-dev/] } },
};

// Functions in the edge runtime (what Convex's own runtime is nearest to), the app in a DOM, everything that opens
// sockets and files in Node; then browsers and whole systems, two files at a time, as they mostly wait; what measures or
// fills the machine last, one file at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...CONVEX,
          name: "convex",
          include: CONVEX_TESTS,
          exclude: MOCKING_TESTS,
          // Modules are loaded once a worker, as in Convex itself, whose runtime is reused too: half of the time was that.
          isolate: false,
          setupFiles: [...CONVEX.setupFiles, "./tests/support/clean-up.ts"],
        },
      },
      { test: { ...CONVEX, name: "mocking", include: MOCKING_TESTS } },
      {
        test: {
          name: "web",
          environment: "happy-dom",
          include: ["src/**/*.test.{ts,tsx}"],
          testTimeout: UNIT_TIMEOUT_MS,
          maxWorkers: UNIT_WORKERS,
        },
      },
      {
        test: {
          name: "node",
          environment: "node",
          include: ["embedded/**/*.test.ts", "scripts/**/*.test.ts", "tests/{architecture,adapters}/**/*.test.ts"],
          testTimeout: UNIT_TIMEOUT_MS,
          maxWorkers: UNIT_WORKERS,
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
        },
      },
      {
        test: {
          name: "browser",
          environment: "node",
          include: ["tests/e2e/**/*.test.ts"],
          expect: EXPECT,
          isolate: false,
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 400_000,
        },
      },
      {
        test: {
          name: "system",
          environment: "node",
          include: ["tests/{embedded,contract,flows}/**/*.test.ts"],
          expect: EXPECT,
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 400_000,
        },
      },
      {
        test: {
          name: "load",
          environment: "node",
          include: ["tests/load/**/*.test.ts"],
          expect: EXPECT,
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 400_000,
        },
      },
    ],
  },
});
