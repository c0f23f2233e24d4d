import { coerceError } from "../../errors.ts";
import type { DeployedCode } from "../modules/deployed-code.ts";
import { LogCollector } from "../log-lines.ts";
import type { FunctionCall, FunctionError, HttpAnswer, HttpRequestData, Identity, LogLine } from "../types.ts";
import type { ActionRunner } from "./action-runner.ts";
import { routeRequest } from "./http-routes.ts";
import type { WorkerPool } from "./worker-pool.ts";
import { startInWorker } from "./worker-run.ts";
import type { WorkerHandle, WorkerTask } from "./worker-run.ts";

export interface HttpContext {
  identity: Identity;
  requestId: string;
  client?: FunctionCall["client"];
  signal?: AbortSignal;
}

/** How an HTTP action ended, for the log. */
export interface HttpEnd {
  call: FunctionCall;
  logLines: LogLine[];
  executionMs: number;
  error: FunctionError | null;
}

// Convex-facts f.5.
const MAX_RESPONSE_BYTES = 20 * 1024 * 1024;
const TOO_LARGE = "HttpResponseTooLarge: HTTP actions support responses up to 20 MiB";

const HTTP_PATH = { modulePath: "http.js", exportName: "default" };

/** 500 as the reference answers it (convex-facts b.5). */
function failureResponse(error: FunctionError, requestId: string): HttpAnswer {
  const [firstLine = ""] = error.message.split("\n");
  const code = `[Request ID: ${requestId}] Server Error: ${firstLine}`;
  const body = {
    code,
    trace: error.message,
    ...(error.data === undefined ? {} : { data: JSON.parse(error.data) as unknown }),
  };
  return textAnswer(500, "application/json", JSON.stringify(body));
}

/** One HTTP action from its request to the last byte of its response. */
class HttpExchange {
  readonly #requestId: string;
  readonly #onEnd: (error: FunctionError | null) => void;
  readonly #resolve: (answer: HttpAnswer) => void;
  #handle: WorkerHandle | null = null;
  #body: ReadableStreamDefaultController<Uint8Array> | null = null;
  #sentBytes = 0;
  #hasResponded = false;
  #isOver = false;
  #wantsChunk = false;

  constructor(requestId: string, resolve: (answer: HttpAnswer) => void, onEnd: (error: FunctionError | null) => void) {
    this.#requestId = requestId;
    this.#resolve = resolve;
    this.#onEnd = onEnd;
  }

  started(handle: WorkerHandle): void {
    this.#handle = handle;
    if (this.#isOver) handle.end(false);
    else if (this.#wantsChunk) handle.pull();
  }

  answered(status: number, headers: [string, string][], body: Uint8Array | null): void {
    if (this.#isOver) return;
    if ((body?.byteLength ?? 0) > MAX_RESPONSE_BYTES) {
      this.failed({ message: TOO_LARGE });
      return;
    }
    this.#hasResponded = true;
    this.#resolve({ status, headers, body });
    this.#end(null, false);
  }

  responded(status: number, headers: [string, string][]): void {
    this.#hasResponded = true;
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => void (this.#body = controller),
        pull: () => {
          this.#wantsChunk = true;
          this.#handle?.pull();
        },
        cancel: () => this.#end(null, true),
      },
      { highWaterMark: 1 },
    );
    this.#resolve({ status, headers, body: stream });
  }

  chunk(bytes: Uint8Array): void {
    this.#wantsChunk = false;
    if (this.#isOver) return;
    this.#sentBytes += bytes.byteLength;
    if (this.#sentBytes > MAX_RESPONSE_BYTES) this.failed({ message: TOO_LARGE });
    else this.#body?.enqueue(bytes);
  }

  bodyEnded(error: FunctionError | null): void {
    if (this.#isOver) return;
    if (error === null) this.#body?.close();
    else this.#body?.error(new Error(error.message));
    this.#end(error, false);
  }

  /** The action failed: before its response that is a 500, after it the body is cut. */
  failed(error: FunctionError): void {
    if (this.#isOver) return;
    if (this.#hasResponded) this.#body?.error(new Error(error.message));
    else this.#resolve(failureResponse(error, this.#requestId));
    this.#end(error, this.#hasResponded);
  }

  #end(error: FunctionError | null, abandoned: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#handle?.end(abandoned);
    this.#onEnd(error);
  }
}

/** Runs HTTP actions in worker threads (convex-facts b.5). */
export class HttpRunner {
  readonly #actions: ActionRunner;
  readonly #pool: WorkerPool;

  constructor(actions: ActionRunner, pool: WorkerPool) {
    this.#actions = actions;
    this.#pool = pool;
  }

  async run(request: HttpRequestData, context: HttpContext, onEnd: (end: HttpEnd) => void): Promise<HttpAnswer> {
    const startedMs = performance.now();
    const setting = await this.#actions.setting();
    const route = routeRequest(setting.code, request.method, new URL(request.url).pathname);
    if (route.kind !== "handler") return refusal(route.kind);
    const call = callOf(route.component, `${request.method} ${route.routedPath}`, context);
    const log = new LogCollector();
    const target = { kind: "http" as const, path: route.path, request };
    const component = requireComponent(setting.code, route.component);
    const task = this.#actions.task(setting, component, HTTP_PATH, call, log, target);
    const leave = await this.#actions.enter(task.kind, call);
    const ended = this.#actions.begin();
    return this.#serve(task, context.requestId, (error) => {
      ended();
      leave();
      onEnd({ call, logLines: log.lines, executionMs: performance.now() - startedMs, error });
    });
  }

  #serve(task: WorkerTask, requestId: string, onEnd: (error: FunctionError | null) => void): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const exchange = new HttpExchange(requestId, resolve, onEnd);
      startInWorker(this.#pool, task, {
        returned: () => {},
        threw: (error) => exchange.failed(error),
        answered: (status, headers, body) => exchange.answered(status, headers, body),
        responded: (status, headers) => exchange.responded(status, headers),
        chunk: (bytes) => exchange.chunk(bytes),
        bodyEnded: (error) => exchange.bodyEnded(error),
      }).then(
        (handle) => exchange.started(handle),
        (thrown: unknown) => {
          onEnd({ message: coerceError(thrown).message });
          reject(thrown);
        },
      );
    });
  }
}

function textAnswer(status: number, type: string, text: string): HttpAnswer {
  return { status, headers: [["content-type", type]], body: new TextEncoder().encode(text) };
}

function refusal(kind: "notFound" | "disabled"): HttpAnswer {
  const text =
    kind === "disabled" ? "This Convex deployment does not have HTTP actions enabled." : "No matching routes found";
  return textAnswer(404, "text/plain; charset=utf-8", text);
}

function requireComponent(code: DeployedCode, path: string) {
  const component = code.components.get(path);
  if (component === undefined) throw new Error(`Component ${path} is routed to but not deployed`);
  return component;
}

function callOf(component: string, path: string, context: HttpContext): FunctionCall & { signal?: AbortSignal } {
  return {
    component,
    path,
    args: {},
    identity: context.identity,
    requestId: context.requestId,
    caller: "HttpEndpoint",
    ...(context.client === undefined ? {} : { client: context.client }),
    ...(context.signal === undefined ? {} : { signal: context.signal }),
  };
}
