import { defineConfig } from "vitest/config";

// Four projects, one per runtime: functions in the edge runtime (what Convex's own runtime is nearest to), the app in a
// DOM, everything that opens sockets and files in Node, whole flows and browsers last and one file at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "convex",
          environment: "edge-runtime",
          include: ["convex/**/*.test.{ts,tsx}", "emails/**/*.test.{ts,tsx}"],
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
        },
      },
      {
        test: { name: "web", environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
      },
      {
        test: {
          name: "node",
          environment: "node",
          include: ["embedded/**/*.test.ts", "scripts/**/*.test.ts", "tests/{architecture,adapters}/**/*.test.ts"],
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
        },
      },
      {
        test: {
          name: "system",
          environment: "node",
          include: ["tests/{embedded,contract,flows,load,e2e}/**/*.test.ts"],
          setupFiles: ["./tests/support/convex-env.ts"],
          server: { deps: { inline: ["convex-test", /@convex-dev/] } },
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
