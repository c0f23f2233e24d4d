import type { IncomingMessage, ServerResponse } from "node:http";
import { DeveloperError } from "../errors.ts";
import { type Exchange, type Handler, jsonReply, type Reply, type RouteTable } from "./exchange.ts";
import type { RequestGate } from "./request-gate.ts";
import { randomRequestId } from "../functions/request-id.ts";

export interface ListenerOptions {
  routes: RouteTable;
  /** Handlers for everything under a path, any method; the first whose prefix fits is asked. */
  prefixes: { prefix: string; handler: Handler; cors: boolean }[];
  /** For GET and HEAD that no route takes. */
  fallback: Handler;
  /** Off on the site origin: there the app answers for itself (convex-facts b.1). */
  cors: boolean;
  /** Told when a request has ended. */
  gate: Pick<RequestGate, "leave">;
  onError(error: unknown, exchange: Exchange): void;
  onDone(exchange: Exchange, durationMs: number): void;
}

/** The request listener of one origin: routing, CORS, error bodies. */
export function createListener(options: ListenerOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const exchange = new OpenExchange(request, response);
    response.on("close", () => {
      options.gate.leave(exchange);
      options.onDone(exchange, performance.now() - exchange.startedMs);
    });
    answer(options, exchange).catch((error: unknown) => options.onError(error, exchange));
  };
}

async function answer(options: ListenerOptions, exchange: Exchange): Promise<void> {
  const { handler, cors } = choose(options, exchange);
  if (cors) {
    setCorsHeaders(exchange);
    if (exchange.request.method === "OPTIONS") return sendReply(exchange, { status: 204, body: "" });
  }
  try {
    const reply = await handler(exchange);
    if (reply !== null) sendReply(exchange, reply);
  } catch (error) {
    // A client that leaves while sending breaks its own request, nothing else.
    if ((exchange.request.errored as NodeJS.ErrnoException | null)?.code === "ECONNRESET") return;
    sendReply(exchange, errorReply(error));
    if (!(error instanceof DeveloperError)) throw error;
  }
}

function choose(options: ListenerOptions, exchange: Exchange): { handler: Handler; cors: boolean } {
  const method = exchange.request.method === "HEAD" ? "GET" : (exchange.request.method ?? "GET");
  const asSent = options.routes[`${method} ${exchange.path}`];
  if (asSent !== undefined) return { handler: asSent, cors: options.cors };
  const path = exchange.url.pathname;
  const exact = options.routes[`${method} ${path}`];
  if (exact !== undefined) return { handler: exact, cors: options.cors };
  const prefixed = options.prefixes.find(({ prefix }) => path.startsWith(prefix));
  if (prefixed !== undefined) return { handler: prefixed.handler, cors: options.cors && prefixed.cors };
  if (method === "OPTIONS" || method === "GET") return { handler: options.fallback, cors: options.cors };
  return { handler: () => notFound(), cors: options.cors };
}

/** The answer for a path that nothing serves. */
export function notFound(): Reply {
  return jsonReply({ code: "NotFound", message: "There is nothing at this path." }, 404);
}

/** `{code, message}` with the error's status; anything unexpected says nothing about its cause (convex-facts b.1). */
function errorReply(error: unknown): Reply {
  if (error instanceof DeveloperError) return jsonReply({ code: error.code, message: error.message }, error.status);
  const message = "Your request couldn't be completed. Try again later.";
  return jsonReply({ code: "InternalServerError", message }, 500);
}

function sendReply({ request, response }: Exchange, reply: Reply): void {
  // It was answered when its time was over.
  if (response.writableEnded) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { body } = reply;
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  const isRefusedEarly = !request.complete && reply.status >= 400;
  if (isRefusedEarly) response.setHeader("Connection", "close");
  const headers = reply.status === 204 ? reply.headers : { "Content-Length": length, ...reply.headers };
  response.writeHead(reply.status, headers);
  if (!isRefusedEarly) {
    if (request.method === "HEAD") response.end();
    else if (typeof body !== "string") response.end(body);
    // As UTF-8 a text gets three bytes of memory for each character, outside of the heap, which makes it collect garbage
    // often.
    else if (length === body.length) response.end(body, "latin1");
    else response.end(Buffer.from(body));
    return;
  }
  response.write(body);
  endAfterBody(request, response);
}

// How much of a refused body is read and thrown away, and for how long, before the connection is cut: more than any
// honest client sends too much, little enough for a hostile one.
const DISCARDED_BYTES = 64 * 1024 * 1024;
const DISCARDING_MS = 5000;

/**
 * Ends a response whose request is still sending its body. Closing at once would reset the connection under the sender's
 * hands, who would then see a broken pipe instead of the answer.
 */
function endAfterBody(request: IncomingMessage, response: ServerResponse): void {
  let discarded = 0;
  const timer = setTimeout(() => end(), DISCARDING_MS);
  const end = () => {
    clearTimeout(timer);
    request.off("data", discard);
    response.end();
  };
  const discard = (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > DISCARDED_BYTES) end();
  };
  request.on("data", discard);
  request.once("end", end);
  request.once("close", end);
}

function setCorsHeaders({ request, response }: Exchange): void {
  const origin = request.headers.origin;
  if (origin === undefined) return;
  response.setHeader("Access-Control-Allow-Origin", origin);
  response.setHeader("Access-Control-Allow-Credentials", "true");
  response.setHeader("Vary", "Origin, Access-Control-Request-Headers");
  if (request.method !== "OPTIONS") return;
  response.setHeader("Access-Control-Allow-Methods", "GET, POST, OPTIONS, PATCH, DELETE, PUT");
  response.setHeader("Access-Control-Max-Age", "86400");
  const requested = request.headers["access-control-request-headers"];
  if (requested !== undefined) response.setHeader("Access-Control-Allow-Headers", requested);
}

/** Reads what few routes need only when it is asked for. */
class OpenExchange implements Exchange {
  readonly startedMs = performance.now();
  place: object | null = null;
  readonly requestId: string;
  readonly path: string;
  readonly search: string;
  #url: URL | null = null;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    const given = request.headers["convex-request-id"];
    this.requestId = typeof given === "string" && REQUEST_ID.test(given) ? given : randomRequestId();
    const target = request.url ?? "/";
    const query = target.indexOf("?");
    this.path = query === -1 ? target : target.slice(0, query);
    this.search = query === -1 ? "" : target.slice(query);
  }

  get url(): URL {
    return (this.#url ??= requestUrl(this.request));
  }

  get client(): Exchange["client"] {
    const { socket, headers } = this.request;
    return { ip: socket.remoteAddress ?? null, userAgent: headers["user-agent"] ?? null };
  }
}

// Goes into logs and error texts: nothing that could break a line.
const REQUEST_ID = /^[\w-]{1,64}$/;

function requestUrl(request: IncomingMessage): URL {
  // The target may start with "//", which a URL would read as a host.
  const target = (request.url ?? "/").replace(/^\/+/, "/");
  return URL.canParse(target, "http://localhost") ? new URL(target, "http://localhost") : new URL("http://localhost/");
}
