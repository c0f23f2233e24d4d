import type { AuthConfig } from "convex/server";

const clerkIssuer = process.env.CLERK_FRONTEND_API_URL;

// Local accounts: tokens issued by this deployment itself (@convex-dev/auth). Clerk joins when its address is set.
export default {
  providers: [
    { domain: process.env.CONVEX_SITE_URL ?? "", applicationID: "convex" },
    ...(clerkIssuer ? [{ domain: clerkIssuer, applicationID: "convex" }] : []),
  ],
} satisfies AuthConfig;
