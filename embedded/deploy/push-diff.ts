import type { IndexDiff, SchemaJson } from "../database/types.ts";
import type { AuthProvider } from "../auth/providers.ts";
import type { AnalyzedModule, DeployedComponent } from "../functions/types.ts";
import { authInfo } from "./evaluation.ts";

/** What `finish_push` reports to the CLI (convex-facts c.3). */
export interface FinishPushDiff {
  authDiff: { added: string[]; removed: string[] };
  definitionDiffs: Record<string, Record<string, never>>;
  componentDiffs: Record<string, ComponentDiff>;
}

export interface ComponentDiff {
  diffType: { type: "create" | "modify" | "unmount" | "remount" };
  moduleDiff: { added: string[]; removed: string[] };
  udfConfigDiff: { previous_version: string; next_version: string } | null;
  cronDiff: CronDiff;
  indexDiff: IndexDiff;
  schemaDiff: { previous_schema: string | null; next_schema: string | null } | null;
}

export interface CronDiff {
  added: string[];
  updated: string[];
  deleted: string[];
}

export const NO_DIFF: FinishPushDiff = {
  authDiff: { added: [], removed: [] },
  definitionDiffs: {},
  componentDiffs: {},
};

const NO_INDEX_DIFF: IndexDiff = { added_indexes: [], removed_indexes: [] };

/** Providers as JSON text, as the CLI prints them. */
export function authDiff(before: readonly AuthProvider[], after: readonly AuthProvider[]): FinishPushDiff["authDiff"] {
  const texts = (providers: readonly AuthProvider[]) => providers.map((provider) => JSON.stringify(authInfo(provider)));
  const [old, next] = [texts(before), texts(after)];
  return {
    added: next.filter((text) => !old.includes(text)),
    removed: old.filter((text) => !next.includes(text)),
  };
}

/** Cron jobs of a component by name → their spec as JSON text. */
function cronSpecs(functions: Record<string, AnalyzedModule> | undefined): Map<string, string> {
  const specs = functions?.["crons.js"]?.cronSpecs ?? [];
  return new Map(specs.map(({ identifier, spec }) => [identifier, JSON.stringify(spec)]));
}

/** How the crons of one component change with a push. */
export function cronDiff(before: DeployedComponent | undefined, after: DeployedComponent | undefined): CronDiff {
  const [old, next] = [cronSpecs(before?.functions), cronSpecs(after?.functions)];
  return {
    added: [...next.keys()].filter((name) => !old.has(name)),
    updated: [...next].filter(([name, spec]) => old.has(name) && old.get(name) !== spec).map(([name]) => name),
    deleted: [...old.keys()].filter((name) => !next.has(name)),
  };
}

export interface ComponentChange {
  before: DeployedComponent | undefined;
  after: DeployedComponent | undefined;
  /** Not mounted before, but its tables are there from an earlier mount. */
  hadData: boolean;
  previousSchema: SchemaJson | null;
  nextSchema: SchemaJson | null;
  indexDiff: IndexDiff | undefined;
}

/** One component's line in the report. */
export function componentDiff(change: ComponentChange): ComponentDiff {
  const { before, after } = change;
  const [old, next] = [Object.keys(before?.functions ?? {}), Object.keys(after?.functions ?? {})];
  return {
    diffType: { type: diffType(change) },
    moduleDiff: {
      added: next.filter((path) => !old.includes(path)),
      removed: old.filter((path) => !next.includes(path)),
    },
    udfConfigDiff: null,
    cronDiff: cronDiff(before, after),
    indexDiff: change.indexDiff ?? NO_INDEX_DIFF,
    schemaDiff: schemaDiff(change.previousSchema, change.nextSchema),
  };
}

function diffType({ before, after, hadData }: ComponentChange): ComponentDiff["diffType"]["type"] {
  if (after === undefined) return "unmount";
  if (before !== undefined) return "modify";
  return hadData ? "remount" : "create";
}

function schemaDiff(previous: SchemaJson | null, next: SchemaJson | null): ComponentDiff["schemaDiff"] {
  const [previousText, nextText] = [schemaText(previous), schemaText(next)];
  return previousText === nextText ? null : { previous_schema: previousText, next_schema: nextText };
}

function schemaText(schema: SchemaJson | null): string | null {
  return schema === null ? null : JSON.stringify(schema);
}
