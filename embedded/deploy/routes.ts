import type { JSONValue } from "convex/values";
import type { Database } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { readDeployment, readModules } from "../functions/deployment.ts";
import { FUNCTION_BODY_BYTES, PUSH_BODY_BYTES, readJsonObject } from "../http/body.ts";
import { type Exchange, type Gatekeeper, type Handler, jsonReply, type RouteTable } from "../http/exchange.ts";
import { readEnvironment } from "../functions/environment.ts";
import { parseEnvironmentChanges } from "./environment.ts";
import type { EnvironmentService } from "./environment-service.ts";
import type { FunctionLogs } from "./function-logs.ts";
import type { PushService } from "./push-service.ts";

export interface DeployRouteDeps {
  database: Database;
  gatekeeper: Gatekeeper;
  pushes: PushService;
  environment: EnvironmentService;
  logs: FunctionLogs;
  urls: { cloudUrl: string; siteUrl: string };
}

/** What the CLI asks of a deployment (convex-facts c.1, c.3). All routes want the admin key. */
export function deployRoutes(deps: DeployRouteDeps): RouteTable {
  const { pushes, environment } = deps;
  // Deploy routes authenticate by the key in the body (convex-facts c), but only the key in the header, which the CLI
  // sends too, opens the way for a large one.
  const push =
    (handle: (body: Record<string, JSONValue | undefined>) => Promise<unknown>): Handler =>
    async (exchange) => {
      const isKnown = await isAdmin(deps.gatekeeper, exchange);
      const body = await readJsonObject(exchange.request, isKnown ? PUSH_BODY_BYTES : FUNCTION_BODY_BYTES);
      await deps.gatekeeper.requireAdmin(exchange, body["adminKey"]);
      return jsonReply(await handle(body));
    };
  return {
    "POST /api/get_config_hashes": push(async () => configHashes(deps.database)),
    "POST /api/deploy2/start_push": push((body) => pushes.start(body)),
    "POST /api/deploy2/evaluate_push": push((body) => pushes.evaluate(body)),
    "POST /api/deploy2/evaluate_schema": push((body) => pushes.evaluateSchema(body)),
    "POST /api/deploy2/wait_for_schema": push((body) => pushes.waitForSchema(body)),
    "POST /api/deploy2/finish_push": push((body) => pushes.finish(body)),
    "POST /api/deploy2/report_push_completed": push(async () => null),
    "GET /api/v1/get_canonical_urls": async (exchange) => {
      await deps.gatekeeper.requireAdmin(exchange);
      return jsonReply({ convexCloudUrl: deps.urls.cloudUrl, convexSiteUrl: deps.urls.siteUrl });
    },
    "POST /api/update_environment_variables": async (exchange) => {
      const { changes } = await readJsonObject(exchange.request);
      await deps.gatekeeper.requireAdmin(exchange);
      await environment.change(parseEnvironmentChanges(changes));
      return jsonReply(null);
    },
    "GET /api/v1/list_environment_variables": async (exchange) => {
      await deps.gatekeeper.requireAdmin(exchange);
      return jsonReply({ environmentVariables: readOnce(deps.database, readEnvironment) });
    },
    "GET /api/stream_function_logs": streamLogs(deps),
    // Where dashboards look for the same.
    "GET /api/app_metrics/stream_function_logs": streamLogs(deps),
  };
}

function streamLogs({ gatekeeper, logs }: DeployRouteDeps): Handler {
  return async (exchange) => {
    await gatekeeper.requireAdmin(exchange);
    return jsonReply(await logs.poll(cursorOf(exchange), closeSignal(exchange)));
  };
}

async function isAdmin(gatekeeper: Gatekeeper, exchange: Exchange): Promise<boolean> {
  try {
    return (await gatekeeper.identify(exchange)).kind === "admin";
  } catch (error) {
    if (error instanceof DeveloperError) return false;
    throw error;
  }
}

function configHashes(database: Database): JSONValue {
  return readOnce(database, (tx) => ({
    config: { functions: "convex/" },
    moduleHashes: readModules(tx, "").map(({ path, sha256, environment }) => ({ path, hash: sha256, environment })),
    udfServerVersion: readDeployment(tx)?.udfServerVersion ?? null,
    nodeVersion: null,
  }));
}

function readOnce<T>(database: Database, read: (tx: ReturnType<Database["begin"]>) => T): T {
  const tx = database.begin({ readOnly: true });
  try {
    return read(tx);
  } finally {
    database.abandon(tx);
  }
}

function cursorOf(exchange: Exchange): number {
  const cursor = Number(exchange.url.searchParams.get("cursor") ?? "0");
  if (!Number.isFinite(cursor) || cursor < 0) throw new DeveloperError("BadCursor", "`cursor` must be a number");
  return cursor;
}

function closeSignal(exchange: Exchange): AbortSignal {
  const aborter = new AbortController();
  exchange.response.once("close", () => aborter.abort());
  return aborter.signal;
}
