import { join } from "node:path";
import { PROJECT_DIR } from "../lib/project.ts";

/** The Convex project that the benchmark, the checkers and the crash harness run against. */
export const LOAD_PROJECT = join(PROJECT_DIR, "tests/fixtures/load");
