import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { toastError } from "../../components/ui/toast";
import type { DeadLetterJob } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";

/** Orders about many dead letters that are not done, and how far they are. */
export function DeadLetterJobs() {
  const { t } = useTranslation();
  const jobs = useOrgQuery(api.delivery.deadLetters.queries.jobs, {});
  const underWay = jobs?.filter(({ endedAt }) => endedAt === undefined) ?? [];
  if (underWay.length === 0) return null;
  return (
    <ul aria-label={t("deadLetters.jobs")} className="flex shrink-0 flex-col gap-2 px-6 pt-3 max-md:px-4">
      {underWay.map((job) => (
        <Job key={job.id} job={job} />
      ))}
    </ul>
  );
}

function Job({ job: { id, action, total, done } }: { job: DeadLetterJob }) {
  const { t } = useTranslation();
  const mayOperate = useCan("delivery.operate");
  const stop = useOrgMutation(api.delivery.deadLetters.mutations.stopJob);
  const said = t(action.kind === "requeue" ? "deadLetters.requeueJob" : "deadLetters.discardJob", { done, total });
  return (
    <li className="flex items-center gap-3 rounded-lg border border-line px-4 py-2 text-sm" role="status">
      <span className="min-w-0 grow">{said}</span>
      <progress
        aria-label={said}
        value={done}
        max={Math.max(total, done, 1)}
        className="h-1.5 w-32 overflow-hidden rounded-full accent-accent max-md:w-16"
      />
      {mayOperate && (
        <Button
          size="sm"
          onPress={() => void stop({ jobId: id }).catch((thrown: unknown) => toastError(describeError(thrown, t)))}
        >
          {t(done === 0 ? "actions.undo" : "deadLetters.stop")}
        </Button>
      )}
    </li>
  );
}
