// What an inline query imports as `convex:/_system/repl/wrappers.js`; bundled for the realm it runs in.
export { internalQueryGeneric as internalQuery, queryGeneric as query } from "convex/server";
