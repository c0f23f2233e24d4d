/// <reference types="vite/client" />
import aggregateTest from "@convex-dev/aggregate/test";
import presenceTest from "@convex-dev/presence/test";
import prosemirrorSyncTest from "@convex-dev/prosemirror-sync/test";
import rateLimiterTest from "@convex-dev/rate-limiter/test";
import { convexTest } from "convex-test";
import schema from "../../convex/schema";

const modules = import.meta.glob(["../../convex/**/*.*s", "!../../convex/**/*.test.ts", "!../../convex/**/*.d.ts"]);

/** A fresh in-memory deployment of `convex/` with all its components, for tests beside the functions. */
export function setupConvex() {
  const t = convexTest(schema, modules);
  rateLimiterTest.register(t, "rateLimiter");
  presenceTest.register(t, "presence");
  prosemirrorSyncTest.register(t, "prosemirrorSync");
  aggregateTest.register(t, "threadCounts");
  return t;
}
