import { CircleCheck } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { ChannelIcon } from "../../components/status";
import { cx } from "../../components/ui/classes";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { RelativeTime } from "../../components/ui/time";
import { VirtualList } from "../../components/ui/virtual-list";
import type { DeadGroupRow, DeadLetterRow } from "../../lib/api-types";
import { useCan, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { DeadLetterActions } from "./dead-letter-actions";
import { DeadLetterJobs } from "./dead-letter-jobs";
import { deadReasonText } from "./dead-reason";

const PAGE_SIZE = 50;
const ROW_HEIGHT_PX = 60;

/** A group as the address names it; the connection is empty where there was none. */
export type DeadFilter = { reason: string; connection: string };

type DeadLettersProps = {
  filter: DeadFilter | null;
  onFilter: (filter: DeadFilter | null) => void;
  openId: Id<"messageQueue"> | null;
  onOpen: (id: Id<"messageQueue">) => void;
};

/** What was given up, by the rule that did so and the connection that failed; one group or all of it can be worked on. */
export function DeadLetters({ filter, onFilter, openId, onOpen }: DeadLettersProps) {
  const { t } = useTranslation();
  const mayOperate = useCan("delivery.operate");
  const groups = useOrgQuery(api.delivery.deadLetters.queries.groups, {});
  if (groups === undefined) return <SkeletonRows />;
  const chosen = groups.find((group) => isChosen(group, filter)) ?? null;
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className="@container flex min-h-0 grow flex-col">
      <DeadLetterJobs />
      {groups.length > 0 && (
        <div className="flex shrink-0 flex-col gap-3 border-b border-line px-6 py-3 max-md:px-4">
          <ul aria-label={t("deadLetters.groups")} className="flex flex-wrap gap-2">
            <li>
              <GroupButton isChosen={chosen === null} count={total} onPress={() => onFilter(null)}>
                {t("deadLetters.all")}
              </GroupButton>
            </li>
            {groups.map((group) => (
              <li key={`${group.reason}:${group.connectionId ?? ""}`} className="min-w-0">
                <GroupButton
                  isChosen={group === chosen}
                  count={group.count}
                  onPress={() => onFilter({ reason: group.reason, connection: group.connectionId ?? "" })}
                >
                  {deadReasonText(group.reason, t)} · <ConnectionName group={group} />
                </GroupButton>
              </li>
            ))}
          </ul>
          {mayOperate && <DeadLetterActions group={chosen} count={chosen?.count ?? total} />}
        </div>
      )}
      <Rows key={groupKey(chosen)} group={chosen} openId={openId} onOpen={onOpen} />
    </div>
  );
}

function isChosen({ reason, connectionId }: DeadGroupRow, filter: DeadFilter | null): boolean {
  return filter !== null && reason === filter.reason && (connectionId ?? "") === filter.connection;
}

const groupKey = (group: DeadGroupRow | null) => (group === null ? "" : `${group.reason}:${group.connectionId ?? ""}`);

function ConnectionName({ group: { connectionId, connectionName } }: { group: DeadGroupRow }) {
  const { t } = useTranslation();
  if (connectionId === null) return t("deadLetters.noConnection");
  return connectionName ?? t("monitoring.removed");
}

type GroupButtonProps = { isChosen: boolean; count: number; onPress: () => void; children: React.ReactNode };

function GroupButton({ isChosen: isPressed, count, onPress, children }: GroupButtonProps) {
  return (
    <button
      type="button"
      aria-pressed={isPressed}
      onClick={onPress}
      className={cx(
        "flex h-8 max-w-full items-center gap-2 rounded-full border px-3 text-sm transition-colors max-md:h-11",
        isPressed ? "border-accent bg-accent-soft text-accent-text" : "border-line text-muted hover:bg-hover",
      )}
    >
      <span className="truncate">{children}</span>
      <span className="text-xs font-medium tabular-nums">{count}</span>
    </button>
  );
}

type RowsProps = Pick<DeadLettersProps, "openId" | "onOpen"> & { group: DeadGroupRow | null };

function Rows({ group, openId, onOpen }: RowsProps) {
  const { t } = useTranslation();
  const asked = group === null ? {} : { group: { reason: group.reason, connectionId: group.connectionId } };
  const { results, status, loadMore } = useOrgPaginatedQuery(api.delivery.deadLetters.queries.list, asked, {
    initialNumItems: PAGE_SIZE,
  });
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  if (results.length === 0) {
    return <EmptyState icon={CircleCheck} title={t("deadLetters.empty")} text={t("deadLetters.emptyText")} />;
  }
  return (
    <VirtualList
      label={t("deadLetters.title")}
      rows={results}
      idOf={(row) => row.id}
      rowHeight={ROW_HEIGHT_PX}
      onEnd={more}
      renderRow={(row) => <Row row={row} isOpen={row.id === openId} onOpen={() => onOpen(row.id)} />}
    />
  );
}

function Row({ row, isOpen, onOpen }: { row: DeadLetterRow; isOpen: boolean; onOpen: () => void }) {
  const { t } = useTranslation();
  const channel = row.routedChannel ?? row.channel;
  return (
    <button
      type="button"
      onClick={onOpen}
      data-testid="dead-letter"
      aria-current={isOpen ? "true" : undefined}
      className={cx(
        "grid h-full w-full grid-cols-[minmax(0,1.2fr)_minmax(0,2fr)_5rem] items-center gap-x-6 border-b border-line px-6 text-left outline-offset-[-2px] transition-colors max-md:px-4 @max-3xl:grid-cols-[minmax(0,1fr)_auto]",
        isOpen ? "bg-selected" : "hover:bg-hover",
      )}
    >
      <span className="flex min-w-0 items-center gap-2">
        <span className="text-muted">
          <ChannelIcon channel={channel} />
        </span>
        <span className="min-w-0">
          <span className="block truncate text-sm font-medium">
            {row.contact.name === "" ? t("common.unknownPerson") : row.contact.name}
          </span>
          <span className="block truncate text-xs text-faint">
            <span className="@max-3xl:hidden">{row.address ?? t(`channels.${channel}`)}</span>
            <span className="hidden @max-3xl:inline">{row.failure.reason}</span>
          </span>
        </span>
      </span>
      <span className="min-w-0 @max-3xl:hidden">
        <span className="block truncate text-sm">{row.subject}</span>
        <span className="block truncate text-xs text-danger">{row.failure.reason}</span>
      </span>
      <RelativeTime at={row.deadAt} className="text-right text-xs text-muted tabular-nums" />
    </button>
  );
}
