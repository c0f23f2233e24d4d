import { defineConfig } from "vitest/config";

// No test is about time: what takes a second here may take many on a machine with other work.
const UNIT_TIMEOUT_MS = 30_000;

// Six projects: functions in the edge runtime (what Convex's own runtime is nearest to), the app in a DOM, everything
// that opens sockets and files in Node; then browsers and whole systems, two files at a time, as they mostly wait; what
// measures or fills the machine last, one file at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "convex",
          environment: "edge-runtime",
          include: ["convex/**/*.test.{ts,tsx}", "emails/**/*.test.{ts,tsx}"],
          testTimeout: UNIT_TIMEOUT_MS,
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
        },
      },
      {
        test: {
          name: "web",
          environment: "happy-dom",
          include: ["src/**/*.test.{ts,tsx}"],
          testTimeout: UNIT_TIMEOUT_MS,
        },
      },
      {
        test: {
          name: "node",
          environment: "node",
          include: ["embedded/**/*.test.ts", "scripts/**/*.test.ts", "tests/{architecture,adapters}/**/*.test.ts"],
          testTimeout: UNIT_TIMEOUT_MS,
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
        },
      },
      {
        test: {
          name: "browser",
          environment: "node",
          include: ["tests/e2e/**/*.test.ts"],
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "system",
          environment: "node",
          include: ["tests/{embedded,contract,flows}/**/*.test.ts"],
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
          sequence: { groupOrder: 1 },
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: "load",
          environment: "node",
          include: ["tests/load/**/*.test.ts"],
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
