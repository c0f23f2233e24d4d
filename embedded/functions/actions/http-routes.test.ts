import { expect, test } from "vitest";
import type { DeployedCode } from "../modules/deployed-code.ts";
import type { AnalyzedModule, DeployedComponent } from "../types.ts";
import { routeRequest } from "./http-routes.ts";

function component(path: string, routes: [string, string][] | null, more: Partial<DeployedComponent> = {}) {
  const http: AnalyzedModule = {
    functions: [],
    httpRoutes: (routes ?? []).map(([method, route]) => ({ route: { method, path: route }, pos: null })),
    cronSpecs: null,
    sourceMapped: null,
  };
  const deployed: DeployedComponent = {
    path,
    definitionPath: path,
    args: {},
    env: {},
    children: {},
    httpMounts: {},
    httpPrefix: null,
    functions: routes === null ? {} : { "http.js": http },
    ...more,
  };
  return deployed;
}

function code(...components: DeployedComponent[]): DeployedCode {
  return {
    deployment: { version: "v", pushedAtMs: 0, udfServerVersion: "", components, authProviders: [] },
    components: new Map(components.map((deployed) => [deployed.path, { component: deployed, modules: new Map() }])),
  };
}

const DEPLOYED = code(
  component(
    "",
    [
      ["GET", "/a"],
      ["GET", "/a/*"],
      ["POST", "/kid/exact"],
      ["GET", "/*"],
    ],
    {
      children: { kid: "kid" },
      httpMounts: { "/kid/": "kid" },
      httpPrefix: "/api/",
    },
  ),
  component("kid", [["GET", "/hello"]]),
);

test.each([
  ["GET", "/a", "", "/a", "/a"],
  ["HEAD", "/a", "", "/a", "/a"],
  ["GET", "/api/a", "", "/a", "/a"],
  ["GET", "/a/b/c", "", "/a/b/c", "/a/*"],
  ["POST", "/kid/exact", "", "/kid/exact", "/kid/exact"],
  ["GET", "/kid/hello", "kid", "/hello", "/hello"],
  ["GET", "/other", "", "/other", "/*"],
])("%s %s", (method, pathname, target, path, routedPath) => {
  expect(routeRequest(DEPLOYED, method, pathname)).toEqual({ kind: "handler", component: target, path, routedPath });
});

test("no route, no router", () => {
  expect(routeRequest(DEPLOYED, "DELETE", "/a").kind).toBe("notFound");
  expect(routeRequest(DEPLOYED, "GET", "/kid/missing").kind).toBe("notFound");
  expect(routeRequest(code(component("", null)), "GET", "/a").kind).toBe("disabled");
});
