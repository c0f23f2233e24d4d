import { setTimeout as delay } from "node:timers/promises";
import { JWKS_PATH, TokenSigner } from "../auth/token-signer.ts";
import { createTokenVerifier } from "../auth/verify.ts";
import { type Clock, SystemClock } from "../clock.ts";
import { openDatabase } from "../database/open.ts";
import type { Database } from "../database/types.ts";
import { EnvironmentService } from "../deploy/environment-service.ts";
import { PushEvaluator } from "../deploy/evaluation.ts";
import { FunctionLogs } from "../deploy/function-logs.ts";
import { PushService } from "../deploy/push-service.ts";
import { systemFunctions } from "../deploy/system-functions.ts";
import { createAnalyzer } from "../functions/analyzer.ts";
import { readDeployment } from "../functions/deployment.ts";
import { NodePackages } from "../functions/node-packages.ts";
import { createFunctionRunner } from "../functions/runner.ts";
import type { FunctionRunner } from "../functions/types.ts";
import { FunctionSeries } from "../observe/function-series.ts";
import type { Observer } from "../observe/observer.ts";
import { createScheduler } from "../scheduler/scheduler.ts";
import { writeCrons } from "../scheduler/crons.ts";
import { ExportService } from "../snapshots/export-service.ts";
import { ImportService } from "../snapshots/import-service.ts";
import type { FileStore } from "../storage/file-store.ts";
import { removeOrphans } from "../storage/orphans.ts";
import { Storage } from "../storage/storage.ts";
import { STOP_GRACE_MS } from "./listen.ts";
import { openTestClock } from "./test-clock.ts";
import type { DataFolder } from "./data-folder.ts";

export interface ServiceOptions {
  folder: DataFolder;
  /** Undefined: the machine's clock. */
  testClock: { startMs?: number } | undefined;
  urls: { cloudUrl: string; siteUrl: string };
  onFatal: (error: Error) => void;
  /** For what goes wrong in the background, where nobody waits for an answer. */
  onError: (event: string, error: unknown) => void;
  observer: Observer;
}

/** The parts behind the routes. */
export interface Services {
  clock: Clock;
  database: Database;
  runner: FunctionRunner;
  storage: Storage;
  pushes: PushService;
  environment: EnvironmentService;
  logs: FunctionLogs;
  series: FunctionSeries;
  exports: ExportService;
  imports: ImportService;
  urls: { cloudUrl: string; siteUrl: string };
  signer: TokenSigner;
  verifyToken: (token: string) => ReturnType<ReturnType<typeof createTokenVerifier>>;
  /** Resolves when nothing runs and nothing is due. */
  settle: () => Promise<void>;
  close: () => Promise<void>;
}

/** Opens the data and puts the parts together. */
export async function openServices(options: ServiceOptions): Promise<Services> {
  const { folder, testClock, urls, onFatal, onError, observer } = options;
  const clock = testClock === undefined ? new SystemClock() : openTestClock(folder.path, testClock.startMs);
  const database = openDatabase({
    path: folder.databasePath,
    clock,
    onFatal,
    onSlowStatement: (sql, durationMs) => observer.slowStatement(sql, durationMs),
  });
  const origins = { cloud: urls.cloudUrl, site: urls.siteUrl };
  const storage = new Storage({ database, clock, dataDir: folder.path, cloudOrigin: urls.cloudUrl });
  const signer = new TokenSigner(folder.signingKey, urls.cloudUrl);
  // Log cursors and graphs follow the wall even when a test clock stands still.
  const logs = new FunctionLogs(() => Date.now());
  const series = new FunctionSeries(() => Date.now());
  const packages = new NodePackages(folder.path);
  const runner = await createFunctionRunner({
    database,
    clock,
    dataDir: folder.path,
    packages,
    origins,
    storage,
    signer,
    onLog: (entry) => {
      observer.functionRan(entry);
      // What the CLI asks for itself is not what its user's functions do.
      if (entry.identifier.startsWith("_system/")) return;
      logs.append(entry);
      if (entry.kind === "Completion") series.record(entry);
    },
    systemFunctions: systemFunctions({
      urls,
      database,
      storage,
      removeBytes: (uuids) => removeLater(database, storage.files, uuids, onError),
    }),
  });
  restorePackages(database, packages, onError);
  const builtIn = { CONVEX_CLOUD_URL: urls.cloudUrl, CONVEX_SITE_URL: urls.siteUrl };
  const evaluator = new PushEvaluator(createAnalyzer({ dataDir: folder.path }), builtIn, packages);
  const environment = new EnvironmentService({ database, runner, evaluator });
  // The addresses may differ from those of the last run, and auth.config.ts may name them.
  await environment.change([]);
  const snapshots = { database, clock, files: storage.files, dataDir: folder.path };
  const exports = new ExportService({ ...snapshots, onError: (error) => onError("an export failed", error) });
  const imports = new ImportService({ ...snapshots, onError: (error) => onError("an import failed", error) });
  await exports.recover();
  const stopCleaning = await cleanStorage(database, storage.files, await imports.recover(), onError);
  const scheduler = createScheduler({ database, runner, clock });
  await scheduler.start();
  return {
    clock,
    database,
    runner,
    storage,
    pushes: new PushService({ database, runner, clock, evaluator, packages, writeCrons }),
    environment,
    logs,
    series,
    exports,
    imports,
    urls,
    signer,
    // The deployment's own keys need no request, which a proxy in front might not let through either.
    verifyToken: createTokenVerifier({
      database,
      clock,
      knownKeys: new Map([[urls.cloudUrl + JWKS_PATH, signer.keySet]]),
    }),
    settle: async () => {
      await scheduler.idle();
      await runner.idle();
    },
    close: async () => {
      // An action may run for minutes; it is recorded as started and will not be started again.
      await Promise.race([scheduler.stop(), delay(STOP_GRACE_MS, undefined, { ref: false })]);
      await Promise.all([exports.close(), imports.close(), stopCleaning(), packages.close()]);
      await runner.close();
      clock.close();
      await database.close();
    },
  };
}

/** Begins to remove files that a crash has left without rows; answers how to stop. */
async function cleanStorage(
  database: Database,
  files: FileStore,
  hasImports: boolean,
  onError: ServiceOptions["onError"],
): Promise<() => Promise<void>> {
  const uuids = await files.recover();
  const aborter = new AbortController();
  // The rows of files that an import has stored are not to be seen yet; the next start looks again.
  const ended = (hasImports ? Promise.resolve(0) : removeOrphans(database, files, uuids, aborter.signal)).catch(
    (error: unknown) => onError("files could not be cleaned up", error),
  );
  return async () => {
    aborter.abort();
    await ended;
  };
}

/** Removes the bytes of files whose rows are being deleted in this turn, if that was committed. */
function removeLater(
  database: Database,
  files: FileStore,
  uuids: readonly string[],
  onError: ServiceOptions["onError"],
): void {
  setImmediate(() => {
    database
      .durable(database.latestTs)
      .then(() => removeOrphans(database, files, uuids, new AbortController().signal))
      .catch((error: unknown) => onError("deleted files could not be removed", error));
  });
}

/** Installs the external packages of what is deployed where they are missing, as in a restored backup. */
function restorePackages(database: Database, packages: NodePackages, onError: ServiceOptions["onError"]): void {
  const tx = database.begin({ readOnly: true });
  const { nodeDependencies = [] } = readDeployment(tx) ?? {};
  database.abandon(tx);
  packages.ensure(nodeDependencies).catch((error: unknown) => {
    onError("the external packages of Node actions could not be installed", error);
  });
}
