import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { cliEnvironment, CONVEX_CLI, DeploymentClient, pushFunctions } from "../../scripts/lib/deployment.ts";
import { runToEnd } from "../../scripts/lib/child.ts";
import { hashFiles, PROJECT_DIR } from "../../scripts/lib/project.ts";
import { endProcess } from "./product-process.ts";
import { productTemplate } from "./product-template.ts";
import { dataTemplate } from "./templates.ts";
import { moveClock, readClock } from "./test-clock.ts";

/** The small Convex project that exercises the backend's features. */
export const FIXTURE_PROJECT = join(PROJECT_DIR, "tests/fixtures/project");

/** Convex's own components, each used for its purpose. */
export const COMPONENTS_PROJECT = join(PROJECT_DIR, "tests/fixtures/components");

export interface TestBackendOptions {
  /** Its `convex/` is live when the promise resolves. Pushed once per content, then copied. */
  project?: string;
  /** Without it the machine's clock runs. */
  testClock?: { startMs: number };
  /** Set before the push, because `auth.config.ts` may read it, and again in the copy. */
  environment?: Record<string, string>;
}

/** What the fixture's `auth.config.ts` reads: a key set without keys, until a test sets its own. */
export const FIXTURE_ENVIRONMENT = { FIXTURE_JWKS: "data:text/plain;charset=utf-8;base64,eyJrZXlzIjpbXX0=" };

/** An embedded backend in a process of its own, on free ports, with a data folder of its own. */
export interface TestBackend {
  cloudUrl: string;
  siteUrl: string;
  adminKey: string;
  dataDir: string;
  client: DeploymentClient;
  /** Of the process that runs now. */
  pid(): number;
  /** Runs the stock CLI against it. */
  cli(args: readonly string[], options?: { cwd?: string }): Promise<{ code: number; output: string }>;
  deploy(projectDir: string): Promise<void>;
  /** Moves the test clock and waits until everything due has run. */
  advanceTo(ms: number): Promise<void>;
  advanceBy(ms: number): Promise<void>;
  /** Sleeps until then: what fell due meanwhile runs once, late. */
  jumpTo(ms: number): Promise<void>;
  nowMs(): Promise<number>;
  /** `kill -9`, then a new process on the same data and ports. */
  killAndRestart(): Promise<void>;
  /** The two halves of `killAndRestart`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Begins to start, and is killed after `afterMs`, or when it is ready if that comes first. Nothing runs then. */
  killWhileStarting(afterMs: number): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

interface Running {
  process: ChildProcess;
  cloudUrl: string;
  siteUrl: string;
}

/** Starts a backend for one test file. Call `stop` in `afterAll`. */
export async function startTestBackend(options: TestBackendOptions = {}): Promise<TestBackend> {
  const dataDir = mkdtempSync(join(tmpdir(), "switchboard-test-"));
  if (options.project !== undefined) cpSync(await template(options.project, options), dataDir, { recursive: true });
  const clockArgs = testClockArgs(options);
  let running = await launch(["--data", dataDir, "--port", "0", "--site-port", "0", ...clockArgs]);
  const { cloudUrl, siteUrl } = running;
  const adminKey = readFileSync(join(dataDir, "admin-key"), "utf8").trim();
  const access = { cloudUrl, adminKey };
  const client = new DeploymentClient(access);
  if (options.environment !== undefined) await client.setEnvironment(options.environment);
  const kill = () => endProcess(running.process, "SIGKILL");
  const ports = ["--port", new URL(cloudUrl).port, "--site-port", new URL(siteUrl).port];
  const restart = async () => {
    running = await launch(["--data", dataDir, ...ports, ...clockArgs]);
  };
  return {
    cloudUrl,
    siteUrl,
    adminKey,
    dataDir,
    client,
    pid: () => running.process.pid ?? 0,
    cli: (args, { cwd = FIXTURE_PROJECT } = {}) =>
      runToEnd(CONVEX_CLI, args, { cwd, env: { ...cliEnvironment(access), CI: "1" } }),
    deploy: (projectDir) => pushFunctions(access, projectDir),
    advanceTo: async (ms) => void (await moveClock(access, { advanceToMs: ms })),
    advanceBy: async (ms) => void (await moveClock(access, { advanceByMs: ms })),
    jumpTo: async (ms) => void (await moveClock(access, { jumpToMs: ms })),
    nowMs: () => readClock(access),
    killAndRestart: async () => {
      await kill();
      await restart();
    },
    kill,
    restart,
    killWhileStarting: (afterMs) => startAndKill(["--data", dataDir, ...ports, ...clockArgs], afterMs),
    stop: async () => {
      await endProcess(running.process, "SIGTERM");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function testClockArgs({ testClock }: Pick<TestBackendOptions, "testClock">): string[] {
  return testClock === undefined ? [] : [`--test-clock=${new Date(testClock.startMs).toISOString()}`];
}

const READY = /^Backend is ready at (\S+) \(HTTP actions at (\S+)\)$/;
const START_TIMEOUT_MS = 120_000;

function spawnBackend(args: readonly string[]) {
  return spawn(process.execPath, ["--import", "tsx", "scripts/backend.ts", ...args], {
    cwd: PROJECT_DIR,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function startAndKill(args: readonly string[], afterMs: number): Promise<void> {
  const child = spawnBackend(args);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, afterMs);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    child.once("exit", done);
    // It prints nothing before it is ready.
    child.stdout.once("data", done);
  });
  await endProcess(child, "SIGKILL");
}

function launch(args: readonly string[]): Promise<Running> {
  const child = spawnBackend(args);
  const printed: string[] = [];
  return new Promise((resolvePromise, reject) => {
    const fail = (why: string) => {
      child.kill("SIGKILL");
      reject(new Error(`The backend ${why}:\n${printed.join("\n")}`));
    };
    const timer = setTimeout(() => fail("was not ready in time"), START_TIMEOUT_MS);
    child.once("exit", (code) => fail(`ended with code ${code}`));
    createInterface({ input: child.stderr }).on("line", (line) => {
      printed.push(line);
      if (process.env["BACKEND_LOG"] !== undefined) process.stderr.write(`${line}\n`);
    });
    createInterface({ input: child.stdout }).on("line", (line) => {
      printed.push(line);
      const [, cloudUrl, siteUrl] = READY.exec(line) ?? [];
      if (cloudUrl === undefined || siteUrl === undefined) return;
      clearTimeout(timer);
      child.removeAllListeners("exit");
      resolvePromise({ process: child, cloudUrl, siteUrl });
    });
  });
}

/** A data folder into which `project` has been pushed. The product's is shared with `startProduct`. */
function template(project: string, options: TestBackendOptions): Promise<string> {
  if (project === PROJECT_DIR) return productTemplate({ startMs: options.testClock?.startMs });
  const sources = hashFiles(resolve(project), ["convex", "emails", "package.json"]);
  const backend = hashFiles(PROJECT_DIR, ["embedded", "package-lock.json"]);
  const name = `${sources.slice(0, 16)}-${backend.slice(0, 16)}`;
  return dataTemplate(name, options.testClock?.startMs, async (dataDir) => {
    const running = await launch(["--data", dataDir, "--port", "0", "--site-port", "0", ...testClockArgs(options)]);
    try {
      const adminKey = readFileSync(join(dataDir, "admin-key"), "utf8").trim();
      const access = { cloudUrl: running.cloudUrl, adminKey };
      await new DeploymentClient(access).setEnvironment({ ...FIXTURE_ENVIRONMENT, ...options.environment });
      await pushFunctions(access, project);
    } finally {
      await endProcess(running.process, "SIGTERM");
    }
  });
}
