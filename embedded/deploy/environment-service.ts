import { randomUUID } from "node:crypto";
import type { Database } from "../database/types.ts";
import { DeveloperError } from "../errors.ts";
import { readDeployment, readModules, writeDeployment } from "../functions/deployment.ts";
import type { FunctionRunner } from "../functions/types.ts";
import { applyEnvironmentChanges, type EnvironmentChange } from "./environment.ts";
import type { PushEvaluator } from "./evaluation.ts";

// Bookkeeping transactions are retried this often when a function's write comes between (convex-facts g.2).
const COMMIT_TRIES = 4;

/** Changes environment variables; `auth.config.ts` reads them, so it is evaluated again (convex-facts c.3). */
export class EnvironmentService {
  constructor(
    private readonly deps: {
      database: Database;
      runner: Pick<FunctionRunner, "reload">;
      evaluator: Pick<PushEvaluator, "authProviders">;
    },
  ) {}

  /** All changes or none. Throws DeveloperError for bad names and values, or when the auth config no longer evaluates. */
  async change(changes: readonly EnvironmentChange[]): Promise<void> {
    const { database, runner } = this.deps;
    for (let attempt = 1; attempt <= COMMIT_TRIES; attempt++) {
      const tx = database.begin();
      try {
        const environment = applyEnvironmentChanges(tx, changes);
        const deployment = readDeployment(tx);
        if (deployment !== null) {
          const authProviders = await this.deps.evaluator.authProviders(readModules(tx, ""), environment);
          if (JSON.stringify(authProviders) !== JSON.stringify(deployment.authProviders)) {
            writeDeployment(tx, { ...deployment, version: randomUUID(), authProviders });
          }
        }
        const outcome = database.commit(tx, "environment");
        if (outcome.kind === "conflict") continue;
        await database.durable(outcome.ts);
        return await runner.reload();
      } catch (error) {
        database.abandon(tx);
        throw error;
      }
    }
    throw new DeveloperError("RaceDetected", "The deployment changed at the same time. Try again.", 409);
  }
}
