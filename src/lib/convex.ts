import { ConvexReactClient } from "convex/react";
import { DeltaSocket } from "./delta-socket";

/** The backend serves the built app on its own port; VITE_CONVEX_URL names another deployment, empty is none. */
export const CONVEX_URL: string = import.meta.env.VITE_CONVEX_URL || window.location.origin;

export function createConvexClient(): ConvexReactClient {
  // The client's own log repeats every reconnect in the console; the offline bar says it where people look.
  const logger: boolean = import.meta.env.DEV;
  // Who serves the app is the embedded backend.
  const isEmbedded = CONVEX_URL === window.location.origin;
  return new ConvexReactClient(CONVEX_URL, { logger, ...(isEmbedded ? { webSocketConstructor: DeltaSocket } : {}) });
}
