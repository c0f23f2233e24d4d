import aggregate from "@convex-dev/aggregate/convex.config";
import presence from "@convex-dev/presence/convex.config";
import rateLimiter from "@convex-dev/rate-limiter/convex.config";
import { defineApp } from "convex/server";

const app = defineApp();
app.use(rateLimiter);
app.use(presence);
// Counts in O(log n): threads by inbox view.
app.use(aggregate, { name: "threadCounts" });

export default app;
