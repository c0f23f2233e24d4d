import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { JSONValue } from "convex/values";
import { DeploymentClient } from "../../scripts/lib/deployment.ts";
import { FUNCTION_SOURCES, hashFiles, PROJECT_DIR } from "../../scripts/lib/project.ts";
import { dataTemplate } from "./templates.ts";
import { calcomHeaders, postBooking } from "./webhooks.ts";

/** The whole product as `npm start` runs it, in a process of its own, on free ports, with data of its own. */
export interface Product {
  url: string;
  siteUrl: string;
  client: DeploymentClient;
  dataDir: string;
  demoSignIn: { email: string; password: string } | null;
  /** Everything it printed so far. */
  printed: readonly string[];
  /** Lives through everything on the way, each cron run included. */
  advanceTo(ms: number): Promise<void>;
  /** Sleeps until then: what fell due meanwhile runs once, late. */
  jumpTo(ms: number): Promise<void>;
  /** Ends the process at once, then starts it again on the same data and ports. */
  killAndRestart(): Promise<void>;
  /** The two halves of `killAndRestart`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ProductOptions {
  /** Without it the machine's clock runs. */
  startMs?: number;
  seed?: boolean;
}

interface Running {
  child: ChildProcess;
  url: string;
  siteUrl: string;
  signIn: Product["demoSignIn"];
}

// The first start builds the app; machines differ.
const START_TIMEOUT_MS = 120_000;

/** Starts it. Call `stop` in `afterAll`. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), "switchboard-product-"));
  cpSync(await template(options), dataDir, { recursive: true });
  const fixed = fixedArgs(dataDir, options);
  const printed: string[] = [];
  let running = await launch([...fixed, ...FREE_PORTS], printed);
  const { url, siteUrl } = running;
  const adminKey = readFileSync(join(dataDir, "admin-key"), "utf8").trim();
  const kill = () => end(running.child, "SIGKILL");
  const restart = async () => {
    const ports = ["--port", new URL(url).port, "--site-port", new URL(siteUrl).port];
    running = await launch([...fixed, ...ports], printed);
  };
  return {
    url,
    siteUrl,
    client: new DeploymentClient({ cloudUrl: url, adminKey }),
    dataDir,
    demoSignIn: running.signIn,
    printed,
    advanceTo: (ms) => moveClock(url, adminKey, { advanceToMs: ms }),
    jumpTo: (ms) => moveClock(url, adminKey, { jumpToMs: ms }),
    killAndRestart: async () => {
      await kill();
      await restart();
    },
    kill,
    restart,
    stop: async () => {
      await end(running.child, "SIGTERM");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const FREE_PORTS = ["--port", "0", "--site-port", "0"];

function fixedArgs(dataDir: string, options: ProductOptions): string[] {
  return [
    ...(options.startMs === undefined ? [] : [`--test-clock=${new Date(options.startMs).toISOString()}`]),
    ...(options.seed === true ? [] : ["--no-seed"]),
    "--data",
    dataDir,
  ];
}

/** A data folder after the first start: functions pushed, the demo made if wanted, the app built. */
function template(options: ProductOptions): Promise<string> {
  const sources = hashFiles(PROJECT_DIR, [...FUNCTION_SOURCES, "embedded", "scripts"]);
  const name = `product-${options.seed === true ? "demo" : "empty"}-${sources.slice(0, 16)}`;
  return dataTemplate(name, options.startMs, async (dataDir) => {
    const { child } = await launch([...fixedArgs(dataDir, options), ...FREE_PORTS], []);
    await end(child, "SIGTERM");
  });
}

function launch(args: readonly string[], printed: string[]): Promise<Running> {
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/start.ts", ...args], {
    cwd: PROJECT_DIR,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill("SIGKILL");
      reject(new Error(`Switchboard ${why}:\n${printed.join("\n")}`));
    };
    const timer = setTimeout(() => fail("was not ready in time"), START_TIMEOUT_MS);
    const early = (code: number | null) => fail(`ended with code ${code}`);
    child.once("exit", early);
    const onLine = (line: string) => {
      printed.push(line);
      const url = /^Switchboard is ready at (\S+)$/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      child.off("exit", early);
      resolve({ child, url, siteUrl: siteUrlIn(printed), signIn: signInOf(printed) });
    };
    createInterface({ input: child.stdout }).on("line", onLine);
    createInterface({ input: child.stderr }).on("line", (line) => printed.push(line));
  });
}

function siteUrlIn(printed: readonly string[]): string {
  const url = printed
    .map((line) => /^HTTP actions .* at (\S+)$/.exec(line)?.[1])
    .findLast((found) => found !== undefined);
  if (url === undefined) throw new Error(`No address of HTTP actions in:\n${printed.join("\n")}`);
  return url;
}

function signInOf(printed: readonly string[]): Product["demoSignIn"] {
  const found = printed.map((line) => /^Demo sign-in: (\S+) \/ (\S+)$/.exec(line)).find((match) => match !== null);
  return found ? { email: found[1] ?? "", password: found[2] ?? "" } : null;
}

async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill(signal);
  await exited;
}

async function moveClock(url: string, adminKey: string, body: Record<string, number>): Promise<void> {
  const response = await fetch(`${url}/api/test_clock`, {
    method: "POST",
    headers: { Authorization: `Convex ${adminKey}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The test clock refused: ${await response.text()}`);
}

/** What `dev/fixtures:createWorkspace` answers. */
export interface TestWorkspace {
  orgId: string;
  website: { publicId: string; secret: string };
  calcom: { publicId: string; secret: string };
  members: { name: string; email: string; password: string }[];
}

/** An empty workspace with the five-step journey, two booking sources and two members. */
export async function createWorkspace(product: Product, key: string): Promise<TestWorkspace> {
  return (await product.client.run("dev/fixtures:createWorkspace", { key })) as unknown as TestWorkspace;
}

/** The name and address of the customer in `calcomBooking`. */
export const CUSTOMER = { name: "Anna Weber", email: "anna.weber@example.org" };

/** A cal.com delivery as its default template sends it (providers.md 19.1). `payload` overrides. */
export function calcomBooking(
  triggerEvent: string,
  createdAt: string,
  payload: Record<string, JSONValue> = {},
): string {
  return JSON.stringify({
    triggerEvent,
    createdAt,
    payload: {
      type: "jollen-grundkurs",
      title: "Jollen-Grundkurs",
      organizer: { name: "Jana Petersen", email: "jana@haff.example", timeZone: "Europe/Berlin", utcOffset: 120 },
      attendees: [{ ...CUSTOMER, timeZone: "Europe/Berlin", language: { locale: "de" }, utcOffset: 120 }],
      responses: { name: { value: CUSTOMER.name }, email: { value: CUSTOMER.email } },
      location: "Am Hafen 3, 17373 Ueckermünde",
      uid: randomUUID(),
      bookingId: 7001,
      eventTypeId: 12,
      status: "ACCEPTED",
      length: 420,
      metadata: {},
      ...payload,
    },
  });
}

/** Delivers it as cal.com does. */
export function postCalcom(product: Product, { calcom }: TestWorkspace, body: string): Promise<Response> {
  return postBooking(product.siteUrl, calcom.publicId, body, calcomHeaders(calcom, body));
}
