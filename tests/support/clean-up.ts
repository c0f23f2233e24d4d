import { afterAll, vi } from "vitest";

// Test files that share a worker's modules leave nothing behind for the next: no clock, no stand-in.
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});
