import { coerceError } from "../errors.ts";
import type { FunctionCall } from "../functions/types.ts";
import { cronArguments, finishCron, markCronRunning, reloadCron } from "./crons.ts";
import type { CronJob } from "./crons.ts";
import { inTransaction, newRequestId } from "./job-runner.ts";
import type { JobServices } from "./job-runner.ts";

function callOf(cron: CronJob): FunctionCall {
  return {
    component: cron.component,
    path: cron.spec.udfPath,
    args: cronArguments(cron.spec),
    identity: { kind: "system" },
    requestId: newRequestId(),
    caller: "Cron",
  };
}

/** Runs a due cron once and sets its next time, whatever the outcome (convex-facts d.7). */
export async function runCron(services: JobServices, cron: CronJob): Promise<void> {
  const { database, runner, clock } = services;
  const described = await runner.describe(cron.component, cron.spec.udfPath);
  const finish = (error: string | null) => inTransaction(database, (tx) => finishCron(tx, cron, clock.nowMs(), error));
  try {
    if (described?.udfType === "Mutation") await runMutationCron(services, cron);
    else if (described?.udfType === "Action") await finish(await runActionCron(services, cron));
    else await finish(`Could not find mutation or action '${cron.spec.udfPath}'`);
  } catch (thrown) {
    process.emitWarning(`Cron ${cron.name} failed: ${coerceError(thrown).stack ?? ""}`);
    await finish(coerceError(thrown).message);
  }
}

async function runMutationCron({ runner, clock }: JobServices, cron: CronJob): Promise<void> {
  await runner.mutation({
    ...callOf(cron),
    retryForever: true,
    before: (tx) => reloadCron(tx, cron)?.nextMs === cron.nextMs,
    within: (tx, outcome) => finishCron(tx, cron, clock.nowMs(), outcome.ok ? null : outcome.error.message),
  });
}

async function runActionCron({ database, runner }: JobServices, cron: CronJob): Promise<string | null> {
  await inTransaction(database, (tx) => {
    const current = reloadCron(tx, cron);
    if (current !== null) markCronRunning(tx, current);
  });
  const outcome = await runner.action(callOf(cron));
  return outcome.ok ? null : outcome.error.message;
}
