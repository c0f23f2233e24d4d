import type { IncomingMessage, ServerResponse } from "node:http";
import { once } from "node:events";
import type { FunctionRunner, HttpAnswer, HttpRequestData, Identity } from "../functions/types.ts";
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
    exchange.response.on("close", () => {
      if (!exchange.response.writableFinished) aborter.abort();
    });
    const request = await functionRequest(exchange, prefix);
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

async function functionRequest(exchange: Exchange, prefix: string): Promise<HttpRequestData> {
  const { request } = exchange;
  const method = request.method ?? "GET";
  const body = BODILESS.has(method) ? null : new Uint8Array(await readBody(request, HTTP_ACTION_BODY_BYTES));
  const path = (request.url ?? "/").slice(prefix.length) || "/";
  const host = request.headers.host ?? "localhost";
  const url = `${originalProtocol(request)}://${host}${path.startsWith("/") ? path : `/${path}`}`;
  return { url, method, headers: requestHeaders(request), body };
}

function requestHeaders(request: IncomingMessage): [string, string][] {
  return Object.entries(request.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
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

async function writeResponse(
  { status, headers, body }: HttpAnswer,
  to: ServerResponse,
  headOnly: boolean,
): Promise<void> {
  to.statusCode = status;
  for (const [name, value] of headers) to.appendHeader(name, value);
  if (body === null || headOnly) {
    if (body instanceof ReadableStream) await body.cancel();
    to.end();
    return;
  }
  // One write, of a length that is known.
  if (!(body instanceof ReadableStream)) {
    to.end(body);
    return;
  }
  to.flushHeaders();
  const reader = body.getReader();
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
