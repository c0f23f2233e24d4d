import { Route } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { IconButton } from "../../components/ui/button";
import { Popover } from "../../components/ui/popover";
import { SkeletonRows } from "../../components/ui/skeleton";
import { RelativeTime } from "../../components/ui/time";
import { useOrgQuery } from "../../lib/org";

/** Opens how a conversation came to who has it. */
export function WhyAssigned({ threadId }: { threadId: Id<"threads"> }) {
  const { t } = useTranslation();
  const label = t("assignment.why");
  return (
    <Popover label={label} trigger={<IconButton size="sm" label={label} icon={<Route size={14} />} />}>
      <Decisions threadId={threadId} />
    </Popover>
  );
}

function Decisions({ threadId }: { threadId: Id<"threads"> }) {
  const { t } = useTranslation();
  const decisions = useOrgQuery(api.inbox.assignment.queries.why, { threadId });
  if (decisions === undefined) return <SkeletonRows count={2} className="px-0" />;
  if (decisions.length === 0) return <p className="text-sm text-muted">{t("assignment.whyNone")}</p>;
  return (
    <ol className="flex flex-col gap-3 text-sm">
      {decisions.map((one) => (
        <DecisionRow key={one.id} decision={one} />
      ))}
    </ol>
  );
}

type Decision = (typeof api.inbox.assignment.queries.why)["_returnType"][number];

function DecisionRow({ decision }: { decision: Decision }) {
  const { t } = useTranslation();
  const { assignee, team, rule, by, skills, ignoredSkills, passedRules, passedOver } = decision;
  const names = { skills: skills.join(", ") };
  const outcome =
    assignee !== null
      ? t("assignment.given", { name: assignee })
      : team !== null
        ? t("assignment.queued", { team })
        : t("assignment.nobody");
  const facts = [
    t(`assignment.triggers.${decision.trigger}`, { by }),
    ...(rule === null ? [] : [t("assignment.byRule", { rule })]),
    ...(team === null || assignee === null ? [] : [t("assignment.inTeam", { team })]),
    ...(skills.length === 0 ? [] : [t(ignoredSkills ? "assignment.ignoredSkills" : "assignment.needs", names)]),
  ];
  return (
    <li className="flex flex-col gap-0.5">
      <p className="flex items-baseline justify-between gap-3">
        <span className="font-medium">{outcome}</span>
        <span className="shrink-0 text-xs text-faint">
          <RelativeTime at={decision.at} />
        </span>
      </p>
      <p className="text-xs text-muted">{facts.join(" · ")}</p>
      <Passed
        title={t("assignment.passedRules")}
        rows={passedRules.map(({ name, because }) => `${name}: ${t(`assignment.misses.${because}`)}`)}
      />
      <Passed
        title={t("assignment.passedOver")}
        rows={passedOver.map(({ name, because }) => `${name}: ${t(`assignment.overs.${because}`)}`)}
      />
    </li>
  );
}

function Passed({ title, rows }: { title: string; rows: readonly string[] }) {
  if (rows.length === 0) return null;
  return (
    <p className="text-xs text-faint">
      {title}: {rows.join("; ")}
    </p>
  );
}
