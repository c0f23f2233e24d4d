import { DeveloperError } from "../errors.ts";
import { type Gatekeeper, type Handler, jsonReply, type RouteTable, textReply } from "./exchange.ts";
import type { JSONWebKeySet } from "jose";
import { JWKS_PATH } from "../auth/token-signer.ts";
import { readBody } from "./body.ts";

// Convex's bound for the CLI's network test (convex-facts b.3).
const ECHO_BYTES = 128 * 1024 * 1024;

// What is echoed is held in memory until it has been read, and nobody needs to be known for it: all of it together.
const HELD_BYTES = 256 * 1024 * 1024;

const KEY_SET_SECONDS = 15 * 60;

/** Small routes of the client origin (convex-facts b.3) and the health check. */
export function miscRoutes(deps: {
  gatekeeper: Gatekeeper;
  instanceName: string;
  version: string;
  keySet: JSONWebKeySet;
}): RouteTable {
  return {
    "GET /version": () => textReply(deps.version),
    "GET /instance_version": () => textReply(deps.version),
    "GET /instance_name": () => textReply(deps.instanceName),
    // Verifiers keep it for a while; there is one key and it never changes.
    [`GET ${JWKS_PATH}`]: () => ({
      status: 200,
      headers: { "Content-Type": "application/json", "Cache-Control": `public, max-age=${KEY_SET_SECONDS}` },
      body: JSON.stringify(deps.keySet),
    }),
    "GET /healthz": () => jsonReply({ status: "ok" }),
    "GET /api/check_admin_key": async (exchange) => {
      await deps.gatekeeper.requireAdmin(exchange);
      return jsonReply({ success: true, allowedOps: [], isReadOnly: false });
    },
    "POST /api/debug_event": () => jsonReply(null),
    "POST /echo": echo(HELD_BYTES),
  };
}

/** Answers with the body. Throws DeveloperError 413, and 503 while others hold `mostHeldBytes`. */
export function echo(mostHeldBytes: number): Handler {
  let heldBytes = 0;
  return async ({ request, response }) => {
    const body = await readBody(request, ECHO_BYTES);
    if (heldBytes + body.length > mostHeldBytes) {
      throw new DeveloperError("TooManyConcurrentRequests", "Too many large echoes at once. Try again.", 503);
    }
    heldBytes += body.length;
    response.once("close", () => (heldBytes -= body.length));
    return { status: 200, headers: { "Content-Type": "application/octet-stream" }, body };
  };
}

export const RUNNING_TEXT = "This Convex deployment is running. See https://docs.convex.dev/.";
