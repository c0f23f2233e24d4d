import { type Gatekeeper, jsonReply, type RouteTable, textReply } from "./exchange.ts";
import { readBody } from "./body.ts";

// Convex's bound for the CLI's network test (convex-facts b.3).
const ECHO_BYTES = 128 * 1024 * 1024;

/** Small routes of the client origin (convex-facts b.3) and the health check. */
export function miscRoutes(deps: { gatekeeper: Gatekeeper; instanceName: string; version: string }): RouteTable {
  return {
    "GET /version": () => textReply(deps.version),
    "GET /instance_version": () => textReply(deps.version),
    "GET /instance_name": () => textReply(deps.instanceName),
    "GET /healthz": () => jsonReply({ status: "ok" }),
    "GET /api/check_admin_key": async (exchange) => {
      await deps.gatekeeper.requireAdmin(exchange);
      return jsonReply({ success: true, allowedOps: [], isReadOnly: false });
    },
    "POST /api/debug_event": () => jsonReply(null),
    "POST /echo": async ({ request }) => ({
      status: 200,
      headers: { "Content-Type": "application/octet-stream" },
      body: await readBody(request, ECHO_BYTES),
    }),
  };
}

export const RUNNING_TEXT = "This Convex deployment is running. See https://docs.convex.dev/.";
