import type { JSONValue } from "convex/values";
import type { Database, Timestamp } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { clientPath, FORGOT_TO_PUSH, parseFunctionPath } from "../functions/function-path.ts";
import { chain, type MaybePromise } from "../functions/maybe-promise.ts";
import type { FunctionCall, FunctionError, FunctionRunner, LogLine, UdfType } from "../functions/types.ts";
import { clientErrorMessage, clientLogLines } from "../sync/server-messages.ts";
import { decodeTimestamp, encodeTimestamp } from "../sync/timestamps.ts";
import { nestsDeeperThan, readJsonObject } from "./body.ts";
import { type Exchange, type Gatekeeper, type Handler, jsonReply, jsonTextReply, type RouteTable } from "./exchange.ts";
import type { RequestGate } from "./request-gate.ts";
import { formatValue, parseFormat, type ValueFormat } from "./value-format.ts";

export interface FunctionRouteDeps {
  database: Pick<Database, "latestTs" | "durable" | "isDurable">;
  runner: Pick<FunctionRunner, "query" | "oneOffQuery" | "mutation" | "action" | "describe">;
  gatekeeper: Gatekeeper;
  gate: RequestGate;
}

type CallType = Exclude<UdfType, "HttpAction">;

interface CallBody {
  path: string;
  args: JSONValue;
  format: ValueFormat;
  component: string;
}

interface Outcome {
  logLines: LogLine[];
  result: { ok: true; value: string } | { ok: false; error: FunctionError };
}

/** The routes that call functions (convex-facts b.2). */
export function functionRoutes(deps: FunctionRouteDeps): RouteTable {
  const typed =
    (type: CallType): Handler =>
    async (exchange) => {
      const body = parseCallBody(await readJsonObject(exchange.request));
      return jsonTextReply(await runCall(deps, exchange, type, { ...body, component: "" }));
    };
  return {
    "POST /api/query": typed("Query"),
    "GET /api/query": async (exchange) => {
      const body = parseCallBody(queryParameters(exchange.url));
      return jsonTextReply(await runCall(deps, exchange, "Query", body));
    },
    "POST /api/mutation": typed("Mutation"),
    "POST /api/action": typed("Action"),
    "POST /api/query_ts": async () => jsonReply({ ts: encodeTimestamp(await durableTs(deps.database)) }),
    "POST /api/query_at_ts": async (exchange) => {
      const fields = await readJsonObject(exchange.request);
      const ts = typeof fields["ts"] === "string" ? decodeTimestamp(fields["ts"]) : null;
      if (ts === null) throw new DeveloperError("BadJsonBody", "`ts` must be a timestamp from /api/query_ts");
      return jsonTextReply(await runCall(deps, exchange, "Query", parseCallBody(fields), ts));
    },
    "POST /api/query_batch": async (exchange) => {
      const { queries } = await readJsonObject(exchange.request);
      if (!Array.isArray(queries)) throw new DeveloperError("BadJsonBody", "`queries` must be an array");
      const bodies = queries.map((query) => parseCallBody(asObject(query)));
      const ts = await durableTs(deps.database);
      const results = await Promise.all(bodies.map(async (body) => await runCall(deps, exchange, "Query", body, ts)));
      return jsonTextReply(`{"results":[${results.join(",")}]}`);
    },
    "POST /api/run_test_function": async (exchange) => {
      const fields = await readJsonObject(exchange.request);
      await deps.gatekeeper.requireAdmin(exchange, fields["adminKey"]);
      return jsonTextReply(await runOneOff(deps, exchange, fields));
    },
    "POST /api/function": async (exchange) => {
      const fields = await readJsonObject(exchange.request);
      await deps.gatekeeper.requireAdmin(exchange);
      const body = parseCallBody(fields);
      const described = await deps.runner.describe(body.component, body.path);
      if (described === null || described.udfType === "HttpAction") {
        const message = `Could not find function for '${clientPath(parseFunctionPath(body.path))}'. ${FORGOT_TO_PUSH}`;
        return jsonTextReply(
          encodeOutcome({ logLines: [], result: { ok: false, error: { message } } }, body, exchange),
        );
      }
      return jsonTextReply(await runCall(deps, exchange, described.udfType, body));
    },
  };
}

/** A query that comes as source (convex-facts c.1, `convex run --inline-query`). */
async function runOneOff(deps: FunctionRouteDeps, exchange: Exchange, fields: Record<string, JSONValue | undefined>) {
  const { path: modulePath, source } = asObject(fields["bundle"] ?? null);
  if (typeof modulePath !== "string" || typeof source !== "string") {
    throw new DeveloperError("BadJsonBody", "`bundle` must be {path, source}");
  }
  const { componentId } = fields;
  const component = typeof componentId === "string" ? componentId : "";
  const { args, format } = parseCallBody({ args: {}, ...fields, path: "inline:default" });
  const { requestId, client } = exchange;
  const identity = { kind: "admin", actingAs: null } as const;
  const call = { component, args, identity, requestId, caller: "Tester", client, modulePath, source } as const;
  return encodeOutcome(await deps.runner.oneOffQuery(call), { format }, exchange);
}

/** `POST /api/run/<module path>/<function>`: the type is looked up, the default format is `json`. */
export function runRoute(deps: FunctionRouteDeps): Handler {
  return async (exchange) => {
    const path = functionPathOfUrl(exchange.url);
    const body = parseCallBody({ ...(await readJsonObject(exchange.request)), path });
    const described = await deps.runner.describe("", path);
    const type = described === null || described.udfType === "HttpAction" ? "Query" : described.udfType;
    // A missing function is refused by the runner with the text of its own.
    return jsonTextReply(await runCall(deps, exchange, type, { ...body, component: "" }));
  };
}

function functionPathOfUrl(url: URL): string {
  const segments = url.pathname.slice("/api/run/".length).split("/").map(decodeURIComponent);
  const name = segments.pop() ?? "";
  return segments.length === 0 ? name : `${segments.join("/")}:${name}`;
}

function runCall(
  deps: FunctionRouteDeps,
  exchange: Exchange,
  type: CallType,
  body: CallBody,
  at?: Timestamp,
): MaybePromise<string> {
  return chain(deps.gatekeeper.identify(exchange), (identity) => {
    const call: FunctionCall = {
      component: body.component,
      path: body.path,
      args: body.args,
      identity,
      requestId: exchange.requestId,
      caller: "HttpApi",
      client: exchange.client,
    };
    const outcome = chain(deps.gate.enter(exchange), () => run(deps, type, call, at));
    return chain(outcome, (ended) => encodeOutcome(ended, body, exchange));
  });
}

function run(deps: FunctionRouteDeps, type: CallType, call: FunctionCall, at?: Timestamp): MaybePromise<Outcome> {
  switch (type) {
    case "Query":
      return chain(at ?? durableTs(deps.database), (ts) =>
        chain(deps.runner.query({ ...call, at: ts }), (outcome) =>
          outcome.cached ? endOfTurn().then(() => outcome) : outcome,
        ),
      );
    case "Mutation":
      return deps.runner.mutation(call).then(plainOutcome);
    case "Action":
      return deps.runner.action(call).then(plainOutcome);
  }
}

let turn: Promise<void> | null = null;

/**
 * When all requests that came in this turn of the event loop have been looked at. Answers known at once wait for it, so
 * that they leave together: each write alone would wake its reader alone, which costs more than everything else here.
 */
function endOfTurn(): Promise<void> {
  return (turn ??= new Promise((resolve) =>
    setImmediate(() => {
      turn = null;
      resolve();
    }),
  ));
}

function plainOutcome(
  outcome: { logLines: LogLine[] } & ({ ok: true; value: string } | { ok: false; error: FunctionError }),
): Outcome {
  const result = outcome.ok
    ? ({ ok: true, value: outcome.value } as const)
    : ({ ok: false, error: outcome.error } as const);
  return { logLines: outcome.logLines, result };
}

// Nothing is shown that a power cut could still take back.
function durableTs(database: FunctionRouteDeps["database"]): MaybePromise<Timestamp> {
  const ts = database.latestTs;
  return database.isDurable(ts) ? ts : database.durable(ts).then(() => ts);
}

/** Success and function failure are both status 200 (convex-facts b.2). Throws DeveloperError for a system refusal. */
function encodeOutcome(outcome: Outcome, body: { format: ValueFormat }, exchange: Exchange): string {
  const lines = clientLogLines(outcome.logLines);
  const logLines = lines.length === 0 ? "" : `,"logLines":${JSON.stringify(lines)}`;
  if (outcome.result.ok) {
    return `{"status":"success","value":${formatValue(outcome.result.value, body.format)}${logLines}}`;
  }
  const { message, data, code } = outcome.result.error;
  if (code !== undefined) throw new DeveloperError(code, message, 503);
  const errorMessage = JSON.stringify(clientErrorMessage(exchange.requestId, message));
  const errorData = data === undefined ? "" : `,"errorData":${formatValue(data, body.format)}`;
  return `{"status":"error","errorMessage":${errorMessage}${errorData}${logLines}}`;
}

/** Throws DeveloperError `BadJsonBody`, `BadFormat` or `BadConvexFunctionIdentifier`. */
function parseCallBody(fields: Record<string, JSONValue | undefined>): CallBody {
  const { path, args, componentPath } = fields;
  if (typeof path !== "string") throw new DeveloperError("BadJsonBody", "`path` must be a string");
  if (args === null || typeof args !== "object") {
    throw new DeveloperError("BadJsonBody", "`args` must be an object");
  }
  parseFunctionPath(path);
  const component = typeof componentPath === "string" ? componentPath : "";
  return { path, args, format: parseFormat(fields["format"]), component };
}

// Above the 64 levels of a value (convex-facts f.2), far below what exhausts a stack.
const QUERY_ARGS_NESTING = 1000;

function queryParameters(url: URL): Record<string, JSONValue | undefined> {
  const args = url.searchParams.get("args");
  if (args !== null && nestsDeeperThan(args, QUERY_ARGS_NESTING))
    throw new DeveloperError("BadArgs", "`args` nests too deep");
  try {
    return {
      path: url.searchParams.get("path") ?? undefined,
      args: args === null ? {} : (JSON.parse(args) as JSONValue),
      format: url.searchParams.get("format") ?? undefined,
    };
  } catch {
    throw new DeveloperError("BadArgs", "The `args` parameter must be JSON");
  }
}

function asObject(value: JSONValue): Record<string, JSONValue | undefined> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new DeveloperError("BadJsonBody", "Each query must be an object");
  }
  return value;
}
