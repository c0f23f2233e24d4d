import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DeveloperError } from "../errors.ts";
import { NodePackages } from "./node-packages.ts";
import { TestBackend } from "./testing.ts";

const LEFT = { name: "left", version: "1.0.0" };
const RIGHT = { name: "@scope/right", version: "2.0.0-rc.1" };

/** What npm would leave behind. */
function fill(folder: string): void {
  for (const [name, text] of [
    ["left", `exports.side = () => "left";`],
    ["esm-only", `export const side = () => "module";`],
  ] as const) {
    const directory = join(folder, "node_modules", name);
    mkdirSync(directory, { recursive: true });
    const type = name === "esm-only" ? "module" : "commonjs";
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name, version: "1.0.0", type, main: "index.js" }));
    writeFileSync(join(directory, "index.js"), text);
  }
}

describe("external packages", () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "switchboard-packages-"));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  const folders = () => readdirSync(join(dataDir, "node-packages"));
  const refusalOf = (run: Promise<unknown>) =>
    run.then(() => null).catch((thrown: unknown) => thrown as DeveloperError);

  test("a set is installed once, whoever asks and in whatever order it is written", async () => {
    const install = vi.fn(async (folder: string) => fill(folder));
    const packages = new NodePackages(dataDir, install);
    const roots = await Promise.all([packages.ensure([LEFT, RIGHT]), packages.ensure([RIGHT, LEFT])]);
    expect(new Set([...roots, await packages.ensure([LEFT, RIGHT]), packages.rootOf([LEFT, RIGHT])]).size).toBe(1);
    expect(install).toHaveBeenCalledTimes(1);
    expect(await new NodePackages(dataDir, install).ensure([LEFT, RIGHT])).toBe(roots[0]);
    expect(await packages.ensure([])).toBeNull();
    expect(install).toHaveBeenCalledTimes(1);
  });

  test("what fails leaves nothing, says why and can be tried again", async () => {
    const install = vi.fn(async () => {});
    install.mockRejectedValueOnce(new Error("npm error code ENOTFOUND"));
    const packages = new NodePackages(dataDir, install);
    const error = await refusalOf(packages.ensure([LEFT]));
    expect(error).toBeInstanceOf(DeveloperError);
    expect([error?.code, error?.message]).toEqual([
      "ExternalPackagesNotInstalled",
      "Hit an error while pushing:\nThe external packages of Node actions could not be installed: npm error code " +
        "ENOTFOUND\nIs the package registry reachable from the backend's machine?",
    ]);
    expect(folders()).toEqual([]);
    expect(await packages.ensure([LEFT])).toBe(packages.rootOf([LEFT]));
  });

  test.each([
    [{ name: "../evil", version: "1.0.0" }, '"../evil" is no package name.'],
    [{ name: "left", version: "file:../../secret" }, '"file:../../secret" is no exact version of left.'],
    [{ name: "left", version: "^1.0.0" }, '"^1.0.0" is no exact version of left.'],
  ])("%o is refused", async (dependency, cause) => {
    const install = vi.fn(async () => {});
    expect((await refusalOf(new NodePackages(dataDir, install).ensure([dependency])))?.message).toContain(cause);
    expect(install).not.toHaveBeenCalled();
  });

  test("sets that nobody needs go, with what a crash left behind", async () => {
    const packages = new NodePackages(dataDir, async () => {});
    const kept = await packages.ensure([LEFT]);
    await packages.ensure([RIGHT]);
    mkdirSync(join(dataDir, "node-packages", "abc.partial"));
    await packages.keepOnly([[LEFT], []]);
    expect(folders().map((name) => join(dataDir, "node-packages", name))).toEqual([kept]);
  });

  test("Node actions import them, in analysis and when they run; others don't", async () => {
    const backend = await TestBackend.start();
    try {
      const packages = new NodePackages(backend.dataDir, async (folder) => fill(folder));
      const root = await packages.ensure([LEFT]);
      const files = {
        "node.ts": `"use node";
import { actionGeneric as action } from "convex/server";
import { side } from "left";
import { side as moduleSide } from "esm-only";
export const sides = action({ args: {}, handler: async () => [side(), moduleSide()] });
`,
      };
      await expect(backend.push(files)).rejects.toThrow(/Cannot find module '(left|esm-only)'/);
      await backend.push(files, {}, { nodeDependencies: [LEFT], packageRoot: root });
      expect(await backend.action("node:sides")).toEqual(["left", "module"]);
      await backend.push(files, {}, { nodeDependencies: [RIGHT], packageRoot: await packages.ensure([RIGHT]) });
      await packages.keepOnly([[LEFT]]);
      await expect(backend.action("node:sides")).rejects.toThrow(/are not installed\. Push again\./);
    } finally {
      await backend.close();
    }
  });
});
