import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../../lib/org";
import { Figures } from "../figures";

/** What became of a message of the live version so far; nothing for steps that were never live. */
export function StepFigures({ sequenceId, stepId }: { sequenceId: Id<"sequences">; stepId: string }) {
  const { t } = useTranslation();
  const live = useOrgQuery(api.sequences.queries.get, { sequenceId });
  const step = live?.steps.find((one) => one.stepId === stepId);
  if (step === undefined) return null;
  return (
    <section aria-label={t("builder.figures")} className="rounded-md bg-sunken p-3">
      <Figures figures={step.figures} />
    </section>
  );
}
