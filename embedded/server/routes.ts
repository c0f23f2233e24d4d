import type { IncomingMessage, ServerResponse } from "node:http";
import { ManualClock } from "../clock.ts";
import { backupRoutes } from "../backup/routes.ts";
import { appMetricsRoutes } from "../deploy/app-metrics.ts";
import { dashboardRoutes, emptyMetrics } from "../deploy/dashboard-routes.ts";
import { deployRoutes } from "../deploy/routes.ts";
import { DeveloperError } from "../errors.ts";
import { type Exchange, type Gatekeeper, type Handler, type RouteTable, textReply } from "../http/exchange.ts";
import { functionRoutes, runRoute } from "../http/function-routes.ts";
import { httpActionHandler } from "../http/http-actions.ts";
import { createListener, notFound } from "../http/listener.ts";
import type { RequestGate } from "../http/request-gate.ts";
import { miscRoutes, RUNNING_TEXT } from "../http/misc-routes.ts";
import { staticFiles } from "../http/static-files.ts";
import { downloadHandler, uploadRoutes } from "../http/storage-routes.ts";
import { EXPORT_PREFIX, exportDownload, snapshotRoutes } from "../snapshots/routes.ts";
import type { Observer } from "../observe/observer.ts";
import { INSTANCE_NAME } from "./data-folder.ts";
import { type Log, logUnexpected } from "./log.ts";
import type { Services } from "./services.ts";
import { rememberTestClock } from "./test-clock.ts";
import { testClockRoutes } from "./test-clock-routes.ts";

// The reference's own builds answer this (convex-facts b.3); the CLI and dashboard only show it.
const VERSION = "unknown";

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

export interface RouteOptions {
  services: Services;
  gatekeeper: Gatekeeper;
  /** Shared by both origins. */
  gate: RequestGate;
  /** Folder of a built app; null serves Convex's own greeting. */
  staticDir: string | null;
  dataDir: string;
  log: Log;
  observer: Pick<Observer, "requestEnded">;
  /** What `/metrics` answers. */
  metrics: () => string;
}

/** Everything on the client origin. */
export function clientOriginListener(options: RouteOptions): Listener {
  const { services, gatekeeper, gate, staticDir, dataDir, metrics } = options;
  const deps = { ...services, gatekeeper, gate };
  const routes: RouteTable = {
    ...functionRoutes(deps),
    ...miscRoutes({ gatekeeper, instanceName: INSTANCE_NAME, version: VERSION, keySet: services.signer.keySet }),
    "GET /metrics": metricsHandler(gatekeeper, metrics),
    ...uploadRoutes(services.storage),
    ...deployRoutes(deps),
    ...dashboardRoutes(deps),
    ...appMetricsRoutes(deps),
    ...snapshotRoutes(deps),
    ...backupRoutes({ gatekeeper, source: { database: services.database, files: services.storage.files, dataDir } }),
    ...clockRoutes(services, gatekeeper, dataDir),
  };
  return createListener({
    routes,
    prefixes: [
      { prefix: "/api/storage/", handler: downloadHandler(services.storage), cors: true },
      { prefix: "/api/run/", handler: runRoute(deps), cors: true },
      { prefix: "/api/app_metrics/", handler: emptyMetrics(gatekeeper), cors: true },
      { prefix: EXPORT_PREFIX, handler: exportDownload(deps), cors: true },
      { prefix: "/api/", handler: notFound, cors: true },
      { prefix: "/http/", handler: httpActionHandler(deps, "/http"), cors: false },
    ],
    fallback: staticDir === null ? greeting : staticFiles(staticDir),
    cors: true,
    gate,
    ...reporting(options, "client"),
  });
}

/** HTTP actions on a port of their own. */
export function siteOriginListener(options: Omit<RouteOptions, "staticDir" | "dataDir" | "metrics">): Listener {
  const { services, gatekeeper, gate } = options;
  const handler = httpActionHandler({ ...services, gatekeeper, gate }, "");
  return createListener({
    routes: { "GET /version": () => textReply(VERSION) },
    prefixes: [{ prefix: "/", handler, cors: false }],
    fallback: handler,
    cors: false,
    gate,
    ...reporting(options, "site"),
  });
}

function clockRoutes({ clock, settle }: Services, gatekeeper: Gatekeeper, dataDir: string): RouteTable {
  if (!(clock instanceof ManualClock)) return {};
  const remember = (targetMs: number) => rememberTestClock(dataDir, targetMs);
  return testClockRoutes({ clock, gatekeeper, settle, remember });
}

const greeting: Handler = ({ url }) => (url.pathname === "/" ? textReply(RUNNING_TEXT) : notFound());

// A scraper on this machine needs no key; what a proxy passes on comes from elsewhere.
function metricsHandler(gatekeeper: Gatekeeper, metrics: () => string): Handler {
  return async (exchange) => {
    const { headers } = exchange.request;
    const isForwarded = headers["x-forwarded-for"] !== undefined || headers["forwarded"] !== undefined;
    const isLocal = /^(?:127\.|::1$|::ffff:127\.)/.test(exchange.client.ip ?? "");
    if (isForwarded || !isLocal) await gatekeeper.requireAdmin(exchange);
    return { status: 200, headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" }, body: metrics() };
  };
}

function reporting({ log, observer }: Pick<RouteOptions, "log" | "observer">, origin: string) {
  return {
    onError: (error: unknown, { path }: Exchange) => {
      if (!(error instanceof DeveloperError)) logUnexpected(log, "request failed", error, { origin, url: path });
    },
    onDone: ({ request, response, path }: Exchange, durationMs: number) => {
      observer.requestEnded(origin, response.statusCode);
      const facts = { origin, method: request.method, url: path, status: response.statusCode };
      log("debug", "request", { ...facts, durationMs: Math.round(durationMs) });
    },
  };
}
