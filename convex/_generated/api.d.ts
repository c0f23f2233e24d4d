/* eslint-disable */
/**
 * Generated `api` utility.
 *
 * THIS CODE IS AUTOMATICALLY GENERATED.
 *
 * To regenerate, run `npx convex dev`.
 * @module
 */

import type * as lib_access from "../lib/access.js";
import type * as lib_closedSets from "../lib/closedSets.js";
import type * as lib_errors from "../lib/errors.js";
import type * as lib_functions from "../lib/functions.js";
import type * as lib_permissions from "../lib/permissions.js";
import type * as lib_time from "../lib/time.js";

import type { ApiFromModules, FilterApi, FunctionReference } from "convex/server";

declare const fullApi: ApiFromModules<{
  "lib/access": typeof lib_access;
  "lib/closedSets": typeof lib_closedSets;
  "lib/errors": typeof lib_errors;
  "lib/functions": typeof lib_functions;
  "lib/permissions": typeof lib_permissions;
  "lib/time": typeof lib_time;
}>;

export declare const api: FilterApi<typeof fullApi, FunctionReference<any, "public">>;
export declare const internal: FilterApi<typeof fullApi, FunctionReference<any, "internal">>;

export declare const components: {
  rateLimiter: import("@convex-dev/rate-limiter/_generated/component.js").ComponentApi<"rateLimiter">;
  presence: import("@convex-dev/presence/_generated/component.js").ComponentApi<"presence">;
  queueCounts: import("@convex-dev/aggregate/_generated/component.js").ComponentApi<"queueCounts">;
  threadCounts: import("@convex-dev/aggregate/_generated/component.js").ComponentApi<"threadCounts">;
};
