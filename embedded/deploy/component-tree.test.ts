import { describe, expect, test } from "vitest";
import type { AnalyzedModule } from "../functions/types.ts";
import { type AnalyzedDefinition, buildTree, definitionExports, flattenTree } from "./component-tree.ts";
import type { ChildInstance, ComponentDefinition } from "./definitions.ts";

const fn = (name: string, kind: "public" | "internal" = "public"): AnalyzedModule["functions"][number] => ({
  name,
  pos: null,
  udfType: "Query",
  visibility: { kind },
  args: null,
  returns: null,
});
const moduleWith = (...functions: AnalyzedModule["functions"]): AnalyzedModule => ({
  functions,
  httpRoutes: null,
  cronSpecs: null,
  sourceMapped: null,
});
const child = (name: string, path: string, env: ChildInstance["env"] = null): ChildInstance => ({
  name,
  path,
  args: [],
  env,
});
function definition(
  path: string,
  children: ChildInstance[],
  more: Partial<ComponentDefinition> = {},
  functions: Record<string, AnalyzedModule> = {},
): [string, AnalyzedDefinition] {
  const definitionType = path === "" ? ({ type: "app" } as const) : ({ type: "childComponent", name: path } as const);
  const exports = { type: "branch" as const, branch: [] };
  return [
    path,
    { definition: { path, definitionType, childComponents: children, httpMounts: {}, exports, ...more }, functions },
  ];
}

describe("buildTree and flattenTree", () => {
  const definitions = new Map([
    definition("", [child("one", "comp"), child("two", "comp", [["KEY", { type: "envVar", name: "APP_KEY" }]])], {
      httpMounts: { "/two/": "_reference/childComponent/two" },
    }),
    definition("comp", [child("inner", "deep")], {}, { "lib.js": moduleWith(fn("get"), fn("secret", "internal")) }),
    definition("deep", []),
  ]);

  test("one definition mounted twice makes two instances, each with its own path and children", () => {
    const flat = flattenTree(buildTree(definitions), definitions);
    expect(flat.map(({ path }) => path)).toEqual(["", "one", "one/inner", "two", "two/inner"]);
    expect(flat[0]).toMatchObject({
      children: { one: "one", two: "two" },
      httpMounts: { "/two/": "two" },
      httpPrefix: null,
    });
    expect(flat[3]).toMatchObject({ env: { KEY: { type: "envVar", name: "APP_KEY" } }, httpPrefix: "/two/" });
  });

  test("a child's exports are its public functions", () => {
    const tree = buildTree(definitions);
    expect(tree.exports).toEqual({});
    expect(tree.childComponents["one"]?.exports).toEqual({
      lib: {
        type: "branch",
        children: {
          get: { type: "leaf", resource: { type: "function", path: { component: "one", udfPath: "lib:get" } } },
        },
      },
    });
  });

  test("refuses a name used twice and a definition that is not there", () => {
    const twice = new Map([definition("", [child("x", "comp"), child("x", "comp")]), definition("comp", [])]);
    expect(() => buildTree(twice)).toThrow("Component name used twice: x");
    expect(() => buildTree(new Map([definition("", [child("x", "gone")])]))).toThrow("gone");
  });
});

test("definition exports nest by folder, module and name, in order", () => {
  const functions = { "b.js": moduleWith(fn("z"), fn("a")), "dir/m.js": moduleWith(fn("f")), "_x.js": moduleWith() };
  expect(definitionExports(functions)).toEqual({
    type: "branch",
    branch: [
      [
        "b",
        {
          type: "branch",
          branch: [
            ["a", { type: "leaf", leaf: "_reference/function/b:a" }],
            ["z", { type: "leaf", leaf: "_reference/function/b:z" }],
          ],
        },
      ],
      [
        "dir",
        {
          type: "branch",
          branch: [["m", { type: "branch", branch: [["f", { type: "leaf", leaf: "_reference/function/dir/m:f" }]] }]],
        },
      ],
    ],
  });
});
