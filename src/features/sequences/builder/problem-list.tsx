import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useBuilder } from "./context";
import { stepItem } from "./layout";
import { ProblemText } from "./problem-text";

/** Everything that is wrong; a press leads to the step. */
export function ProblemList({ onGo }: { onGo: () => void }) {
  const { t } = useTranslation();
  const { problems, flow, goTo, open } = useBuilder();
  if (problems.length === 0) {
    return (
      <p className="flex items-center gap-2 text-sm text-muted">
        <CircleCheck aria-hidden size={16} className="text-ok" />
        {t("builder.noProblems")}
      </p>
    );
  }
  return (
    <ul aria-label={t("builder.problems")} className="flex flex-col gap-1">
      {problems.map((problem, i) => {
        const node = flow.nodes.find(({ stepId }) => stepId === problem.stepId);
        return (
          <li key={i}>
            <button
              type="button"
              onClick={() => {
                onGo();
                if (node === undefined) goTo("entrance:first");
                else {
                  goTo(stepItem(node.stepId));
                  open(node.stepId);
                }
              }}
              className="w-full cursor-default rounded-md p-2 text-left hover:bg-hover"
            >
              {node !== undefined && <span className="block truncate text-xs font-semibold">{node.name}</span>}
              <ProblemText problem={problem} />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
