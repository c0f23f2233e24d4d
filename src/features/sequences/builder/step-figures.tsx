import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { FlowNode } from "../../../lib/api-types";
import { useOrgQuery } from "../../../lib/org";
import { reasonText } from "../../../lib/reasons";
import { FigureButtons } from "../people/figure-buttons";
import { type FigureName, groupsOfStep } from "../people/groups";

const OF_MESSAGES: readonly FigureName[] = [
  "entered",
  "waiting",
  "planned",
  "sent",
  "delivered",
  "opened",
  "clicked",
  "replied",
  "skipped",
  "failed",
];
const OF_DECISIONS: readonly FigureName[] = ["entered", "waiting", "passed"];

/** What became of a step so far, in all versions; nothing for steps that nobody has come to. */
export function StepFigures({ sequenceId, node }: { sequenceId: Id<"sequences">; node: FlowNode }) {
  const { t } = useTranslation();
  const all = useOrgQuery(api.sequences.figures.queries.get, { sequenceId });
  const step = all?.steps.find((one) => one.stepId === node.stepId);
  if (step === undefined) return null;
  const isMessage = node.kind === "message";
  return (
    <section aria-label={t("builder.figures")} className="flex flex-col gap-2 rounded-md bg-sunken p-3">
      <FigureButtons
        sequenceId={sequenceId}
        of={node.name}
        names={isMessage ? OF_MESSAGES : OF_DECISIONS}
        figures={step.figures}
        groupsOf={(name) => groupsOfStep(node.stepId, name, isMessage)}
      />
      {step.reasons.length > 0 && (
        <ul className="text-xs text-muted">
          {step.reasons.map(({ reason, count }) => (
            <li key={reason}>
              {count} × {reasonText(reason, t)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
