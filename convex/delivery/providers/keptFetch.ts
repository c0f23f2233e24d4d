"use node";

import { Agent as PlainAgent, request as plainRequest, type IncomingMessage } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";

// Node's `fetch` spends most of its time on streams: a send of a few hundred bytes costs three times what Node's own client
// takes for it. Sends are what there are most of.

/** Idle connections are given up after this, before providers do; `fetch` waits as long. */
const IDLE_MS = 4_000;

/** No connection within this time: nothing was sent. `fetch` waits as long. */
const CONNECT_TIMEOUT_MS = 10_000;

/** An answer is cut here; adapters read less. */
const MAX_ANSWER_BYTES = 2_000_000;

/** Answers that have no body, whatever was sent. */
const WITHOUT_BODY = [204, 205, 304];

const options = { keepAlive: true, timeout: IDLE_MS };
const plainAgent = new PlainAgent(options);
const tlsAgent = new TlsAgent(options);

type Call = { url: URL; headers: Record<string, string>; body: string; signal: AbortSignal | null };

/**
 * `fetch` for a text that is posted with plain headers and answered shortly; every other request goes to `fetch` itself.
 * Never follows a redirect, fails with the codes that `fetch` fails with, and keeps connections.
 */
export const keptFetch: typeof fetch = async (input, init) => {
  const headers = plainHeaders(init?.headers);
  const isPost = init?.method === "POST" && typeof init.body === "string" && init.redirect === "manual";
  if (!isPost || headers === null || input instanceof Request) return await fetch(input, init);
  return await post({ url: new URL(input), headers, body: init.body as string, signal: init.signal ?? null });
};

function plainHeaders(headers: RequestInit["headers"]): Record<string, string> | null {
  if (headers === undefined) return {};
  return headers instanceof Headers || Array.isArray(headers) ? null : (headers as Record<string, string>);
}

function post({ url, headers, body, signal }: Call): Promise<Response> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) throw signal.reason;
    const isPlain = url.protocol === "http:";
    const sent = (isPlain ? plainRequest : tlsRequest)(url, {
      agent: isPlain ? plainAgent : tlsAgent,
      method: "POST",
      headers: { accept: "*/*", "content-length": Buffer.byteLength(body), ...headers },
    });
    const onAbort = () => sent.destroy(asError(signal?.reason));
    signal?.addEventListener("abort", onAbort, { once: true });
    sent.once("close", () => signal?.removeEventListener("abort", onAbort));
    sent.once("socket", (socket) => {
      if (!socket.connecting) return;
      const late = Object.assign(new Error("No connection in time"), { code: "UND_ERR_CONNECT_TIMEOUT" });
      const timer = setTimeout(() => sent.destroy(late), CONNECT_TIMEOUT_MS);
      const stop = () => clearTimeout(timer);
      socket.once(isPlain ? "connect" : "secureConnect", stop).once("close", stop);
    });
    sent.once("error", (error) => reject(error === signal?.reason ? error : failed(error)));
    sent.once("response", (answer) => {
      answerOf(answer, () => signal?.reason).then(resolve, (thrown: unknown) => reject(failed(asError(thrown))));
    });
    sent.end(body);
  });
}

/** The answer with its body; a body that breaks off fails when it is read, as with `fetch`. */
async function answerOf(answer: IncomingMessage, abortReason: () => unknown): Promise<Response> {
  const status = answer.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(answer.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  try {
    const bytes = await bytesOf(answer);
    return new Response(WITHOUT_BODY.includes(status) ? null : bytes, { status, headers });
  } catch (thrown) {
    const problem = abortReason() ?? failed(asError(thrown));
    const broken = new ReadableStream({ start: (controller) => controller.error(problem) });
    return new Response(broken, { status, headers });
  }
}

async function bytesOf(answer: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    // Leaving the loop closes the connection.
    if (size > MAX_ANSWER_BYTES) break;
  }
  return Uint8Array.from(parts.length === 1 ? (parts[0] ?? []) : Buffer.concat(parts));
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** As `fetch` says it: an error around the system's own. What is wrong with the request itself is a bare TypeError. */
function failed(error: Error): Error {
  return new TypeError("fetch failed", { cause: error });
}
