import type { FunctionError } from "../../types.ts";
import type { HttpRequestData } from "../messages.ts";
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

/** Sends the body chunk by chunk, each when the main thread asks for more. */
async function sendBody(
  body: ReadableStream<Uint8Array>,
  context: ActionContext,
  pulls: { wake: () => void },
  describe: (thrown: unknown) => FunctionError,
): Promise<void> {
  const { runId } = context;
  const reader = body.getReader();
  const aborted = new Promise<"aborted">((resolve) => {
    context.abortController.signal.addEventListener("abort", () => resolve("aborted"));
  });
  const nextPull = () => new Promise<"pulled">((resolve) => (pulls.wake = () => resolve("pulled")));
  let pulled = nextPull();
  try {
    for (;;) {
      if ((await context.expecting(Promise.race([pulled, aborted]))) === "aborted") break;
      const { done, value } = await reader.read();
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
  const body = response.body as ReadableStream<Uint8Array> | null;
  context.send({
    type: "responded",
    runId,
    status: response.status,
    headers: [...response.headers],
    hasBody: body !== null,
  });
  if (body === null) context.send({ type: "bodyEnded", runId, error: null });
  else await sendBody(body, context, pulls, describe);
}
