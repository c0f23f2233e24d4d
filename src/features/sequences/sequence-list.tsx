import { Link } from "@tanstack/react-router";
import { Route } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Page } from "../../components/layout/page";
import { SequenceStatusBadge } from "../../components/status";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import type { SequenceRow } from "../../lib/api-types";
import { useOrgQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { Figures } from "./figures";

export function SequenceList() {
  const { t } = useTranslation();
  const sequences = useOrgQuery(api.sequences.queries.list, {});
  useTitle(t("sequences.title"));
  return (
    <Page
      title={t("sequences.title")}
      description={t("sequences.description")}
      className="overflow-y-auto px-6 pt-3 pb-8 max-md:px-4"
    >
      {sequences === undefined ? (
        <SkeletonRows className="px-0" />
      ) : sequences.length === 0 ? (
        <EmptyState icon={Route} title={t("sequences.empty")} text={t("sequences.emptyText")} />
      ) : (
        <ul aria-label={t("sequences.list")} className="grid gap-3 xl:grid-cols-2">
          {sequences.map((sequence) => (
            <li key={sequence.id}>
              <SequenceCard sequence={sequence} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

function SequenceCard({ sequence }: { sequence: SequenceRow }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/sequences/$sequenceId"
      params={{ sequenceId: sequence.id }}
      className="flex h-full flex-col gap-3 rounded-lg border border-line p-4 transition-colors hover:border-line-strong hover:bg-hover"
    >
      <span className="flex items-start justify-between gap-3">
        <span className="min-w-0">
          <span className="block text-base font-semibold">{sequence.name}</span>
          <span className="block text-sm text-muted">{sequence.description}</span>
        </span>
        <SequenceStatusBadge status={sequence.status} />
      </span>
      <span className="mt-auto flex flex-wrap items-end justify-between gap-3">
        <Figures figures={sequence.figures} withActive />
        <span className="text-xs text-faint">
          {t("sequences.steps", { count: sequence.stepCount })}
          {sequence.versionNumber !== null && ` · ${t("sequences.version", { number: sequence.versionNumber })}`}
        </span>
      </span>
    </Link>
  );
}
