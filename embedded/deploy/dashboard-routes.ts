import type { JSONValue } from "convex/values";
import type { Clock } from "../clock.ts";
import type { Database, Namespace, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { readJsonObject } from "../http/body.ts";
import { type Exchange, type Gatekeeper, type Handler, jsonReply, type RouteTable } from "../http/exchange.ts";
import { cancelJob, nextJobs } from "../scheduler/job-store.ts";
import { tableShapes } from "./system/shapes.ts";
import { indexesOf } from "./system/tables.ts";

export interface DashboardRouteDeps {
  database: Database;
  clock: Pick<Clock, "nowMs">;
  gatekeeper: Gatekeeper;
}

type Body = Record<string, JSONValue | undefined>;

/** What dashboards and the CLI's MCP server ask outside of functions (convex-facts c.4). All want the admin key. */
export function dashboardRoutes({ database, clock, gatekeeper }: DashboardRouteDeps): RouteTable {
  const looking =
    (look: (tx: Transaction, component: Namespace) => JSONValue): Handler =>
    async (exchange) => {
      await gatekeeper.requireAdmin(exchange);
      const tx = database.begin({ readOnly: true });
      try {
        return jsonReply(look(tx, componentOf(exchange)));
      } finally {
        database.abandon(tx);
      }
    };
  const changing =
    (change: (tx: Transaction, body: Body, component: Namespace) => void): Handler =>
    async (exchange) => {
      const body = await readJsonObject(exchange.request);
      await gatekeeper.requireAdmin(exchange);
      const component = textOr(body["componentId"], textOr(body["componentPath"], ""));
      await commit(database, (tx) => change(tx, body, component));
      return jsonReply(null);
    };
  return {
    "GET /api/shapes2": looking(tableShapes),
    "GET /api/get_indexes": looking((_tx, component) => {
      const schema = database.schemaOf(component);
      const indexes = (schema?.tables ?? []).flatMap(({ tableName }) =>
        indexesOf(schema, tableName).map((index) => ({ ...(index as Record<string, JSONValue>), table: tableName })),
      );
      return { indexes };
    }),
    "POST /api/delete_tables": changing((tx, { tableNames }, component) => {
      const names = (Array.isArray(tableNames) ? tableNames : []).map(String);
      for (const name of names) requireUndeclared(database, component, name);
      tx.imports.dropTables(component, names);
    }),
    "POST /api/cancel_job": changing((tx, { id }, component) => {
      cancelJob(tx, component, textOr(id, ""), clock.nowMs());
    }),
    "POST /api/cancel_all_jobs": changing((tx, { udfPath }, component) => {
      for (const job of nextJobs(tx)) {
        const isMeant =
          job.owner === component && (udfPath === undefined || udfPath === null || job.target.path === udfPath);
        if (isMeant) cancelJob(tx, component, job.id, clock.nowMs());
      }
    }),
  };
}

/** Series of figures that this backend does not keep: answered as empty. */
export function emptyMetrics(gatekeeper: Gatekeeper): Handler {
  return async (exchange) => {
    await gatekeeper.requireAdmin(exchange);
    return jsonReply([]);
  };
}

function componentOf({ url: { searchParams } }: Exchange): Namespace {
  return searchParams.get("component") ?? searchParams.get("componentId") ?? "";
}

function textOr(value: JSONValue | undefined, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function requireUndeclared(database: Database, component: Namespace, table: string): void {
  const isDeclared = database.schemaOf(component)?.tables.some(({ tableName }) => tableName === table) === true;
  if (!isDeclared) return;
  throw new DeveloperError(
    "TableInSchema",
    `Table "${table}" cannot be deleted because it is part of the schema. Remove it there and push first.`,
  );
}

// Bookkeeping transactions are retried this often when a function's write comes between (convex-facts g.2).
const COMMIT_TRIES = 4;

async function commit(database: Database, change: (tx: Transaction) => void): Promise<void> {
  for (let attempt = 1; attempt <= COMMIT_TRIES; attempt++) {
    const tx = database.begin();
    try {
      change(tx);
    } catch (error) {
      database.abandon(tx);
      throw error;
    }
    const outcome = database.commit(tx, "dashboard");
    if (outcome.kind === "conflict") continue;
    return database.durable(outcome.ts);
  }
  throw new DeveloperError("RaceDetected", "The deployment changed at the same time. Try again.", 409);
}
