import { Link } from "@tanstack/react-router";
import { Route } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { SequenceStatusBadge } from "../../components/status";
import { Badge } from "../../components/ui/badge";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { useOrgQuery } from "../../lib/org";

/** The journeys that name a template, with their steps. */
export function UsedIn({ templateId }: { templateId: Id<"templates"> }) {
  const { t } = useTranslation();
  const uses = useOrgQuery(api.sequences.templateUse.queries.list, { templateId });
  if (uses === undefined) return <SkeletonRows className="px-0" />;
  if (uses.length === 0)
    return <EmptyState icon={Route} title={t("templates.unused")} text={t("templates.unusedText")} />;
  return (
    <ul aria-label={t("templates.usedIn")} className="divide-y divide-line rounded-lg border border-line">
      {uses.map(({ sequenceId, name, status, isLive, steps }) => (
        <li key={sequenceId}>
          <Link
            to="/sequences/$sequenceId"
            params={{ sequenceId }}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 outline-offset-[-2px] hover:bg-hover"
          >
            <span className="min-w-0 flex-1 basis-48">
              <span className="block truncate text-sm font-medium">{name}</span>
              <span className="block truncate text-xs text-muted">{steps.join(" · ")}</span>
            </span>
            {!isLive && <Badge tone="info">{t("templates.onlyInDraft")}</Badge>}
            <SequenceStatusBadge status={status} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
