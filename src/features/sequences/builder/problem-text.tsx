import { CircleAlert, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Problem } from "../../../../convex/sequences/flow/problems";

/** What is wrong, in one sentence. */
export function ProblemText({ problem }: { problem: Problem }) {
  const { t } = useTranslation();
  const isError = problem.level === "error";
  const Icon = isError ? CircleAlert : TriangleAlert;
  return (
    <span className="flex items-start gap-2 text-sm">
      <Icon aria-hidden size={15} className={isError ? "mt-0.5 shrink-0 text-danger" : "mt-0.5 shrink-0 text-warn"} />
      <span className="min-w-0">
        <span className="sr-only">{t(`builder.levels.${problem.level}`)}: </span>
        {t(`builder.problem.${problem.code}`, { detail: problem.detail ?? "" })}
      </span>
    </span>
  );
}
