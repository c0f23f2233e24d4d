import { Link } from "@tanstack/react-router";
import { Plus, Route } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { SEQUENCE_STATUSES } from "../../../convex/sequences/closedSets";
import { Page } from "../../components/layout/page";
import { SequenceStatusBadge } from "../../components/status";
import { Badge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import type { SequenceListRow, SequenceStatus } from "../../lib/api-types";
import { DIALOG_COMING, later } from "../../lib/later";
import { useCan, useOrgPaginatedQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { Figures } from "./figures";

const PAGE_SIZE = 20;

const NewSequenceDialog = later(async () => (await import("./ready-made/new-dialog")).NewSequenceDialog, {
  meanwhile: DIALOG_COMING,
});

export function SequenceList() {
  const { t } = useTranslation();
  const canEdit = useCan("sequences.edit");
  const [status, setStatus] = useState<SequenceStatus | "all">("all");
  const [isAdding, setIsAdding] = useState(false);
  const {
    results,
    status: loading,
    loadMore,
  } = useOrgPaginatedQuery(api.sequences.drafts.queries.list, status === "all" ? {} : { status }, {
    initialNumItems: PAGE_SIZE,
  });
  useTitle(t("sequences.title"));
  const adding = canEdit && (
    <Button variant="primary" icon={<Plus aria-hidden size={15} />} onPress={() => setIsAdding(true)}>
      {t("builder.newSequence")}
    </Button>
  );
  return (
    <Page
      title={t("sequences.title")}
      description={t("sequences.description")}
      className="gap-3 overflow-y-auto px-6 pt-3 pb-8 max-md:px-4"
      actions={
        <>
          <Select
            label={t("builder.state")}
            hideLabel
            className="w-40"
            value={status}
            options={[
              { id: "all", label: t("builder.allStates") },
              ...SEQUENCE_STATUSES.map((id) => ({ id, label: t(`sequenceStatus.${id}`) })),
            ]}
            onChange={setStatus}
          />
          {adding}
        </>
      }
    >
      {loading === "LoadingFirstPage" ? (
        <SkeletonRows className="px-0" />
      ) : results.length === 0 ? (
        <EmptyState icon={Route} title={t("sequences.empty")} text={t("sequences.emptyText")} action={adding} />
      ) : (
        <ul aria-label={t("sequences.list")} className="grid gap-3 xl:grid-cols-2">
          {results.map((sequence) => (
            <li key={sequence.id}>
              <SequenceCard sequence={sequence} />
            </li>
          ))}
        </ul>
      )}
      {loading === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
          {t("builder.showMore")}
        </Button>
      )}
      {isAdding && <NewSequenceDialog onClose={() => setIsAdding(false)} />}
    </Page>
  );
}

function SequenceCard({ sequence }: { sequence: SequenceListRow }) {
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
        <span className="flex shrink-0 items-center gap-1">
          {sequence.hasDraft && sequence.versionNumber !== null && <Badge tone="info">{t("builder.changed")}</Badge>}
          <SequenceStatusBadge status={sequence.status} />
        </span>
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
