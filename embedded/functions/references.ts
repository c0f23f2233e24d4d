import { createHash } from "node:crypto";
import type { JSONValue } from "convex/values";
import type { Namespace } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { parseFunctionPath, shortPath } from "./function-path.ts";
import type { FunctionPath } from "./function-path.ts";
import type { DeployedCode } from "./modules/deployed-code.ts";
import { findFunction } from "./modules/deployed-code.ts";

/** A function of a mounted component. */
export interface FunctionTarget {
  component: Namespace;
  path: FunctionPath;
}

const HANDLE = /^function:\/\/([0-9a-f]+)#(.+)$/;
const HANDLE_ID_LENGTH = 32;

function handleId(component: Namespace): string {
  return createHash("sha256").update(`component:${component}`).digest("hex").slice(0, HANDLE_ID_LENGTH);
}

/**
 * The handle of a function: valid wherever the function exists, also again after it was gone for a while. It is computed
 * rather than stored, so that queries can make one (convex-facts d.11).
 */
export function functionHandle(target: FunctionTarget): string {
  return `function://${handleId(target.component)}#${shortPath(target.path)}`;
}

function resolveHandle(code: DeployedCode, handle: string): FunctionTarget {
  const match = HANDLE.exec(handle);
  const [, id, name] = match ?? [];
  if (id === undefined || name === undefined) {
    throw new DeveloperError("InvalidFunctionHandle", `Invalid function handle: ${handle}`);
  }
  const component = [...code.components.values()].find((candidate) => handleId(candidate.component.path) === id);
  const path = parseFunctionPath(name);
  if (component === undefined || findFunction(component, path) === null) {
    throw new DeveloperError("FunctionHandleNotFound", "Function handle not found");
  }
  return { component: component.component.path, path };
}

function resolveChild(code: DeployedCode, from: Namespace, segments: string[]): FunctionTarget {
  const [name = "", ...exportPath] = segments;
  const child = code.components.get(from)?.component.children[name];
  const deployed = child === undefined ? undefined : code.components.get(child);
  if (child === undefined || deployed === undefined) {
    throw new DeveloperError("ComponentNotFound", `Child component ${name} not found`);
  }
  const path = parseFunctionPath(`${exportPath.slice(0, -1).join("/")}:${exportPath.at(-1) ?? ""}`);
  if (findFunction(deployed, path)?.visibility?.kind !== "public") {
    throw new DeveloperError(
      "FunctionNotFound",
      `Could not find public function for '${shortPath(path)}' in component '${child}'.`,
    );
  }
  return { component: child, path };
}

function resolveReference(code: DeployedCode, from: Namespace, reference: string): FunctionTarget {
  const [root, kind, ...rest] = reference.split("/");
  if (root === "_reference" && kind === "childComponent") return resolveChild(code, from, rest);
  if (root === "_reference" && kind === "function") {
    return { component: from, path: parseFunctionPath(rest.join("/")) };
  }
  throw new DeveloperError("InvalidReference", `Invalid reference: ${reference}`);
}

/**
 * What a syscall's `{name}`, `{reference}` or `{functionHandle}` means to code of component `from`
 * (convex-facts d.3, d.11). Only handles and children are looked up; a plain name may still not exist.
 */
export function resolveTarget(
  code: DeployedCode,
  from: Namespace,
  address: Record<string, JSONValue | undefined>,
): FunctionTarget {
  const { name, reference, functionHandle: handle } = address;
  if (typeof handle === "string") return resolveHandle(code, handle);
  if (typeof reference === "string") return resolveReference(code, from, reference);
  if (typeof name === "string") return { component: from, path: parseFunctionPath(name) };
  throw new DeveloperError("InvalidReference", "Expected a function name, a reference or a function handle");
}
