import { createHash } from "node:crypto";
import type { Namespace } from "../../database/types.ts";
import { DeveloperError } from "../../errors.ts";
import type { Deployment } from "../deployment.ts";
import { Environment } from "../environment.ts";
import type { ExecutionLimits } from "../execution-limits.ts";
import { canonicalPath } from "../function-path.ts";
import type { FunctionPath } from "../function-path.ts";
import { LogCollector } from "../log-lines.ts";
import type { CompiledModule } from "../modules/compile.ts";
import { EMPTY_CODE, findFunction } from "../modules/deployed-code.ts";
import type { CodeLoader, ComponentCode, DeployedCode } from "../modules/deployed-code.ts";
import type { RunServices } from "../run.ts";
import { isPatient, requireCallable } from "../top-call.ts";
import type { ActionOutcome, FunctionCall, FunctionError, LogLine } from "../types.ts";
import { checkArguments, checkReturn } from "../values-check.ts";
import type { ArgumentCheck } from "../values-check.ts";
import type { ActionRun, FunctionCalls } from "./action-syscalls.ts";
import type { CodeKey, WorkerKind } from "./messages.ts";
import type { WorkerPool } from "./worker-pool.ts";
import { startInWorker } from "./worker-run.ts";
import type { WorkerTask } from "./worker-run.ts";

export type ActionCall = FunctionCall & { signal?: AbortSignal };

// Convex-facts f.5.
const MAX_NODE_ARGUMENT_BYTES = 5 << 20;

const NODE_ARGUMENTS_TOO_LARGE =
  "Node actions arguments size is too large. The maximum size is 5 MiB. Reduce the size of the arguments or consider " +
  "using Convex runtime actions instead, which have a 16 MiB limit. See https://docs.convex.dev/functions/runtimes";

/** The state of the deployment an action starts with. */
export interface ActionSetting {
  code: DeployedCode;
  environment(component: Namespace): KnownEnvironment;
  tableName(component: Namespace, number: number): string | null;
}

/** `process.env` of a component, and the hash that tells it from another one. */
interface KnownEnvironment {
  text: string;
  variables: Record<string, string>;
  hash: string;
}

/** Which texts and which evaluation of them a worker needs for one component (see {@link CodeKey}). */
function codeKey(code: DeployedCode, component: ComponentCode, kind: WorkerKind, { hash }: KnownEnvironment): CodeKey {
  const { path, definitionPath } = component.component;
  return {
    texts: `${code.deployment.version} ${kind} ${definitionPath}`,
    instance: `${path} ${hash}`,
  };
}

function unawaitedWarning(operations: string[]): string {
  const what = operations.length === 1 ? "1 unawaited operation" : `${operations.length} unawaited operations`;
  return (
    `${what}: [${operations.join(", ")}]. Async operations should be awaited or they might not run. ` +
    "See https://docs.convex.dev/functions/actions#dangling-promises for more information."
  );
}

/** Runs actions in worker threads (convex-facts d.1, d.3). */
export class ActionRunner {
  readonly #services: RunServices;
  readonly #loader: CodeLoader;
  readonly #pool: WorkerPool;
  readonly #limits: ExecutionLimits;
  readonly #calls: FunctionCalls;
  readonly #packageRootOf: (deployment: Deployment) => string;
  readonly #environments = new Map<Namespace, KnownEnvironment>();
  #active = 0;

  constructor(
    services: RunServices,
    loader: CodeLoader,
    pool: WorkerPool,
    limits: ExecutionLimits,
    calls: FunctionCalls,
    packageRootOf: (deployment: Deployment) => string,
  ) {
    this.#packageRootOf = packageRootOf;
    this.#limits = limits;
    this.#services = services;
    this.#loader = loader;
    this.#pool = pool;
    this.#calls = calls;
  }

  /** Actions going on. */
  get active(): number {
    return this.#active;
  }

  /** Counts something as going on until the returned function is called. */
  begin(): () => void {
    this.#active += 1;
    return () => {
      this.#active -= 1;
    };
  }

  async run(call: ActionCall, onLine: (line: LogLine) => void): Promise<ActionOutcome & { environment: WorkerKind }> {
    const startedMs = performance.now();
    const log = new LogCollector(onLine);
    const ended = this.begin();
    let environment: WorkerKind = "isolate";
    try {
      const { result, kind } = await this.#run(call, log);
      environment = kind;
      return { ...result, environment, logLines: log.lines, executionMs: performance.now() - startedMs };
    } catch (thrown) {
      // A refusal of the whole call says nothing about the function.
      if (!(thrown instanceof DeveloperError) || thrown.status === 429) throw thrown;
      const error: FunctionError = { message: thrown.message };
      return { ok: false, error, environment, logLines: log.lines, executionMs: performance.now() - startedMs };
    } finally {
      ended();
    }
  }

  /** The deployment as it is now, for a run that starts now. */
  async setting(): Promise<ActionSetting> {
    const { database } = this.#services;
    const tx = database.begin({ readOnly: true });
    try {
      const code = (await this.#loader.load(tx)) ?? EMPTY_CODE;
      return {
        code,
        environment: (component) => this.#environment(code, component),
        tableName: (component, number) => this.#tableName(component, number),
      };
    } finally {
      database.abandon(tx);
    }
  }

  // Variables change now and then, actions run all the time: the same ones are hashed once.
  #environment(code: DeployedCode, component: Namespace): KnownEnvironment {
    const { database, origins } = this.#services;
    const tx = database.begin({ readOnly: true });
    try {
      const variables = new Environment(tx, code, origins).all(component);
      const text = JSON.stringify(variables);
      const known = this.#environments.get(component);
      if (known?.text === text) return known;
      const environment = { text, variables, hash: createHash("sha256").update(text).digest("hex") };
      this.#environments.set(component, environment);
      return environment;
    } finally {
      database.abandon(tx);
    }
  }

  /** What a worker must be told to run a module of the component. */
  task(
    setting: ActionSetting,
    component: ComponentCode,
    path: FunctionPath,
    call: ActionCall,
    log: LogCollector,
    target: WorkerTask["message"]["target"],
  ): WorkerTask {
    const kind: WorkerKind = component.modules.get(path.modulePath)?.environment ?? "isolate";
    const env = setting.environment(component.component.path);
    const run: ActionRun = {
      services: this.#services,
      calls: this.#calls,
      code: setting.code,
      call,
      path,
      isAborted: () => call.signal?.aborted === true,
    };
    return {
      kind,
      run,
      log,
      clock: this.#services.clock,
      code: codeKey(setting.code, component, kind, env),
      env: env.variables,
      modules: () => modulesOf(component, kind),
      packageRoot: this.#packageRootOf(setting.code.deployment),
      message: { modulePath: path.modulePath, requestId: call.requestId, target },
      signal: call.signal,
      timeoutMs: kind === "node" ? this.#limits.nodeActionMs : this.#limits.isolateActionMs,
    };
  }

  /** Waits for a place among the functions that run; the returned function gives it back. Throws as {@link Slots.enter}. */
  async enter(kind: WorkerKind, call: Pick<FunctionCall, "caller">): Promise<() => void> {
    const { slots } = this.#services;
    const places = kind === "node" ? slots.nodeActions : slots.isolateActions;
    await places.enter(isPatient(call));
    return () => places.leave();
  }

  async #run(
    call: ActionCall,
    log: LogCollector,
  ): Promise<{ kind: WorkerKind; result: { ok: true; value: string } | { ok: false; error: FunctionError } }> {
    const setting = await this.setting();
    const { component, path } = requireCallable(setting.code, call);
    const found = findFunction(component, path);
    if (found === null || found.udfType !== "Action") {
      throw new DeveloperError(
        "WrongFunctionType",
        `Trying to execute ${canonicalPath(path)} as Action, but it is defined as ${found?.udfType ?? "nothing"}.`,
      );
    }
    const check: ArgumentCheck = {
      path: canonicalPath(path),
      validator: found.args,
      tables: (number) => setting.tableName(call.component, number),
      kind: "action",
      allowCommitTs: false,
    };
    const warnings: string[] = [];
    const onWarning = (warning: string) => void warnings.push(warning);
    const args = JSON.stringify([checkArguments(call.args, check, onWarning)]);
    const target = { kind: "action" as const, exportName: path.exportName, args };
    const task = this.task(setting, component, path, call, log, target);
    if (task.kind === "node" && Buffer.byteLength(args) > MAX_NODE_ARGUMENT_BYTES) {
      throw new DeveloperError("ArgsTooLarge", NODE_ARGUMENTS_TOO_LARGE);
    }
    const leave = await this.enter(task.kind, call);
    const result = await this.#inWorker(task).finally(leave);
    const mismatch = result.ok ? checkReturn(result.value, { ...check, validator: found.returns }, onWarning) : null;
    for (const warning of warnings) log.add("WARN", [warning], this.#services.clock.nowMs());
    return { kind: task.kind, result: mismatch === null ? result : { ok: false, error: { message: mismatch } } };
  }

  #inWorker(task: WorkerTask): Promise<{ ok: true; value: string } | { ok: false; error: FunctionError }> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      let isAbandoned = false;
      let handle: { end(abandoned: boolean): void } | null = null;
      const finish = (result: { ok: true; value: string } | { ok: false; error: FunctionError }) => {
        if (isOver) return;
        isOver = true;
        handle?.end(isAbandoned);
        resolve(result);
      };
      const onAbort = () => {
        isAbandoned = true;
        finish({ ok: false, error: { message: "The action was aborted" } });
      };
      task.signal?.addEventListener("abort", onAbort, { once: true });
      startInWorker(this.#pool, task, {
        returned: (value, unawaited) => {
          if (unawaited.length > 0) task.log.add("WARN", [unawaitedWarning(unawaited)], task.clock.nowMs());
          finish({ ok: true, value });
        },
        threw: (error) => finish({ ok: false, error }),
        answered: () => {},
        responded: () => {},
        chunk: () => {},
        bodyEnded: () => {},
      }).then((started) => {
        handle = started;
        if (isOver) started.end(isAbandoned);
      }, reject);
    });
  }

  // A table may be created while the action runs, so names are looked up when they are needed.
  #tableName(component: Namespace, number: number): string | null {
    const { database } = this.#services;
    const tx = database.begin({ readOnly: true });
    try {
      return tx.tableName(component, number);
    } finally {
      database.abandon(tx);
    }
  }
}

function modulesOf(component: ComponentCode, kind: WorkerKind): CompiledModule[] {
  return [...component.modules.values()].filter((module) => module.environment === kind);
}
