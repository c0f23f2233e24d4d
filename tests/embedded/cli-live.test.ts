import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConvexHttpClient } from "convex/browser";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { api } from "../fixtures/project/convex/_generated/api.js";
import { FIXTURE_PROJECT, startTestBackend, type TestBackend } from "../support/backend.ts";
import { CliChild } from "../support/cli-child.ts";
import { copyProject, type ProjectCopy } from "../support/project-copy.ts";

// Commands of the stock CLI that look at a deployment, or stay and watch it.

let backend: TestBackend;
let project: ProjectCopy;
let http: ConvexHttpClient;
let watching: CliChild | null = null;

beforeAll(async () => {
  project = copyProject(FIXTURE_PROJECT);
  backend = await startTestBackend({ project: FIXTURE_PROJECT });
  http = new ConvexHttpClient(backend.cloudUrl);
});
afterAll(async () => {
  await backend.stop();
  project.remove();
});
afterEach(async () => {
  await watching?.stop();
  watching = null;
});

const cli = async (...args: string[]) => {
  const result = await backend.cli(args, { cwd: project.dir });
  expect(result, result.output).toMatchObject({ code: 0 });
  return result.output;
};
const refused = async (...args: string[]) => {
  const result = await backend.cli(args, { cwd: project.dir });
  expect(result.code, result.output).toBe(1);
  // Its own words, not a stack trace.
  expect(result.output).not.toMatch(/^\s+at .*\.(cjs|js):\d+/m);
  return result.output;
};
const start = (...args: string[]) => (watching = new CliChild(backend, project.dir, args));
const lines = (output: string) => output.split("\n").map((line) => line.trim());

describe("run", () => {
  test("--watch prints every new result", async () => {
    const child = start("run", "messages:counter", '{"name":"watched"}', "--watch");
    await child.waitFor("Watching query messages:counter");
    await child.waitFor(/^0$/m);
    await http.mutation(api.messages.increment, { name: "watched" });
    await child.waitFor(/^1$/m);
    await http.mutation(api.messages.increment, { name: "another" });
    await http.mutation(api.messages.increment, { name: "watched" });
    await child.waitFor(/^2$/m);
    expect(child.printed.match(/^\d$/gm)).toEqual(["0", "1", "2"]);
    await child.stop();
    expect(child.printed).toContain("Closing connection");
  });

  test("--watch goes on after the backend was killed and came back", async () => {
    const child = start("run", "messages:counter", '{"name":"over restarts"}', "--watch");
    await child.waitFor(/^0$/m);
    await backend.killAndRestart();
    await http.mutation(api.messages.increment, { name: "over restarts" });
    await child.waitFor(/^1$/m);
  });

  test("--identity acts as a user", async () => {
    expect(await cli("run", "messages:whoAmI", "--identity", '{"subject":"ada"}')).toContain('"ada"');
    expect(await cli("run", "messages:whoAmI")).not.toContain("ada");
    const child = start("run", "messages:whoAmI", "--identity", '{"subject":"grace"}', "--watch");
    await child.waitFor('"grace"');
  });

  test("--push pushes first; --component and wrong arguments", async () => {
    project.write("convex/pushed.ts", `import { query } from "./_generated/server"; export const one = query({ args: {}, handler: () => "pushed first" });`); // prettier-ignore
    expect(await cli("run", "pushed:one", "--push", "--typecheck", "disable")).toContain("pushed first");
    expect(await cli("run", "--component", "rateLimiter", "time:getServerTime")).toMatch(/\d{13}/);
    expect(await refused("run", "messages:list", '{"channel":1}')).toContain("ArgumentValidationError");
    expect(await refused("run", "messages:list", "{")).toContain("Failed to parse arguments as JSON");
  });

  test("--inline-query reads, in components too, and can do no more", async () => {
    await http.mutation(api.messages.send, { channel: "inline", body: "found", number: 1 });
    const query = `await ctx.db.query("messages").withIndex("by_channel_number", (q) => q.eq("channel", "inline")).collect()`;
    expect(await cli("run", "--inline-query", query)).toContain('"body": "found"');
    const logged = await cli("run", "--inline-query", `const found = ${query}; console.log("saw", found.length); return found[0].body;`); // prettier-ignore
    expect(logged).toContain("[LOG] 'saw' 1");
    expect(logged).toContain('"found"');
    expect(await cli("run", "--component", "rateLimiter", "--inline-query", `await ctx.db.query("rateLimits").collect()`)).toContain("[]"); // prettier-ignore
    expect(await refused("run", "--component", "nothing", "--inline-query", "1")).toContain(
      'Component path "nothing" was not found',
    );
    const wrote = await refused("run", "--inline-query", `ctx.db.insert("messages", {})`);
    expect(wrote).toContain("ctx.db.insert is not a function");
    // Frames of the library say nothing to the author.
    expect(wrote).not.toContain("invokeQuery");
    expect(await refused("run", "--inline-query", "this is no JavaScript")).toContain("testQuery.js:5:17");
    expect(await refused("run", "--inline-query", `await fetch("http://127.0.0.1:1")`)).toContain("Can't use fetch()");
    expect(await refused("run", "--inline-query", "while (true) {}; return 1;")).toContain(
      "Function execution timed out",
    );
    // It was never there.
    expect(await refused("run", "testQuery:default")).toContain("Could not find function");
  });
});

describe("data", () => {
  test("tables of the app and of components, rows in either order, as many as asked for", async () => {
    for (const number of [1, 2, 3])
      await http.mutation(api.messages.send, { channel: "data", body: `row ${number}`, number });
    expect(lines(await cli("data"))).toEqual(expect.arrayContaining(["counters", "files", "messages"]));
    const newest = await cli("data", "messages", "--limit", "2");
    expect(newest).toContain("row 3");
    expect(newest).not.toContain("row 1");
    expect(newest).toContain("Showing the 2 most recently created documents.");
    const oldest = await cli("data", "messages", "--limit", "1", "--order", "asc");
    expect(oldest).not.toContain("row 3");
    expect(oldest).toContain("Showing the 1 oldest created document.");
    const rows = lines(await cli("data", "messages", "--format", "jsonl")).filter((line) => line.startsWith("{"));
    expect(rows.length).toBeGreaterThanOrEqual(3);
    await http.mutation(api.components.limited, { key: "data" });
    expect(lines(await cli("data", "--component", "rateLimiter"))).toContain("rateLimits");
    expect(await cli("data", "rateLimits", "--component", "rateLimiter")).toContain('"data"');
    expect(await cli("data", "nothing")).toContain("There are no documents in this table.");
  });

  test("system tables", async () => {
    const url = await http.mutation(api.storage.uploadUrl, {});
    await fetch(url, { method: "POST", body: "stored", headers: { "Content-Type": "text/plain" } });
    const storage = await cli("data", "_storage");
    expect(storage).toContain("sha256");
    expect(storage).toContain('"text/plain"');
    await http.mutation(api.jobs.scheduleIn, { kind: "later", delayMs: 3_600_000 });
    const jobs = await cli("data", "_scheduled_functions", "--order", "desc", "--limit", "1");
    expect(jobs).toContain('"jobs.js:record"');
    expect(jobs).toContain('"kind": "pending"');
    for (const table of ["_cron_jobs", "_modules", "_environment_variables", "_nothing"]) {
      expect(await cli("data", table)).toContain("There are no documents in this table.");
    }
  });
});

describe("logs", () => {
  test("--history shows what was, and then follows; --success shows those that print nothing", async () => {
    await backend.client.run("messages:sendMany", { channel: "logs", count: 1 });
    const child = start("logs", "--history", "3", "--success");
    await child.waitFor("[CONVEX M(messages:sendMany)] [LOG] 'sent' 1");
    await child.waitFor(/\[CONVEX M\(messages:sendMany\)\] Function executed in \d+ ms/);
    await backend.client.run("messages:sendMany", { channel: "logs", count: 2 });
    await child.waitFor("'sent' 2");
    await http.query(api.messages.list, { channel: "logs" });
    await child.waitFor(/\[CONVEX Q\(messages:list\)\] Function executed in \d+ ms/);
    await http.mutation(api.messages.fail, { how: "plain" }).catch(() => undefined);
    await child.waitFor("Uncaught Error: It broke");
  });

  test("without --history only what comes; --jsonl gives the entries themselves", async () => {
    await backend.client.run("messages:sendMany", { channel: "logs", count: 4 });
    const child = start("logs", "--jsonl");
    await child.waitFor("Watching logs");
    // The first poll answers at once and is dropped; whoever asks until then is not seen.
    const asking = setInterval(() => void backend.client.run("messages:sendMany", { channel: "logs", count: 5 }), 100);
    const entry = await child.waitFor(/^\{.*"'sent'","5".*\}$/m).finally(() => clearInterval(asking));
    expect(JSON.parse(entry)).toMatchObject({ kind: "Completion", identifier: "messages:sendMany", udfType: "Mutation", error: null, caller: "HttpApi" }); // prettier-ignore
    expect(child.printed).not.toContain('"\'sent\'","4"');
  });
});

describe("env", () => {
  test("set from a file, all or nothing, and forced", async () => {
    project.write("vars.env", `ONE=first\nTWO="two words"\nCONVEX_DEPLOYMENT=ignored\n`);
    const output = await cli("env", "set", "--from-file", "vars.env");
    expect(output).toContain("Skipping 1 CLI-managed environment variable");
    expect(lines(await cli("env", "list", "--include-values"))).toEqual(expect.arrayContaining(["ONE=first"]));
    expect(await cli("env", "get", "TWO")).toContain("two words");
    project.write("vars.env", "ONE=changed\nTHREE=3\n");
    expect(await refused("env", "set", "--from-file", "vars.env")).toContain("already exists with different value");
    expect((await backend.client.environment())["THREE"]).toBeUndefined();
    await cli("env", "set", "--from-file", "vars.env", "--force");
    expect(await backend.client.environment()).toMatchObject({ ONE: "changed", TWO: "two words", THREE: "3" });
    project.write("value.txt", "from a file");
    await cli("env", "set", "FOUR", "--from-file", "value.txt");
    expect(await cli("env", "get", "FOUR")).toContain("from a file");
    expect(lines(await cli("env", "list", "--names-only"))).toContain("FOUR");
  });
});

describe("the rest", () => {
  test("function-spec --file writes it down", async () => {
    await cli("function-spec", "--file");
    const name = readdirSync(project.dir).find((file) => /^function_spec.*\.json$/.test(file)) ?? "";
    const spec = JSON.parse(readFileSync(join(project.dir, name), "utf8")) as { functions: { identifier?: string; functionType: string }[] }; // prettier-ignore
    expect(spec.functions).toContainEqual(expect.objectContaining({ identifier: "messages.js:list", functionType: "Query" })); // prettier-ignore
    expect(spec.functions.map(({ functionType }) => functionType)).toContain("HttpAction");
  });

  test("network-test passes", async () => {
    expect(await cli("network-test")).toContain("Network test passed.");
  });

  test("what only the cloud has is refused in a sentence", async () => {
    expect(await refused("insights")).toContain("Insights are only available for cloud deployments.");
    expect(await cli("dashboard", "--no-open")).toContain("is not supported for self-hosted deployments");
    expect(await cli("deployments")).toContain("Type: selfHosted");
  });

  test("mcp starts, lists its tools and says that it wants a login", async () => {
    const child = start("mcp", "start", "--project-dir", project.dir);
    const ask = (id: number, method: string, params: object) =>
      child.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    ask(1, "initialize", {
      protocolVersion: "2024-11-05",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    });
    await child.waitFor('"serverInfo"');
    ask(2, "tools/list", {});
    await child.waitFor('"runOneoffQuery"');
    ask(3, "tools/call", { name: "status", arguments: { projectDir: project.dir } });
    await child.waitFor("Not Authorized");
  });

  test("a wrong key is one sentence", async () => {
    const wrong = { ...backend, adminKey: "switchboard|wrong" };
    for (const args of [
      ["env", "set", "A", "b"],
      ["run", "messages:list", '{"channel":"x"}'],
      ["deploy", "--typecheck", "disable"],
    ]) {
      const child = new CliChild(wrong, project.dir, args);
      expect(await child.ended).toBe(1);
      expect(child.printed).toMatch(/BadAdminKey|BadDeployKey|admin key was invalid/);
    }
  });
});
