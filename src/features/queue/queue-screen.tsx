import { ListOrdered } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { PauseBanner } from "../../components/delivery/pause-banner";
import { Page } from "../../components/layout/page";
import { ChannelIcon, MessageStateBadge } from "../../components/status";
import { Badge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { ExactTime } from "../../components/ui/time";
import { VirtualList } from "../../components/ui/virtual-list";
import type { QueueGroup, QueueRow } from "../../lib/api-types";
import { useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { QUEUE_VIEWS, type QueueLane, type QueueView } from "../../lib/search-params";
import { useTitle } from "../../lib/title";
import { DeadLetters, type DeadFilter } from "./dead-letters";
import { QueueDrawer } from "./queue-drawer";

const PAGE_SIZE = 50;
const ROW_HEIGHT_PX = 60;

const EMPTY_TITLES = {
  all: "emptyAll",
  waiting: "emptyWaiting",
  sending: "emptySending",
  sent: "emptySent",
  failed: "emptyFailed",
  stopped: "emptyStopped",
} as const satisfies Record<QueueGroup, string>;

type QueueScreenProps = {
  view: QueueView;
  lane: QueueLane | null;
  deadFilter: DeadFilter | null;
  messageId: Id<"messageQueue"> | null;
  onView: (view: QueueView) => void;
  onLane: (lane: QueueLane | null) => void;
  onDeadFilter: (filter: DeadFilter | null) => void;
  onMessage: (id: Id<"messageQueue"> | null) => void;
};

export function QueueScreen(props: QueueScreenProps) {
  const { view, lane, messageId, onView, onLane, onMessage } = props;
  const { t } = useTranslation();
  const counts = useOrgQuery(api.delivery.queries.counts, {});
  useTitle(t("queue.title"));
  return (
    <div className="flex h-full min-w-0">
      <div className={cx("min-w-0 grow", messageId !== null && "max-md:hidden")}>
        <Page title={t("queue.title")} description={t("queue.description")}>
          <PauseBanner className="px-6 pb-2 max-md:px-4" />
          <Tabs
            label={t("queue.groups")}
            tabs={QUEUE_VIEWS.map((id) => ({ id, label: t(`queue.${id}`), count: counts?.[id] }))}
            value={view}
            onChange={onView}
            className="grow"
            listClassName="px-6 max-md:px-4"
          >
            {view === "dead" ? (
              <DeadLetters
                filter={props.deadFilter}
                onFilter={props.onDeadFilter}
                openId={messageId}
                onOpen={onMessage}
              />
            ) : (
              <>
                {lane !== null && view !== "all" && <LaneFilter lane={lane} onEnd={() => onLane(null)} />}
                <QueueRows key={`${view}:${lane}`} group={view} lane={lane} openId={messageId} onOpen={onMessage} />
              </>
            )}
          </Tabs>
        </Page>
      </div>
      {messageId !== null && <QueueDrawer queueId={messageId} onClose={() => onMessage(null)} />}
    </div>
  );
}

function LaneFilter({ lane, onEnd }: { lane: QueueLane; onEnd: () => void }) {
  const { t } = useTranslation();
  return (
    <p className="flex shrink-0 items-center gap-2 border-b border-line px-6 py-2 text-sm text-muted max-md:px-4">
      {t("queue.laneOnly", { lane: t(`monitoring.lanes.${lane}`) })}
      <Button size="sm" onPress={onEnd}>
        {t("queue.allLanes")}
      </Button>
    </p>
  );
}

type QueueRowsProps = {
  group: QueueGroup;
  lane: QueueLane | null;
  openId: Id<"messageQueue"> | null;
  onOpen: (id: Id<"messageQueue">) => void;
};

function QueueRows({ group, lane, openId, onOpen }: QueueRowsProps) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.delivery.queries.listQueue,
    { group, ...(lane === null ? {} : { lane }) },
    { initialNumItems: PAGE_SIZE },
  );
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  if (results.length === 0) {
    return <EmptyState icon={ListOrdered} title={t(`queue.${EMPTY_TITLES[group]}`)} text={t("queue.emptyText")} />;
  }
  return (
    <div className="@container flex min-h-0 grow flex-col">
      <div
        aria-hidden
        className={cx(GRID, "h-8 shrink-0 border-b border-line text-xs font-medium text-faint @max-3xl:hidden")}
      >
        <span>{t("queue.recipient")}</span>
        <span>{t("queue.message")}</span>
        <span>{t("queue.due")}</span>
        <span>{t("queue.state")}</span>
      </div>
      <VirtualList
        label={t("queue.list")}
        rows={results}
        idOf={(row) => row.id}
        rowHeight={ROW_HEIGHT_PX}
        onEnd={more}
        renderRow={(row) => <QueueListRow row={row} isOpen={row.id === openId} onOpen={() => onOpen(row.id)} />}
      />
    </div>
  );
}

const GRID =
  "grid grid-cols-[minmax(0,1.2fr)_minmax(0,2fr)_minmax(0,10rem)_minmax(0,9rem)] items-center gap-x-6 px-6 max-md:px-4 @max-3xl:grid-cols-[minmax(0,1fr)_auto]";

function QueueListRow({ row, isOpen, onOpen }: { row: QueueRow; isOpen: boolean; onOpen: () => void }) {
  const { t } = useTranslation();
  const name = row.contact.name === "" ? t("common.unknownPerson") : row.contact.name;
  return (
    <button
      type="button"
      onClick={onOpen}
      data-testid="queue-row"
      aria-current={isOpen ? "true" : undefined}
      className={cx(
        GRID,
        "h-full w-full border-b border-line text-left outline-offset-[-2px] transition-colors",
        isOpen ? "bg-selected" : "hover:bg-hover",
      )}
    >
      <span className="flex min-w-0 items-center gap-2">
        <span className="text-muted">
          <ChannelIcon channel={row.routedChannel ?? row.channel} />
        </span>
        <span className="min-w-0">
          <span className="block truncate text-sm font-medium">{name}</span>
          <span className="block truncate text-xs text-faint">
            <span className="@max-3xl:hidden">{row.address ?? t(`channels.${row.routedChannel ?? row.channel}`)}</span>
            <span className="hidden @max-3xl:inline">{row.subject}</span>
          </span>
        </span>
      </span>
      <span className="min-w-0 @max-3xl:hidden">
        <span className="block truncate text-sm">{row.subject}</span>
        <span className="block truncate text-xs text-faint">
          {t(`sourceKinds.${row.sourceKind}`)} · {row.sourceLabel}
        </span>
      </span>
      <span className="text-sm text-muted @max-3xl:hidden">
        <ExactTime at={row.dueAt} />
      </span>
      <span className="flex flex-col items-start gap-0.5 @max-3xl:items-end">
        <MessageStateBadge kind={row.state.kind} />
        {row.willWaitFor !== undefined && <Badge tone="warn">{t("humanFirst.willWait")}</Badge>}
        <span className="hidden text-xs text-faint @max-3xl:inline">
          <ExactTime at={row.dueAt} />
        </span>
        {row.mayBeDuplicate && <Badge tone="warn">×2?</Badge>}
      </span>
    </button>
  );
}
