import type { CompiledModule } from "../modules/compile.ts";
import type { AnalyzedModule, FunctionError } from "../types.ts";
import type { WorkerKind } from "../actions/messages.ts";

/** What an analysis worker is to evaluate; `modules` are all it may import. */
export interface AnalysisTask {
  kind: WorkerKind;
  packageRoot: string;
  modules: CompiledModule[];
  env: Record<string, string>;
  /** Reading a variable that is not set is an error (auth.config). */
  strictEnv: boolean;
  job: { kind: "modules"; paths: string[] } | { kind: "exported" | "plain"; path: string };
}

/** `missingVariable` names what strict reading missed. */
export type AnalysisAnswer =
  | { ok: true; modules: Record<string, AnalyzedModule> }
  | { ok: true; json: string }
  | { ok: false; path: string; error: FunctionError; missingVariable: string | null };
