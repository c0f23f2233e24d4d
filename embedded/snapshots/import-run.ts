import type { Value } from "convex/values";
import type { Clock } from "../clock.ts";
import type { Database, Namespace } from "../database/types.ts";
import type { FileStore } from "../storage/file-store.ts";
import { commitNow } from "./background-rows.ts";
import type { ImportPlan } from "./import-plan.ts";
import type { ImportProgress } from "./import-progress.ts";
import type { ImportJob } from "./import-rows.ts";
import type { ImportFile, ImportSource } from "./import-source.ts";

/** An import while it is carried out. */
export interface ImportRun {
  database: Database;
  clock: Pick<Clock, "nowMs">;
  files: FileStore;
  job: ImportJob;
  plan: ImportPlan;
  source: ImportSource;
  progress: ImportProgress;
  signal: AbortSignal;
}

/** The `_storage` document of an imported file. */
export function fileDocument(file: ImportFile, sha256: string, size: number): Record<string, Value> {
  return {
    _id: file.id,
    ...(file.creationTime === null ? {} : { _creationTime: file.creationTime }),
    sha256,
    size,
    ...(file.contentType === null ? {} : { contentType: file.contentType }),
  };
}

/** Writes the progress when it is time to. */
export async function tellWhenDue({ database, progress }: ImportRun): Promise<void> {
  if (progress.isDue) await commitNow(database, "import", (tx) => progress.tell(tx));
}

/** How many documents the plan has for a table. */
export function plannedOf({ plan }: ImportRun, component: Namespace, table: string): number {
  return plan.tables.find((one) => one.component === component && one.table === table)?.documents ?? 0;
}
