import { CircleCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import { Checkbox } from "../../components/ui/checkbox";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { RelativeTime } from "../../components/ui/time";
import type { UnreadGroup, UnreadRow } from "../../lib/api-types";
import { fileSize } from "../../lib/file-size";
import { useLanguage } from "../../lib/i18n";
import { useOrgPaginatedQuery } from "../../lib/org";
import { whyText } from "./unread-text";

/** A press chooses at most as many as one order takes. */
const PAGE_SIZE = 50;
const MAX_CHOSEN = 100;

type UnreadListProps = {
  group: UnreadGroup;
  now: number;
  chosen: ReadonlySet<Id<"rawEvents">>;
  onChosen: (chosen: ReadonlySet<Id<"rawEvents">>) => void;
  onOpen: (rawEventId: Id<"rawEvents">) => void;
};

/** What lies unread in one way, the latest first. */
export function UnreadList({ group, now, chosen, onChosen, onOpen }: UnreadListProps) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.intake.unread.queries.list,
    { group, now },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  if (results.length === 0) {
    return <EmptyState icon={CircleCheck} title={t(`intake.empty.${group}`)} text={t("intake.emptyText")} />;
  }
  const choose = (id: Id<"rawEvents">, isChosen: boolean) => {
    const next = new Set(chosen);
    if (isChosen && next.size < MAX_CHOSEN) next.add(id);
    else next.delete(id);
    onChosen(next);
  };
  return (
    <div className="min-h-0 grow overflow-y-auto">
      <ul aria-label={t(`intake.groups.${group}`)} className="divide-y divide-line border-b border-line">
        {results.map((row) => (
          <Row
            key={row.id}
            row={row}
            isChosen={chosen.has(row.id)}
            onChoose={(isChosen) => choose(row.id, isChosen)}
            onOpen={() => onOpen(row.id)}
          />
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button size="sm" className="m-4" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </div>
  );
}

type RowProps = { row: UnreadRow; isChosen: boolean; onChoose: (isChosen: boolean) => void; onOpen: () => void };

function Row({ row, isChosen, onChoose, onOpen }: RowProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const title = row.subject ?? row.from ?? t(`intake.kinds.${row.kind}`);
  const over = [t(`intake.kinds.${row.kind}`), row.source, fileSize(row.sizeBytes, language)];
  const tried = row.attempts > 1 ? t("intake.tried", { count: row.attempts }) : null;
  return (
    <li data-testid="unread" className="flex items-start gap-3 px-6 py-3 max-md:px-4">
      <Checkbox isSelected={isChosen} onChange={onChoose}>
        <span className="sr-only">{t("intake.choose", { title })}</span>
      </Checkbox>
      <button type="button" onClick={onOpen} className="min-w-0 grow text-left">
        <span className="flex items-baseline gap-3">
          <span className="min-w-0 grow truncate text-sm font-medium">{title}</span>
          <RelativeTime at={row.receivedAt} className="shrink-0 text-xs text-muted tabular-nums" />
        </span>
        <span className="block text-sm break-words text-danger">{whyText(row, t)}</span>
        <span className="block truncate text-xs text-muted">
          {[row.subject === null ? null : row.from, ...over, tried].filter((part) => part !== null).join(" · ")}
        </span>
      </button>
    </li>
  );
}
