import { CircleAlert, TriangleAlert, UsersRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Avatar } from "../../../components/ui/avatar";
import { cx } from "../../../components/ui/classes";
import type { FlowNode } from "../../../lib/api-types";
import { useOrgQuery } from "../../../lib/org";
import { useBuilder } from "./context";
import { stepItem } from "./layout";
import { NodeIcon } from "./looks";
import { useNodeText } from "./node-text";

/** One step: what it is, what it does, what is wrong with it, who is at it. */
export function StepCard({ node, className }: { node: FlowNode; className?: string }) {
  const { t } = useTranslation();
  const { flow, problems, others, selected, select, open } = useBuilder();
  const text = useNodeText(flow);
  const id = stepItem(node.stepId);
  const isSelected = selected === id;
  const own = problems.filter(({ stepId }) => stepId === node.stepId);
  const level = own.some((problem) => problem.level === "error") ? "error" : own.length > 0 ? "warning" : null;
  const here = others.filter((other) => other.selected === node.stepId);
  const name = node.name.trim() === "" ? t("builder.nameless") : node.name;
  return (
    <button
      type="button"
      data-item={id}
      data-testid="step"
      aria-current={isSelected ? "true" : undefined}
      tabIndex={isSelected ? 0 : -1}
      onFocus={() => select(id)}
      // A press without a pointer is Enter: then the keyboard goes along into the form.
      onClick={(event) => open(node.stepId, event.detail === 0)}
      className={cx(
        "flex h-full w-full cursor-default items-center gap-3 rounded-lg border bg-surface px-3 text-left transition-colors hover:border-edge",
        isSelected
          ? "border-accent ring-2 ring-accent/30"
          : level === "error"
            ? "border-danger/60"
            : "border-line-strong",
        className,
      )}
    >
      <NodeIcon node={node} />
      <span className="min-w-0 grow">
        <span className="block truncate text-sm font-semibold">{name}</span>
        <span className="block truncate text-xs text-muted">{text(node)}</span>
      </span>
      <span className="flex shrink-0 items-center gap-1">
        <StandingHere stepId={node.stepId} />
        {here.map((other) => (
          <Avatar key={other.memberId} name={other.name} size="sm" tone="accent" />
        ))}
        {here.length > 0 && (
          <span className="sr-only">{t("builder.isHere", { names: here.map((other) => other.name).join(", ") })}</span>
        )}
        {level !== null && (
          <>
            {level === "error" ? (
              <CircleAlert aria-hidden size={16} className="text-danger" />
            ) : (
              <TriangleAlert aria-hidden size={16} className="text-warn" />
            )}
            <span className="sr-only">{t("builder.problemCount", { count: own.length })}</span>
          </>
        )}
      </span>
    </button>
  );
}

/** How many people stand at the step now. */
function StandingHere({ stepId }: { stepId: string }) {
  const { t } = useTranslation();
  const { sequenceId } = useBuilder();
  const all = useOrgQuery(api.sequences.figures.queries.get, { sequenceId });
  const count = all?.steps.find((step) => step.stepId === stepId)?.figures.waiting ?? 0;
  if (count === 0) return null;
  return (
    <span className="flex items-center gap-0.5 text-xs text-muted" title={t("builder.standHere", { count })}>
      <UsersRound aria-hidden size={12} />
      <span aria-hidden>{count}</span>
      <span className="sr-only">{t("builder.standHere", { count })}</span>
    </span>
  );
}
