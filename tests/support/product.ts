import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JSONValue } from "convex/values";
import { DeploymentClient } from "../../scripts/lib/deployment.ts";
import {
  endProcess,
  FREE_PORTS,
  launchProduct,
  startArgs,
  type ProductOptions,
  type RunningProduct,
} from "./product-process.ts";
import { productTemplate } from "./product-template.ts";
import { moveClock } from "./test-clock.ts";
import { calcomHeaders, postBooking } from "./webhooks.ts";

/** The whole product as `npm start` runs it, in a process of its own, on free ports, with data of its own. */
export interface Product {
  url: string;
  siteUrl: string;
  client: DeploymentClient;
  dataDir: string;
  demoSignIn: RunningProduct["signIn"];
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

/** Starts it. Call `stop` in `afterAll`. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), "switchboard-product-"));
  cpSync(await productTemplate(options), dataDir, { recursive: true });
  const fixed = startArgs(dataDir, options);
  const printed: string[] = [];
  let running = await launchProduct([...fixed, ...FREE_PORTS], printed);
  const { url, siteUrl } = running;
  const adminKey = readFileSync(join(dataDir, "admin-key"), "utf8").trim();
  const access = { cloudUrl: url, adminKey };
  const kill = () => endProcess(running.child, "SIGKILL");
  const restart = async () => {
    const ports = ["--port", new URL(url).port, "--site-port", new URL(siteUrl).port];
    running = await launchProduct([...fixed, ...ports], printed);
  };
  return {
    url,
    siteUrl,
    client: new DeploymentClient(access),
    dataDir,
    demoSignIn: running.signIn,
    printed,
    advanceTo: async (ms) => void (await moveClock(access, { advanceToMs: ms })),
    jumpTo: async (ms) => void (await moveClock(access, { jumpToMs: ms })),
    killAndRestart: async () => {
      await kill();
      await restart();
    },
    kill,
    restart,
    stop: async () => {
      await endProcess(running.child, "SIGTERM");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
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
