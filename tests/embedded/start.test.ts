import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { until } from "../support/until.ts";

let dataDir: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "switchboard-start-"));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
});

/** Runs one of the commands as npm does. */
function command(script: "backend" | "start", ...args: string[]) {
  const child = spawn(process.execPath, ["--import", "tsx", `scripts/${script}.ts`, ...args], { cwd: PROJECT_DIR });
  children.push(child);
  const printed = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (printed.err += chunk.toString()));
  const exit = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { child, printed, exit };
}

const FREE_PORTS = ["--port", "0", "--site-port", "0"];

describe("npm run backend", () => {
  test("--help says what there is", async () => {
    const { printed, exit } = command("backend", "--help");
    expect(await exit).toBe(0);
    for (const flag of ["--port", "--site-port", "--host", "--data", "--test-clock", "--help"]) {
      expect(printed.out).toContain(flag);
    }
  });

  test("prints its addresses last, keeps the key to its owner, and ends cleanly on Ctrl-C", async () => {
    const { child, printed, exit } = command("backend", "--data", dataDir, ...FREE_PORTS);
    await until("the last line", () => printed.out.includes("Backend is ready at"));
    expect(statSync(join(dataDir, "admin-key")).mode & 0o777).toBe(0o600);
    const second = command("backend", "--data", dataDir, ...FREE_PORTS);
    expect(await second.exit).toBe(1);
    expect(second.printed.err).toMatch(/^The data folder \S+ is in use by another process \(process \d+\); .*\n$/);
    child.kill("SIGINT");
    expect(await exit).toBe(0);
    const third = command("backend", "--data", dataDir, ...FREE_PORTS);
    await until("a start after the stop", () => third.printed.out.includes("Backend is ready at"));
  });

  test("a taken port is one sentence and exit code 1", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const { printed, exit } = command("backend", "--data", dataDir, "--port", String(port), "--site-port", "0");
    expect(await exit).toBe(1);
    expect(printed.err).toBe(`Port ${port} is already in use; stop the other program or choose another with --port.\n`);
    other.close();
  });

  test("an unknown option is one sentence and exit code 1", async () => {
    const { printed, exit } = command("backend", "--colour");
    expect(await exit).toBe(1);
    expect(printed.err).toContain("Unknown option '--colour'");
  });

  test("without --test-clock there is no clock to move", async () => {
    const { printed } = command("backend", "--data", dataDir, ...FREE_PORTS);
    await until("the last line", () => printed.out.includes("Backend is ready at"));
    const url = /ready at (\S+)/.exec(printed.out)?.[1] ?? "";
    expect((await fetch(`${url}/api/test_clock`)).status).toBe(404);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });
});

describe("npm start", () => {
  const ready = (printed: { out: string }) => /Switchboard is ready at (\S+)/.exec(printed.out)?.[1];

  test("serves the app with a demo workspace; the second start keeps it", { timeout: 240_000 }, async () => {
    const first = command("start", "--data", dataDir, ...FREE_PORTS);
    const url = await until("the first start", () => ready(first.printed) ?? first.child.exitCode, 200_000);
    expect(url, first.printed.err).toMatch(/^http:/);
    const [signIn] = /Demo sign-in: .+/.exec(first.printed.out) ?? [];
    expect(signIn).toBeDefined();
    const page = await (await fetch(String(url), { headers: { Accept: "text/html" } })).text();
    expect(page).toContain("<title>Switchboard</title>");
    first.child.kill("SIGINT");
    expect(await first.exit).toBe(0);

    const second = command("start", "--data", dataDir, ...FREE_PORTS);
    await until("the second start", () => ready(second.printed) ?? second.child.exitCode, 60_000);
    expect(second.printed.out).toContain(signIn);
    second.child.kill("SIGINT");
    expect(await second.exit).toBe(0);
  });
});
