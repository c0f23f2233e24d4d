import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** The repository's root. */
export const PROJECT_DIR = resolve(import.meta.dirname, "../..");

/** What the functions are made of: a change in any of these means a new push. */
export const FUNCTION_SOURCES = ["convex", "emails", "package-lock.json"];

/** What the app is built from: a change in any of these means a new build. */
export const APP_SOURCES = [
  "src",
  "public",
  "convex",
  "index.html",
  "vite.config.ts",
  "scripts/app",
  "tsconfig.app.json",
  "tsconfig.base.json",
  "package-lock.json",
];

const SKIPPED = /(?:^|\/)(?:node_modules|\.[^/]+)(?:\/|$)|\.test\.tsx?$/;

/** A hash over names and contents of files and folders under `root`; missing ones count as empty. Tests are left out. */
export function hashFiles(root: string, paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of paths.flatMap((path) => filesUnder(join(root, path)))) {
    const name = relative(root, file);
    if (SKIPPED.test(name)) continue;
    hash.update(`${name}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function filesUnder(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
