import { randomUUID } from "node:crypto";
import type { JSONValue } from "convex/values";
import type { Clock } from "../clock.ts";
import { diffIndexes } from "../database/schema-diff.ts";
import type { Database, IndexDiff, SchemaJson, SchemaPreparation, Timestamp, Transaction } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import {
  type Deployment,
  readDeployment,
  readModules,
  writeDeployment,
  writeModules,
} from "../functions/deployment.ts";
import type { NodeDependency, NodePackages } from "../functions/node-packages.ts";
import type { DeployedComponent, FunctionRunner } from "../functions/types.ts";
import { flattenTree } from "./component-tree.ts";
import { readEnvironment } from "../functions/environment.ts";
import { authInfo, type EvaluatedPush, type PushEvaluator } from "./evaluation.ts";
import { authDiff, componentDiff, cronDiff, type FinishPushDiff, NO_DIFF } from "./push-diff.ts";
import { evaluateSchemas } from "./schema-evaluation.ts";
import { parsePushRequest, type PushRequest } from "./push-request.ts";

type Fields = Record<string, JSONValue | undefined>;

/** A push whose code has been looked at. */
interface CheckedPush {
  evaluated: EvaluatedPush;
  components: DeployedComponent[];
  /** Version that was live when the push began; null before the first push. */
  baseVersion: string | null;
}

interface PendingPush extends CheckedPush {
  /** By component path. */
  preparations: Map<string, SchemaPreparation>;
}

export interface PushDeps {
  database: Database;
  runner: Pick<FunctionRunner, "reload">;
  clock: Pick<Clock, "nowMs">;
  evaluator: PushEvaluator;
  packages: Pick<NodePackages, "keepOnly">;
  /** Brings `_cron_jobs` of one component to the crons of `after`, inside the push's transaction. */
  writeCrons(tx: Transaction, component: string, after: DeployedComponent | null): void;
}

// A watching CLI, a `codegen` and a second terminal may overlap; older pushes are told that they lost.
const PENDING_PUSHES = 4;

// Bookkeeping transactions are retried this often when a function's write comes between (convex-facts g.2).
const COMMIT_TRIES = 4;

/** The life of a push: evaluate, prepare schemas, switch (convex-facts c.3). */
export class PushService {
  readonly #pending = new Map<string, PendingPush>();

  constructor(private readonly deps: PushDeps) {}

  /** `start_push`: evaluates the code and begins to prepare the schemas. Nothing is live yet. */
  async start(body: Fields): Promise<JSONValue> {
    const request = parsePushRequest(body);
    if (request.dryRun) return this.evaluate(body);
    const push = this.#prepare(await this.#check(request));
    const pushId = randomUUID();
    this.#pending.set(pushId, push);
    for (const oldest of this.#pending.keys()) {
      if (this.#pending.size <= PENDING_PUSHES) break;
      this.#pending.delete(oldest);
    }
    const diffs = [...push.preparations].map(([path, { diff }]) => [path, diff] as const);
    return startPushAnswer(pushId, push.evaluated, diffs);
  }

  /** `evaluate_push`: the same answer for a push that will not be finished; prepares nothing. */
  async evaluate(body: Fields): Promise<JSONValue> {
    const push = await this.#check(parsePushRequest(body));
    const diffs = push.components.map(
      (component) =>
        [component.path, diffIndexes(this.deps.database.schemaOf(component.path), schemaOf(push, component))] as const,
    );
    return startPushAnswer("evaluation", push.evaluated, diffs);
  }

  /** `evaluate_schema`: what the push would check and build. */
  async evaluateSchema(body: Fields): Promise<JSONValue> {
    const { database } = this.deps;
    const push = await this.#check(parsePushRequest(body));
    const tx = database.begin({ readOnly: true });
    try {
      const known = new Set(readDeployment(tx)?.components.map(({ definitionPath }) => definitionPath));
      const schemas = push.components.map((component) => ({
        path: component.path,
        definitionPath: component.definitionPath,
        schema: schemaOf(push, component),
      }));
      return evaluateSchemas(database, tx, schemas, known);
    } finally {
      database.abandon(tx);
    }
  }

  /** `wait_for_schema`: long-polls until the preparations are done or `timeoutMs` has passed. */
  async waitForSchema(body: Fields): Promise<JSONValue> {
    if (body["dryRun"] === true) return { type: "complete" };
    const push = this.#pending.get(pushIdOf(body["schemaChange"]));
    if (push === undefined) return { type: "raceDetected" };
    const timeoutMs = typeof body["timeoutMs"] === "number" ? body["timeoutMs"] : 0;
    const all = [...push.preparations].map(async ([componentPath, { done }]) => ({ componentPath, ...(await done) }));
    const results = await within(Promise.all(all), timeoutMs);
    if (results === null) return { type: "inProgress", components: progressOf(push) };
    const failed = results.find((result) => !result.ok);
    if (failed === undefined || failed.ok) return { type: "complete" };
    return { type: "failed", error: failed.error, componentPath: failed.componentPath, tableName: failed.table };
  }

  /** `finish_push`: switches to the push in one transaction. Throws DeveloperError `RaceDetected` when it is overtaken. */
  async finish(body: Fields): Promise<FinishPushDiff> {
    const startPush = asFields(body["startPush"], "startPush");
    const pushId = pushIdOf(startPush["schemaChange"]);
    const push = this.#pending.get(pushId);
    if (body["dryRun"] === true) return NO_DIFF;
    if (push === undefined) throw raceDetected();
    await this.#requirePrepared(push);
    const diff = await this.#switchTo(push);
    this.#pending.delete(pushId);
    return diff;
  }

  async #check(request: PushRequest): Promise<CheckedPush> {
    const { database, evaluator } = this.deps;
    const tx = database.begin({ readOnly: true });
    const environment = readEnvironment(tx);
    const stored = readModules(tx, "");
    const baseVersion = readDeployment(tx)?.version ?? null;
    database.abandon(tx);
    const evaluated = await evaluator.evaluate(request, stored, environment);
    return { evaluated, components: flattenTree(evaluated.tree, evaluated.definitions), baseVersion };
  }

  #prepare(push: CheckedPush): PendingPush {
    const preparations = new Map(
      push.components.map((component) => [
        component.path,
        this.deps.database.prepareSchema(component.path, schemaOf(push, component)),
      ]),
    );
    return { ...push, preparations };
  }

  async #requirePrepared(push: PendingPush): Promise<void> {
    for (const { done } of push.preparations.values()) {
      const result = await done;
      if (!result.ok) throw new DeveloperError("SchemaValidationFailed", result.error);
    }
  }

  async #switchTo(push: PendingPush): Promise<FinishPushDiff> {
    const { database, runner } = this.deps;
    const previous = this.#liveDependencies();
    const { diff, ts } = this.#commitSwitch(push);
    await database.durable(ts);
    await runner.reload();
    this.#forgetPackages(previous);
    return diff;
  }

  #liveDependencies(): NodeDependency[] {
    const { database } = this.deps;
    const tx = database.begin({ readOnly: true });
    const { nodeDependencies = [] } = readDeployment(tx) ?? {};
    database.abandon(tx);
    return nodeDependencies;
  }

  /** Actions that began before the push may still import what they need. What stays behind costs disk space only. */
  #forgetPackages(previous: NodeDependency[]): void {
    const pending = [...this.#pending.values()].map(({ evaluated }) => evaluated.nodeDependencies);
    this.deps.packages
      .keepOnly([this.#liveDependencies(), previous, ...pending])
      .catch((error: unknown) => process.emitWarning(`Could not remove external packages: ${String(error)}`));
  }

  #commitSwitch(push: PendingPush): { diff: FinishPushDiff; ts: Timestamp } {
    const { database } = this.deps;
    for (let attempt = 1; attempt <= COMMIT_TRIES; attempt++) {
      const tx = database.begin();
      try {
        const diff = this.#write(tx, push);
        const outcome = database.commit(tx, "push");
        if (outcome.kind === "committed") return { diff, ts: outcome.ts };
      } catch (error) {
        database.abandon(tx);
        throw error;
      }
    }
    throw raceDetected();
  }

  #write(tx: Transaction, push: PendingPush): FinishPushDiff {
    const { database, clock } = this.deps;
    const { evaluated, components, preparations } = push;
    const live = readDeployment(tx);
    if ((live?.version ?? null) !== push.baseVersion) throw raceDetected();
    if (!sameEnvironment(readEnvironment(tx), evaluated.environment)) throw raceDetected();
    requireDeclaredEnvironment(evaluated);

    const liveByPath = new Map(live?.components.map((component) => [component.path, component]));
    const nextByPath = new Map(components.map((component) => [component.path, component]));
    const componentDiffs: FinishPushDiff["componentDiffs"] = {};
    for (const path of new Set([...nextByPath.keys(), ...liveByPath.keys()])) {
      const [before, after] = [liveByPath.get(path), nextByPath.get(path)];
      const nextSchema = after === undefined ? null : schemaOf(push, after);
      const previousSchema = database.schemaOf(path);
      const hadData = before === undefined && tx.listTables(path).length > 0;
      const indexDiff = preparations.get(path)?.diff;
      componentDiffs[path] = componentDiff({ before, after, hadData, previousSchema, nextSchema, indexDiff });
      // An unmounted component keeps its tables and schema: it may come back (convex-facts c.3).
      if (after !== undefined) database.activateSchema(tx, path, nextSchema);
      if (hasChanges(cronDiff(before, after))) this.deps.writeCrons(tx, path, after ?? null);
    }
    writeCode(tx, live, push);
    writeDeployment(tx, {
      version: randomUUID(),
      pushedAtMs: Math.floor(clock.nowMs()),
      udfServerVersion: evaluated.udfServerVersion,
      components,
      authProviders: evaluated.authProviders,
      nodeDependencies: evaluated.nodeDependencies,
    });
    return {
      authDiff: authDiff(live?.authProviders ?? [], evaluated.authProviders),
      definitionDiffs: Object.fromEntries([...evaluated.definitions.keys()].map((path) => [path, {}])),
      componentDiffs,
    };
  }
}

function writeCode(tx: Transaction, live: Deployment | null, push: PendingPush): void {
  for (const [definitionPath, { modules }] of push.evaluated.definitions) writeModules(tx, definitionPath, modules);
  const gone = new Set(live?.components.map(({ definitionPath }) => definitionPath));
  for (const definitionPath of push.evaluated.definitions.keys()) gone.delete(definitionPath);
  for (const definitionPath of gone) writeModules(tx, definitionPath, []);
}

function schemaOf(push: CheckedPush, component: DeployedComponent): SchemaJson | null {
  return push.evaluated.definitions.get(component.definitionPath)?.schema ?? null;
}

function startPushAnswer(
  pushId: string,
  evaluated: EvaluatedPush,
  indexDiffs: Iterable<readonly [string, IndexDiff]>,
): JSONValue {
  const analysis = [...evaluated.definitions].map(([path, { definition, functions, schema, udfServerVersion }]) => [
    path,
    { definition, functions, schema, udfConfig: udfConfig(udfServerVersion) },
  ]);
  const answer = {
    environmentVariables: evaluated.environment,
    externalDepsId: evaluated.packageSetId,
    componentDefinitionPackages: {},
    appAuth: evaluated.authProviders.map(authInfo),
    analysis: Object.fromEntries(analysis),
    app: evaluated.tree,
    schemaChange: {
      allocatedComponentIds: {},
      schemaIds: { pushId },
      indexDiffs: Object.fromEntries(indexDiffs),
    },
  };
  // Optional fields that are absent are undefined in our types; JSON drops them.
  return answer as unknown as JSONValue;
}

// The CLI echoes these and looks at nothing inside; the importing-phase seed and time are the runner's own matter.
function udfConfig(serverVersion: string): JSONValue {
  return {
    serverVersion,
    importPhaseRngSeed: { $bytes: Buffer.alloc(32).toString("base64") },
    importPhaseUnixTimestamp: { $integer: Buffer.alloc(8).toString("base64") },
  };
}

function progressOf(push: PendingPush): JSONValue {
  return Object.fromEntries([...push.preparations].map(([path, preparation]) => [path, { ...preparation.progress() }]));
}

/** Names that definitions declare as required and that no binding or variable gives (convex-facts c.3). */
function requireDeclaredEnvironment({ definitions, environment }: EvaluatedPush): void {
  const declared = definitions.get("")?.definition.envVars ?? [];
  const missing = declared
    .filter(([name, { optional }]) => optional !== true && environment[name] === undefined)
    .map(([name]) => name);
  if (missing.length === 0) return;
  throw new DeveloperError(
    "MissingEnvironmentVariables",
    `Environment variables declared in convex.config.ts are not set: ${missing.join(", ")}.`,
  );
}

function sameEnvironment(a: Record<string, string>, b: Record<string, string>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function hasChanges(diff: { added: string[]; updated: string[]; deleted: string[] }): boolean {
  return diff.added.length + diff.updated.length + diff.deleted.length > 0;
}

function pushIdOf(schemaChange: JSONValue | undefined): string {
  const ids = asFields(asFields(schemaChange, "schemaChange")["schemaIds"], "schemaChange.schemaIds");
  return typeof ids["pushId"] === "string" ? ids["pushId"] : "";
}

function asFields(value: JSONValue | undefined, where: string): Fields {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) return value;
  throw new DeveloperError("BadJsonBody", `Expected \`${where}\` to be an object`);
}

function raceDetected(): DeveloperError {
  return new DeveloperError("RaceDetected", "The deployment changed while this push was being made. Push again.", 409);
}

async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
