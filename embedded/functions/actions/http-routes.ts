import type { Namespace } from "../../database/types.ts";
import type { DeployedCode } from "../modules/deployed-code.ts";

/** Where a request goes: the component whose `http.js` answers and the path as its router sees it. */
export type HttpRoute =
  | { kind: "handler"; component: Namespace; path: string; routedPath: string }
  | { kind: "notFound" }
  | { kind: "disabled" };

const HTTP_MODULE = "http.js";

interface Candidate {
  prefix: string;
  route: () => HttpRoute;
}

function longest(candidates: Candidate[]): Candidate | undefined {
  return candidates.sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

function routeInside(code: DeployedCode, component: Namespace, method: string, path: string): HttpRoute {
  const deployed = code.components.get(component)?.component;
  if (deployed === undefined) return { kind: "notFound" };
  const routes = (deployed.functions[HTTP_MODULE]?.httpRoutes ?? [])
    .map(({ route }) => route)
    .filter((route) => route.method === method);
  const handler = (routedPath: string): HttpRoute => ({ kind: "handler", component, path, routedPath });
  if (routes.some((route) => route.path === path && !route.path.endsWith("*"))) return handler(path);
  const prefixes: Candidate[] = routes
    .filter((route) => route.path.endsWith("*") && path.startsWith(route.path.slice(0, -1)))
    .map((route) => ({ prefix: route.path.slice(0, -1), route: () => handler(route.path) }));
  const mounts: Candidate[] = Object.entries(deployed.httpMounts).flatMap(([prefix, child]) => {
    const childPath = deployed.children[child];
    if (childPath === undefined || !path.startsWith(prefix)) return [];
    return [{ prefix, route: () => routeInside(code, childPath, method, `/${path.slice(prefix.length)}`) }];
  });
  return longest([...prefixes, ...mounts])?.route() ?? { kind: "notFound" };
}

/**
 * Finds who answers a request (convex-facts b.5): an exact route, else the longest prefix among routes and component
 * mounts. HEAD is served by GET.
 */
export function routeRequest(code: DeployedCode, method: string, pathname: string): HttpRoute {
  const root = code.components.get("")?.component;
  const isEnabled = root?.functions[HTTP_MODULE] !== undefined || Object.keys(root?.httpMounts ?? {}).length > 0;
  if (root === undefined || !isEnabled) return { kind: "disabled" };
  const prefix = root.httpPrefix?.replace(/\/$/, "") ?? "";
  const own = prefix !== "" && pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : pathname;
  const routed = method === "HEAD" ? "GET" : method;
  const route = routeInside(code, "", routed, own);
  // A mount is not below the app's own prefix.
  return route.kind === "notFound" && own !== pathname ? routeInside(code, "", routed, pathname) : route;
}
