import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import type { FunctionRunner, Identity } from "../functions/types.ts";
import { coerceError, DeveloperError } from "../errors.ts";
import { HTTP_ACTION_BODY_BYTES, readBody } from "./body.ts";
import type { Exchange, Gatekeeper, Handler } from "./exchange.ts";
import type { RequestGate } from "./request-gate.ts";

const BODILESS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Runs HTTP actions (convex-facts b.5). `prefix` is taken off the path first: "/http" on the client origin, "" on the
 * site origin. The answer streams; a client that leaves aborts the action's request.
 */
export function httpActionHandler(
  deps: { runner: Pick<FunctionRunner, "httpAction">; gatekeeper: Gatekeeper; gate: RequestGate },
  prefix: string,
): Handler {
  return async (exchange) => {
    const aborter = new AbortController();
    exchange.response.on("close", () => aborter.abort());
    const request = await functionRequest(exchange, prefix, aborter.signal);
    const identity = await identityOrReason(deps.gatekeeper, exchange);
    const { requestId, client } = exchange;
    await deps.gate.enter(exchange);
    const response = await deps.runner.httpAction(request, { identity, requestId, client, signal: aborter.signal });
    // What follows waits for the client, which may be slow.
    deps.gate.leave(exchange);
    await writeResponse(response, exchange.response, exchange.request.method === "HEAD");
    return null;
  };
}

async function functionRequest(exchange: Exchange, prefix: string, signal: AbortSignal): Promise<Request> {
  const { request } = exchange;
  const method = request.method ?? "GET";
  const body = BODILESS.has(method) ? undefined : new Uint8Array(await readBody(request, HTTP_ACTION_BODY_BYTES));
  const path = (request.url ?? "/").slice(prefix.length) || "/";
  const host = request.headers.host ?? "localhost";
  const url = `${originalProtocol(request)}://${host}${path.startsWith("/") ? path : `/${path}`}`;
  return new Request(url, { method, headers: requestHeaders(request), body, signal });
}

function requestHeaders(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}

// A proxy in front says what the client used (convex-facts b.5).
function originalProtocol(request: IncomingMessage): string {
  const forwarded = request.headers["x-forwarded-proto"];
  if (typeof forwarded === "string") return forwarded.split(",")[0]?.trim() || "http";
  const standard = /proto="?([a-z]+)/i.exec(request.headers["forwarded"] ?? "");
  return standard?.[1]?.toLowerCase() ?? "http";
}

// A token that does not hold does not stop the action: it fails when the action asks who calls (convex-facts b.5).
async function identityOrReason(gatekeeper: Gatekeeper, exchange: Exchange): Promise<Identity> {
  try {
    return await gatekeeper.identify(exchange);
  } catch (error) {
    if (!(error instanceof DeveloperError)) throw error;
    return { kind: "invalid", message: coerceError(error).message };
  }
}

async function writeResponse(from: Response, to: ServerResponse, headOnly: boolean): Promise<void> {
  to.statusCode = from.status;
  for (const [name, value] of from.headers) if (name !== "set-cookie") to.setHeader(name, value);
  const cookies = from.headers.getSetCookie();
  if (cookies.length > 0) to.setHeader("set-cookie", cookies);
  if (from.body === null || headOnly) {
    await from.body?.cancel();
    to.end();
    return;
  }
  to.flushHeaders();
  const reader = from.body.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      if (to.destroyed) return;
      if (!to.write(chunk.value)) await Promise.race([once(to, "drain"), once(to, "close")]);
    }
    to.end();
  } catch {
    // The head is gone: cutting the stream is all that is left to say (convex-facts b.5). The runner logged the cause.
    to.destroy();
  } finally {
    if (to.destroyed) await reader.cancel().catch(() => undefined);
  }
}
