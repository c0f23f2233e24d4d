import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";
import { CliChild } from "../support/cli-child.ts";
import { copyProject, type ProjectCopy } from "../support/project-copy.ts";

// `npx convex dev` as a developer has it open all day.

const READY = "Convex functions ready!";
const TSCONFIG = JSON.stringify({
  compilerOptions: { strict: true, target: "ESNext", module: "ESNext", moduleResolution: "Bundler", noEmit: true, skipLibCheck: true, lib: ["ES2023", "DOM"], types: ["node"] },
  include: ["./**/*"],
  exclude: ["./_generated"],
}); // prettier-ignore

let backend: TestBackend;
let project: ProjectCopy;
let dev: CliChild | null = null;

/** A copy without what makes a push long: components, and actions in Node. */
function smallProject(): ProjectCopy {
  const copy = copyProject(FIXTURE_PROJECT);
  for (const file of ["convex.config.ts", "components.ts", "nodeActions.ts"]) rmSync(join(copy.dir, "convex", file));
  return copy;
}

beforeAll(async () => {
  const pushed = smallProject();
  backend = await startTestBackend({ project: pushed.dir });
  pushed.remove();
});
afterAll(() => backend.stop());
beforeEach(() => {
  project = smallProject();
});
afterEach(async () => {
  await dev?.stop();
  dev = null;
  project.remove();
});

const start = (...args: string[]) => (dev = new CliChild(backend, project.dir, ["dev", ...args]));
const answer = (value: string) => `import { query } from "./_generated/server";
export const answer = query({ args: {}, handler: () => { console.log("asked"); return ${value}; } });
`;
const EXTRA = "convex/extra.ts";

/** On a busy machine; a change during a push begins it anew. */
const LONGER_THAN_A_PUSH_MS = 15_000;

describe("dev in watch mode", () => {
  test("pushes what is saved, survives a syntax error, prints logs, and ends on Ctrl-C", async () => {
    const cli = start("--typecheck", "disable");
    await cli.waitFor(READY);
    expect(project.read(".env.local")).toContain(`CONVEX_URL=${backend.cloudUrl}`);
    project.write(EXTRA, answer("41"));
    await cli.waitFor(READY);
    expect(await backend.client.run("extra:answer")).toBe(41);
    await cli.waitFor("[CONVEX Q(extra:answer)] [LOG] 'asked'");
    expect(project.read("convex/_generated/api.d.ts")).toContain("extra");

    project.write(EXTRA, answer("+"));
    await cli.waitFor("[ERROR]");
    expect(await backend.client.run("extra:answer")).toBe(41);
    project.write(EXTRA, answer("42"));
    await cli.waitFor(READY);
    expect(await backend.client.run("extra:answer")).toBe(42);
    expect(await cli.stop("SIGINT")).not.toBeNull();
  });

  test("shows a type error and goes on when it is mended", async () => {
    project.write("convex/tsconfig.json", TSCONFIG);
    const cli = start("--typecheck", "enable");
    await cli.waitFor(READY);
    project.write(EXTRA, answer(`((): number => "x")()`));
    await cli.waitFor("Type 'string' is not assignable to type 'number'");
    await cli.waitFor("Found 1 error in convex/extra.ts");
    project.write(EXTRA, answer("43"));
    await cli.waitFor(READY);
    expect(await backend.client.run("extra:answer")).toBe(43);
  });

  test("an import that throws is shown with its message; the functions before it stay", async () => {
    const cli = start("--typecheck", "disable");
    await cli.waitFor(READY);
    project.write(EXTRA, `throw new Error("not today");\n${answer("1")}`);
    await cli.waitFor("not today");
    expect(await backend.client.run("messages:list", { channel: "x" })).toEqual([]);
    project.write(EXTRA, answer("44"));
    await cli.waitFor(READY);
  });

  test("a missing variable is waited for, and its coming pushes again", async () => {
    project.write("convex/auth.config.ts", `export default { providers: [{ domain: process.env.NEW_DOMAIN!, applicationID: "x" }] };`); // prettier-ignore
    const cli = start("--typecheck", "disable");
    await cli.waitFor("Environment variable NEW_DOMAIN is used in auth config file but its value was not set.");
    // The CLI looks for changes from a moment after its message on: one that came too early is made again.
    let changes = 0;
    const set = () => void backend.client.setEnvironment({ NEW_DOMAIN: `https://auth${(changes += 1)}.example` });
    set();
    const setting = setInterval(set, LONGER_THAN_A_PUSH_MS);
    await cli.waitFor(READY).finally(() => clearInterval(setting));
  });

  test("data that breaks the schema is waited for, and its mending pushes again", async () => {
    project.edit("convex/schema.ts", "value: v.any()", "value: v.string()");
    const insert = (value: unknown) =>
      systemMutation("addDocument", { table: "values", documents: [{ kind: "k", value }] });
    await insert(1);
    const cli = start("--typecheck", "disable");
    await cli.waitFor("Schema validation failed");
    const shown = await cli.waitFor(/Document with ID "\w+" in table "values" does not match the schema/);
    const [, id = ""] = /"(\w+)"/.exec(shown) ?? [];
    await systemMutation("deleteDocuments", { toDelete: [{ id, tableName: "values" }] });
    // The CLI looks for changes from a moment after its message on.
    const touching = setInterval(() => void insert("fits"), 200);
    await cli.waitFor(READY).finally(() => clearInterval(touching));
  });
});

describe("dev that ends", () => {
  test("--once succeeds, or fails with exit code 1 and what was live stays", async () => {
    rmGenerated();
    const done = start("--once", "--typecheck", "disable");
    await done.waitFor(READY);
    expect(await done.ended).toBe(0);
    expect(existsSync(join(project.dir, "convex/_generated/api.d.ts"))).toBe(true);
    project.write(EXTRA, answer("+"));
    const failed = start("--once", "--typecheck", "disable");
    expect(await failed.ended).toBe(1);
    expect(await backend.client.run("messages:list", { channel: "x" })).toEqual([]);
  });

  test("--run calls a function after the push, and says when it fails", async () => {
    project.write(EXTRA, `import { internalMutation } from "./_generated/server";
      export const init = internalMutation({ args: {}, handler: () => "made by init" });
      export const fails = internalMutation({ args: {}, handler: () => { throw new Error("init broke"); } });`); // prettier-ignore
    const done = start("--once", "--typecheck", "disable", "--run", "extra:init");
    await done.waitFor(READY);
    await done.waitFor("made by init");
    expect(await done.ended).toBe(0);
    const failed = start("--once", "--typecheck", "disable", "--run", "extra:fails");
    await failed.waitFor("init broke");
    expect(await failed.ended).toBe(1);
  });

  test("--until-success waits for the mending and ends", async () => {
    project.write(EXTRA, answer("+"));
    const cli = start("--until-success", "--typecheck", "disable");
    await cli.waitFor("[ERROR]");
    project.write(EXTRA, answer("45"));
    await cli.waitFor(READY);
    expect(await cli.ended).toBe(0);
  });

  test("--start runs a command beside it", async () => {
    const cli = start("--typecheck", "disable", "--start", "echo beside the server; exit 3");
    await cli.waitFor("beside the server");
    await cli.waitFor("exited with code 3");
    expect(await cli.ended).toBe(1);
  });
});

function rmGenerated(): void {
  project.write("convex/_generated/api.d.ts", "");
}

async function systemMutation(name: string, args: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${backend.cloudUrl}/api/mutation`, {
    method: "POST",
    headers: { Authorization: `Convex ${backend.adminKey}`, "Content-Type": "application/json" },
    body: JSON.stringify({ path: `_system/frontend/${name}`, args, format: "json" }),
  });
  expect(await response.json()).toMatchObject({ status: "success", value: { success: true } });
}
