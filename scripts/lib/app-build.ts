import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../../embedded/server/start-error.ts";
import { runToEnd } from "./child.ts";
import { APP_SOURCES, hashFiles, PROJECT_DIR } from "./project.ts";

export const VITE_CLI = "node_modules/vite/bin/vite.js";

export const DIST_DIR = join(PROJECT_DIR, "dist");

// Not served: the static file handler never reads dot files.
const HASH_FILE = join(DIST_DIR, ".source-hash");

/** Builds the app into `dist/` unless it was built from these very sources. Throws StartError with Vite's own words. */
export async function buildApp(): Promise<void> {
  const hash = hashFiles(PROJECT_DIR, APP_SOURCES);
  if (existsSync(HASH_FILE) && readFileSync(HASH_FILE, "utf8") === hash) return;
  // `convex dev` leaves its address in .env.local; the app built here asks the server that serves it.
  const env = { NODE_ENV: "production", VITE_CONVEX_URL: "", VITE_CONVEX_SITE_URL: "" };
  const { code, output } = await runToEnd(VITE_CLI, ["build"], { env });
  if (code !== 0) throw new StartError(`The app could not be built:\n${output.trim()}`);
  writeFileSync(HASH_FILE, hash);
}
