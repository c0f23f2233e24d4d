import { setImmediate } from "node:timers";
import type { FunctionError, HttpRequestData } from "../../types.ts";
import type { ActionContext } from "./action-context.ts";

type HttpHandler = { invokeHttpAction?: (request: Request) => Promise<unknown> };
type Router = {
  isRouter?: boolean;
  lookup?: (path: string, method: string) => readonly [HttpHandler, string, string] | null;
};

const BODILESS_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

function makeRequest(data: HttpRequestData, signal: AbortSignal): Request {
  const hasBody = data.body !== null && !BODILESS_METHODS.has(data.method);
  return new Request(data.url, {
    method: data.method,
    headers: data.headers,
    signal,
    ...(hasBody ? { body: data.body as Uint8Array<ArrayBuffer> } : {}),
  });
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;
type Read = ReturnType<Reader["read"]>;

/**
 * The body that is there already, as one of a text or of bytes is, within this turn of the event loop. Otherwise the reads
 * that were begun: the body is still being made, or has many parts.
 */
async function bodyAtHand(reader: Reader): Promise<{ bytes: Uint8Array | null } | { begun: Read[] }> {
  const turnEnds = new Promise<"later">((resolve) => setImmediate(() => resolve("later")));
  const begun: Read[] = [];
  let bytes: Uint8Array | null = null;
  while (begun.length < 2) {
    const read = reader.read();
    begun.push(read);
    // Whoever reads on is told of a failure.
    const result = await Promise.race([read.catch(() => "later" as const), turnEnds]);
    if (result === "later") break;
    if (result.done) return { bytes };
    if (begun.length === 1) bytes = result.value;
  }
  return { begun };
}

/** Sends the body chunk by chunk, each when the main thread asks for more; `begun` are the first ones. */
async function sendBody(
  reader: Reader,
  begun: Read[],
  context: ActionContext,
  pulls: { wake: () => void },
  describe: (thrown: unknown) => FunctionError,
): Promise<void> {
  const { runId } = context;
  const aborted = new Promise<"aborted">((resolve) => {
    context.abortController.signal.addEventListener("abort", () => resolve("aborted"));
  });
  const nextPull = () => new Promise<"pulled">((resolve) => (pulls.wake = () => resolve("pulled")));
  let pulled = nextPull();
  try {
    for (;;) {
      if ((await context.expecting(Promise.race([pulled, aborted]))) === "aborted") break;
      const { done, value } = await (begun.shift() ?? reader.read());
      if (done) break;
      pulled = nextPull();
      context.send({ type: "chunk", runId, bytes: value });
    }
    context.send({ type: "bodyEnded", runId, error: null });
  } catch (thrown) {
    context.send({ type: "bodyEnded", runId, error: describe(thrown) });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * Looks the route up in the module's router, runs its handler and sends the response. Throws what the handler throws
 * before it answered. `pulls.wake` is replaced by what each "pull" message must call.
 */
export async function serveRequest(
  router: unknown,
  path: string,
  data: HttpRequestData,
  context: ActionContext,
  pulls: { wake: () => void },
  describe: (thrown: unknown) => FunctionError,
): Promise<void> {
  const { isRouter, lookup } = (router ?? {}) as Router;
  if (isRouter !== true || lookup === undefined) throw new Error("The default export of http.js is not a Router.");
  const { runId } = context;
  const handler = lookup.call(router, path, data.method)?.[0];
  const response =
    handler?.invokeHttpAction === undefined
      ? new Response("No matching routes found", { status: 404 })
      : await handler.invokeHttpAction(makeRequest(data, context.abortController.signal));
  if (!(response instanceof Response)) {
    throw new Error("HTTP actions must return a Response object (or a promise of one)");
  }
  const { status } = response;
  const headers = [...response.headers];
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  const body = reader === undefined ? { bytes: null } : await bodyAtHand(reader);
  if ("bytes" in body) {
    context.send({ type: "answered", runId, status, headers, body: body.bytes });
    return;
  }
  context.send({ type: "responded", runId, status, headers });
  if (reader !== undefined) await sendBody(reader, body.begun, context, pulls, describe);
}
