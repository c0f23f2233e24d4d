import { describe, expect, test } from "vitest";
import { bundleFiles } from "../testing.ts";
import { ModuleCompiler } from "./compile.ts";
import { freshModules, keepsState } from "./module-state.ts";

describe("keepsState", () => {
  test.each([
    ["a variable that a function assigns", "let n = 0;\nexport function next() {\n  n = n + 1;\n}"],
    ["one that is counted up", "var n = 0;\nfunction next() {\n  return n++;\n}"],
    ["one that an arrow function counts up", "var n = 0;\nvar next = () => ++n;"],
    ["one that is set once", "var client;\nfunction get() {\n  return client ??= make();\n}"],
    ["a map", "var cache = /* @__PURE__ */ new Map();\nasync function get(k) {\n  cache.set(k, 1);\n}"],
    ["a list among others", "var a = 1, list = [], b = 2;\nfunction add(x) {\n  list.push(x);\n}"],
    ["an object's field", "var settings = { deep: {} };\nfunction set(k, v) {\n  settings.deep[k] = v;\n}"],
    ["a deleted field", "var settings = {};\nfunction drop(k) {\n  delete settings[k];\n}"],
    ["a class's field", "class Counter {\n}\nfunction next() {\n  Counter.count += 1;\n}"],
    ["a destructured variable", "var { a, b: c } = f();\nfunction g() {\n  c = 1;\n}"],
  ])("%s", (_, source) => {
    expect(keepsState(source, null)).toBe(true);
  });

  test.each([
    ["constants", "var a = 1, b = 2, c = /* @__PURE__ */ new Map([[1, 2]]);\nfunction f() {\n  return c.get(a);\n}"],
    ["what is filled at import", 'var m = /* @__PURE__ */ new Map();\nm.set("a", 1);\nfor (const x of [1])\n  use(x);'],
    ["local variables", "var n = 0;\nfunction f() {\n  let m = n;\n  m = m + 1;\n  m++;\n  return m;\n}"],
    ["methods of clients", "var counts = new Counts(api);\nasync function f(ctx) {\n  await counts.delete(ctx, 1);\n}"],
    ["comparisons and arrows", "var n = 0;\nvar f = (x) => n === x || n >= x || n => n;"],
    ["text", 'var v = 1;\nfunction f() {\n  return /^v=spf1$/.test("v=spf1 v++");\n}'.replace(" v++", "")],
    ["fields of others", "var n = 0;\nfunction f(o) {\n  o.n = 1;\n  o.n++;\n}"],
  ])("not %s", (_, source) => {
    expect(keepsState(source, null)).toBe(false);
  });
});

test("what libraries keep is theirs", async () => {
  const [module] = await bundleFiles({
    "m.ts": 'import { v } from "convex/values";\nexport const f = () => v.string();',
  });
  expect(module?.source).toContain("function");
  expect(keepsState(module?.source ?? "", module?.sourceMap ?? null)).toBe(false);
});

test("modules that import one that keeps state are fresh too, others are kept", async () => {
  const files = await bundleFiles({
    "counts.ts": "export let n = 0;\nexport function next() { n += 1; return n; }",
    "a.ts": 'import { next } from "./counts";\nexport const a = () => next();',
    "b.ts": 'import { a } from "./a";\nexport const b = () => a();',
    "c.ts": 'import { helper } from "./lib/helper";\nexport const c = () => helper();',
    "lib/helper.ts": "export const helper = () => 1;",
  });
  const compiler = new ModuleCompiler(null);
  const compiled = await Promise.all(files.map((file) => compiler.compile({ ...file, sha256: file.path })));
  const fresh = freshModules(new Map(compiled.map((module) => [module.path, module])));
  expect([...fresh].filter((path) => !path.startsWith("_deps/")).sort()).toEqual(["a.js", "b.js", "counts.js"]);
});
