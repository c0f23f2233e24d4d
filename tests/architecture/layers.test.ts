import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  databaseViolations,
  purityViolations,
  rankViolations,
  sourceDirectionViolations,
  writerViolations,
  type SourceFile,
} from "./layers.ts";

const ROOT = join(import.meta.dirname, "../..");

function sourceFiles(): SourceFile[] {
  return execFileSync("git", ["ls-files", "-co", "--exclude-standard", "convex", "src"], {
    cwd: ROOT,
    encoding: "utf8",
  })
    .split("\n")
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

const bad = (path: string, text: string): SourceFile[] => [{ path, text }];

describe("the tree as it stands", () => {
  const files = sourceFiles();
  it("never climbs the ranks", () => expect(rankViolations(files)).toEqual([]));
  it("keeps rule files pure", () => expect(purityViolations(files)).toEqual([]));
  it("keeps public functions thin", () => expect(databaseViolations(files)).toEqual([]));
  it("writes each followed table in one file", () => expect(writerViolations(files)).toEqual([]));
  it("keeps one direction in src", () => expect(sourceDirectionViolations(files)).toEqual([]));
});

describe("each check bites", () => {
  it.each([
    ["a climb", "convex/contacts/model.ts", 'import { enqueue } from "../delivery/model";'],
    ["a sibling", "convex/inbox/model.ts", 'import { recordReceipt } from "../tracking/model";'],
    ["an unknown domain", "convex/misc/model.ts", "export {};"],
  ])("on %s", (_, path, text) => expect(rankViolations(bad(path, text))).toHaveLength(1));

  it("leaves downward imports alone", () =>
    expect(rankViolations(bad("convex/inbox/model.ts", 'import { enqueue } from "../delivery/model";'))).toEqual([]));

  it.each([
    ["a clock", "export const now = () => Date.now();"],
    ["randomness", "export const r = () => Math.random();"],
    ["a context", "export const f = (ctx: unknown) => ctx;"],
    ["the environment", "export const key = process.env.KEY;"],
  ])("on %s in a rule file", (_, text) =>
    expect(purityViolations(bad("convex/sequences/timing.ts", text))).not.toEqual([]),
  );

  it("does not read comments as code", () =>
    expect(purityViolations(bad("convex/sequences/timing.ts", "// no Date.now() here\nexport const a = 1;"))).toEqual(
      [],
    ));

  it("on a query that reads tables itself", () =>
    expect(databaseViolations(bad("convex/inbox/queries.ts", "await ctx.db.get(id)"))).toHaveLength(1));

  it("on a second writer of a followed table", () => {
    const text = 'await ctx.db\n  .patch("contacts", id, { name }); await ctx.db.insert("orders", order);';
    expect(writerViolations(bad("convex/contacts/staff/model.ts", text))).toHaveLength(1);
    expect(writerViolations(bad("convex/contacts/model/rows.ts", text))).toEqual([]);
  });

  it.each([
    ["a feature importing another", "src/features/inbox/list.tsx", 'import { x } from "../queue/row";'],
    [
      "a component importing a feature",
      "src/components/ui/button.tsx",
      'import { x } from "../../features/inbox/row";',
    ],
    [
      "the browser importing a model",
      "src/features/inbox/list.tsx",
      'import { x } from "../../../convex/inbox/model";',
    ],
  ])("on %s", (_, path, text) => expect(sourceDirectionViolations(bad(path, text))).toHaveLength(1));
});
