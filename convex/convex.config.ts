import aggregate from "@convex-dev/aggregate/convex.config";
import presence from "@convex-dev/presence/convex.config";
import prosemirrorSync from "@convex-dev/prosemirror-sync/convex.config";
import rateLimiter from "@convex-dev/rate-limiter/convex.config";
import { defineApp } from "convex/server";

const app = defineApp();
app.use(rateLimiter);
app.use(presence);
// Steps and snapshots of drafts several people write in (inbox/sharedDrafts).
app.use(prosemirrorSync);
// Counts in O(log n): threads by inbox view.
app.use(aggregate, { name: "threadCounts" });

export default app;
