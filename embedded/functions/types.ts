import type { JSONValue } from "convex/values";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Namespace, ReadSet, Timestamp, Transaction } from "../database/types.ts";

/** Who calls. `admin` may run internal and system functions; `actingAs` is what `ctx.auth` then sees. */
export type Identity =
  | { kind: "anonymous" }
  /** `attributes` is what `ctx.auth.getUserIdentity()` returns; `expiresAtMs` is checked when the identity is used. */
  | { kind: "user"; attributes: UserAttributes; token: string; expiresAtMs: number }
  | { kind: "admin"; actingAs: UserAttributes | null }
  /** A token that did not verify: HTTP actions still run, `getUserIdentity` throws this. */
  | { kind: "invalid"; message: string }
  /** Scheduled functions and crons. */
  | { kind: "system" };

export type UserAttributes = Record<string, JSONValue> & { tokenIdentifier: string; issuer: string; subject: string };

export type UdfType = "Query" | "Mutation" | "Action" | "HttpAction";
type Caller = "SyncWorker" | "HttpApi" | "Scheduler" | "Cron" | "Action" | "HttpEndpoint" | "Tester";

export interface FunctionCall {
  component: Namespace;
  /** `dir/module:export`; `dir/module.js:export` and `module` (default export) are accepted. */
  path: string;
  /** Convex-encoded: one object, or the legacy array of one object. */
  args: JSONValue;
  identity: Identity;
  /** 16 hex digits; part of error texts and logs. */
  requestId: string;
  caller: Caller;
  /** For `ctx.meta`; null where there is none. */
  client?: { ip: string | null; userAgent: string | null };
  /** The scheduled function this call runs for, directly or from its action: document id and where it lives. */
  scheduledJob?: { id: string; owner: Namespace } | null;
}

export interface LogLine {
  level: "DEBUG" | "INFO" | "LOG" | "WARN" | "ERROR";
  messages: string[];
  timestampMs: number;
  isTruncated: boolean;
}

export interface FunctionError {
  /** `Uncaught Error: msg\n    at handler (../convex/x.ts:1:2)`, without the request-id line. */
  message: string;
  /** Convex-encoded JSON text; only for a thrown ConvexError. */
  data?: string;
  /** Set for system-level refusals such as `OptimisticConcurrencyControlFailure`; those are no function failures. */
  code?: string;
}

interface Ran {
  logLines: LogLine[];
  executionMs: number;
}

/** `value` is Convex-encoded JSON text. */
export type QueryOutcome = Ran & {
  /** The snapshot it was computed at. */
  ts: Timestamp;
  /** Also present on failure: a failed query re-runs when what it read changes. */
  reads: ReadSet;
  journal: string | null;
  /** True when the result did not come from a fresh run. */
  cached: boolean;
  result: { ok: true; value: string } | { ok: false; error: FunctionError };
};

export type MutationOutcome = Ran & ({ ok: true; value: string; ts: Timestamp } | { ok: false; error: FunctionError });

export type ActionOutcome = Ran & ({ ok: true; value: string } | { ok: false; error: FunctionError });

export interface FunctionRunner {
  /** Cached and shared: equal calls asked for at once run once; identity is part of the key only if the run looked at it. */
  query(call: FunctionCall & { at?: Timestamp; journal?: string | null }): MaybePromise<QueryOutcome>;
  /**
   * Runs, retries conflicts (convex-facts g.2), resolves when the commit is durable. With `session` the outcome is
   * recorded in the same transaction and a replay returns it without running (a.5).
   * `before` lets the scheduler look at and mark its own rows first; false ends the call without running
   * (`error.code` `NotRun`). `within` lets it add its writes to the mutation's transaction before the commit.
   */
  mutation(
    call: FunctionCall & {
      session?: { sessionId: string; requestId: number };
      before?: (tx: Transaction) => boolean;
      /** Conflicts are retried for ever, as scheduled functions and crons are (convex-facts d.7). */
      retryForever?: boolean;
      /** A failed function's own writes are undone before; what `within` writes is committed even then. */
      within?: (tx: Transaction, outcome: { ok: true } | { ok: false; error: FunctionError }) => void;
    },
  ): Promise<MutationOutcome>;
  /** Runs the default query of a module that is not deployed, once. Throws DeveloperError when it does not compile. */
  oneOffQuery(call: Omit<FunctionCall, "path"> & { modulePath: string; source: string }): Promise<QueryOutcome>;
  /** Runs off the main thread. `signal` aborts it. */
  action(call: FunctionCall & { signal?: AbortSignal }): Promise<ActionOutcome>;
  /** The root `http.js` router and the components' mounts. The response body streams. */
  httpAction(
    request: HttpRequestData,
    context: { identity: Identity; requestId: string; client?: FunctionCall["client"]; signal?: AbortSignal },
  ): Promise<HttpAnswer>;
  /** Looks up a function without running it: null when missing. */
  describe(component: Namespace, path: string): Promise<{ udfType: UdfType; isPublic: boolean } | null>;
  /** Tells the runner that modules, components, or environment variables changed; new runs use the new ones. */
  reload(): Promise<void>;
  /** Waits until nothing runs or is about to run (test clock, shutdown). */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** A request to an HTTP action. */
export interface HttpRequestData {
  url: string;
  method: string;
  headers: [string, string][];
  body: Uint8Array | null;
}

/** What an HTTP action answered: its whole body where that was there at once, otherwise a stream. */
export interface HttpAnswer {
  status: number;
  headers: readonly (readonly [string, string])[];
  body: Uint8Array | ReadableStream<Uint8Array> | null;
}

/** A module as the CLI pushes it (convex-facts c.3 `ModuleConfig`). */
export interface ModuleSource {
  path: string;
  source: string;
  sourceMap?: string | null;
  environment: "isolate" | "node";
}

/** What push-time evaluation finds in a module (convex-facts c.3 `AnalyzedModule`, d.1). */
export interface AnalyzedModule {
  functions: {
    name: string;
    pos: { path: string; start_lineno: number; start_col: number } | null;
    udfType: "Query" | "Mutation" | "Action";
    visibility: { kind: "public" | "internal" } | null;
    args: string | null;
    returns: string | null;
  }[];
  httpRoutes: { route: { method: string; path: string }; pos: null }[] | null;
  cronSpecs: { identifier: string; spec: { udfPath: string; udfArgs: JSONValue; cronSchedule: JSONValue } }[] | null;
  sourceMapped: null;
}

/** Evaluates pushed code before it is live. Throws DeveloperError whose message begins "Hit an error while pushing:". */
export interface Analyzer {
  /**
   * Every module of one component; `env` is the deployment's environment, `packageRoot` the folder of its external
   * packages.
   */
  modules(
    modules: ModuleSource[],
    env: Record<string, string>,
    packageRoot?: string | null,
  ): Promise<Record<string, AnalyzedModule>>;
  /** `schema.js`: its `export()` text, parsed. */
  schema(module: ModuleSource, chunks: ModuleSource[]): Promise<JSONValue>;
  /** `auth.config.js`: the provider list. Missing variables → code `AuthConfigMissingEnvironmentVariable`. */
  authConfig(module: ModuleSource, chunks: ModuleSource[], env: Record<string, string>): Promise<JSONValue>;
  /**
   * `convex.config.js` of one definition: its `export()` answer. `children` gives the module to supply for each
   * `./_componentDeps/<base64url>` specifier.
   */
  definition(
    module: ModuleSource,
    children: Record<string, { componentDefinitionPath: string; defaultName: string }>,
  ): Promise<JSONValue>;
}

/** The tree of component instances as deployed; kept in `_deployment` and handed to the runner. */
export interface DeployedComponent {
  /** Instance path, "" for the app. */
  path: Namespace;
  definitionPath: string;
  /** Arguments given by the parent, Convex-encoded. */
  args: Record<string, JSONValue>;
  /** Environment bindings: literal or the parent's variable. */
  env: Record<string, { type: "value"; value: string } | { type: "envVar"; name: string }>;
  /** Child instance name → its path. */
  children: Record<string, Namespace>;
  /** Mount prefixes such as "/x/" → child instance name. */
  httpMounts: Record<string, string>;
  httpPrefix: string | null;
  /** Analysis of each module, so that a call knows its type and validators without evaluating it. */
  functions: Record<string, AnalyzedModule>;
}
