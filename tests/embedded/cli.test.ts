import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FIXTURE_ENVIRONMENT, FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";
import { cliEnvironment, CONVEX_CLI } from "../../scripts/lib/deployment.ts";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { until } from "../support/until.ts";

let backend: TestBackend;
let project: string;

/** The fixture, copied so that commands may write into it. */
beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "switchboard-cli-"));
  cpSync(FIXTURE_PROJECT, project, { recursive: true });
  symlinkSync(join(PROJECT_DIR, "node_modules"), join(project, "node_modules"));
  backend = await startTestBackend({ environment: FIXTURE_ENVIRONMENT });
});

afterAll(async () => {
  await backend.stop();
  rmSync(project, { recursive: true });
});

const cli = async (...args: string[]) => {
  const result = await backend.cli(args, { cwd: project });
  expect(result, result.output).toMatchObject({ code: 0 });
  return result.output;
};

describe("the stock CLI", () => {
  test("dev --once pushes, writes the URLs and generates code", async () => {
    rmSync(join(project, "convex/_generated"), { recursive: true, force: true });
    const output = await cli("dev", "--once", "--typecheck", "disable");
    expect(output).toContain("Convex functions ready!");
    expect(readFileSync(join(project, ".env.local"), "utf8")).toContain(backend.cloudUrl);
    expect(existsSync(join(project, "convex/_generated/api.d.ts"))).toBe(true);
  });

  test("deploy pushes a change, sends only what changed, and reports indexes", async () => {
    const schema = join(project, "convex/schema.ts");
    writeFileSync(
      schema,
      readFileSync(schema, "utf8").replace(
        `.index("by_name", ["name"])`,
        `.index("by_name", ["name"]).index("by_value", ["value"])`,
      ),
    );
    expect(await cli("deploy", "--typecheck", "disable")).toContain("counters.by_value");
    expect(await cli("deploy", "--typecheck", "disable")).not.toContain("counters.by_value");
  });

  test("deploy asks first what the schema would do, and the CLI understands the answer", async () => {
    const output = await cli("deploy", "--typecheck", "disable", "--dry-run", "--verbose");
    expect(output).toContain("No indexes are deleted by this push");
    expect(output).not.toContain("Skipping schema evaluation checks");
    expect(output).not.toContain("Schema evaluation unavailable");
  });

  test("a schema that the data breaks is refused and what was live stays live", async () => {
    await cli("run", "messages:increment", `{"name":"kept"}`);
    const schema = join(project, "convex/schema.ts");
    const before = readFileSync(schema, "utf8");
    writeFileSync(schema, before.replace("value: v.number() }", "value: v.string() }"));
    const refused = await backend.cli(["deploy", "--typecheck", "disable"], { cwd: project });
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("Schema validation failed");
    writeFileSync(schema, before);
    expect(await cli("run", "messages:increment", `{"name":"kept"}`)).toContain("2");
  });

  test("a push that does not evaluate says why", async () => {
    const broken = join(project, "convex/broken.ts");
    writeFileSync(
      broken,
      `import { query } from "./_generated/server";\nexport const broken = query({ handler: () => null });\nthrow new Error("at import");\n`,
    );
    const refused = await backend.cli(["deploy", "--typecheck", "disable"], { cwd: project });
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("at import");
    rmSync(broken);
  });

  test("codegen writes the same files again", async () => {
    const file = join(project, "convex/_generated/api.d.ts");
    const before = readFileSync(file, "utf8");
    await cli("codegen", "--typecheck", "disable");
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("run calls internal functions, acts as a user and lists functions for a wrong name", async () => {
    expect(await cli("run", "messages:sendMany", `{"channel":"cli","count":2}`)).toContain("2");
    expect(await cli("run", "messages:list", `{"channel":"cli"}`)).toContain("message 2");
    const wrong = await backend.cli(["run", "messages:nothing"], { cwd: project });
    expect(wrong.code).toBe(1);
    expect(wrong.output).toContain("messages:sendMany".replace("messages:", ""));
  });

  test("env set, get, list and remove", async () => {
    await cli("env", "set", "COLOUR", "green & blue");
    expect(await cli("env", "get", "COLOUR")).toContain("green & blue");
    expect(await cli("env", "list")).toContain("COLOUR=");
    expect(await cli("run", "actions:environment", `{"name":"COLOUR"}`)).toContain("green & blue");
    await cli("env", "remove", "COLOUR");
    expect(await cli("env", "list")).not.toContain("COLOUR");
    const refused = await backend.cli(["env", "set", "CONVEX_SITE_URL", "x"], { cwd: project });
    expect(refused.output).toContain("built-in and cannot be overridden");
  });

  test("data lists tables and rows", async () => {
    expect((await cli("data")).split("\n")).toEqual(expect.arrayContaining(["counters", "messages"]));
    expect(await cli("data", "messages", "--limit", "1")).toContain("message 2");
  });

  test("function-spec knows every function", async () => {
    const spec = JSON.parse(await cli("function-spec")) as { url: string; functions: { identifier?: string }[] };
    expect(spec.url).toBe(backend.cloudUrl);
    expect(spec.functions.map(({ identifier }) => identifier)).toContain("messages.js:list");
  });

  test("logs shows what functions print", async () => {
    const child = spawn(process.execPath, [join(PROJECT_DIR, CONVEX_CLI), "logs", "--history", "10"], {
      cwd: project,
      env: { ...process.env, ...cliEnvironment(backend) },
    });
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    await until("history", () => printed.includes("'sent' 2"));
    await backend.client.run("messages:sendMany", { channel: "logs", count: 3 });
    await until("the new line", () => printed.includes("'sent' 3"));
    expect(printed).toContain("[CONVEX M(messages:sendMany)] [LOG]");
    child.kill();
  });
});
