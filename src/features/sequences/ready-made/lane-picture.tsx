import { useTranslation } from "react-i18next";
import { PHASES } from "../../../../convex/sequences/closedSets";
import type { ReadyMadeRow } from "../../../lib/api-types";
import { NodeIcon } from "../builder/looks";

/** The steps before, during and after, as small squares; whoever cannot see it has the description. */
export function LanePicture({ steps }: { steps: ReadyMadeRow["steps"] }) {
  const { t } = useTranslation();
  return (
    <span aria-hidden className="flex w-full divide-x divide-line rounded-md bg-sunken py-2">
      {PHASES.map((phase) => (
        <span key={phase} className="flex grow flex-col gap-1 px-2">
          <span className="text-2xs text-faint">{t(`phases.${phase}`)}</span>
          <span className="flex flex-wrap gap-1">
            {steps
              .filter((step) => step.phase === phase)
              .map((step) => (
                <span key={step.stepId} title={step.name}>
                  <NodeIcon node={step} isSmall />
                </span>
              ))}
          </span>
        </span>
      ))}
    </span>
  );
}
