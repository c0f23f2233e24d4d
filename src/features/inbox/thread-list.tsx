import { Link } from "@tanstack/react-router";
import { ArrowUp, AtSign, Eye, FileText, Inbox, ListChecks, ListFilter, Star } from "lucide-react";
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { VirtualList } from "../../components/ui/virtual-list";
import type { ThreadRow } from "../../lib/api-types";
import { later } from "../../lib/later";
import { useCan, useOrgQuery } from "../../lib/org";
import { type InboxSearch, searchKey } from "../../lib/search-params";
import { useStableList } from "../../lib/use-stable-list";
import { GettingStarted } from "./getting-started";
import { BulkProgress } from "./bulk/bulk-progress";
import { useBulk } from "./bulk/use-bulk";
import { useChoosing } from "./bulk/use-choosing";
import { useSelection } from "./bulk/use-selection";
import { FilterChips } from "./filters/filter-chips";
import { CHIPS, filterOf, listsThreads, without } from "./filters/filter-state";
import { type Gone, useGone } from "./filters/gone";
import { ListHead } from "./list-head";
import { SwipeRow } from "./phone/swipe-row";
import { useSwipes } from "./phone/use-swipes";
import { TaskListRow } from "./tasks/task-row";
import { type InboxRow, useInboxRows } from "./tasks/use-inbox-rows";
import { ThreadListRow } from "./thread-row";

const BulkBar = later(async () => (await import("./bulk/bulk-bar")).BulkBar);

const ROW_HEIGHT_PX = 84;

const idOf = (row: InboxRow): string => row.id;

type ThreadListProps = {
  search: InboxSearch;
  openId: Id<"threads"> | null;
  onOrder: (ids: readonly Id<"threads">[]) => void;
};

export function ThreadList({ search, openId, onOrder }: ThreadListProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [isPointed, setIsPointed] = useState(false);
  const [isScrolled, setIsScrolled] = useState(false);
  const filter = filterOf(search);
  const { rows, threads, isLoading, isDone, canLoadMore, loadMore } = useInboxRows(search);
  const scope = searchKey(search);
  const list = useStableList(rows, idOf, { isHeld: isPointed || isScrolled, scope });
  const order = list.rows.flatMap((row) => (row.kind === "thread" ? [row.id] : []));
  useEffect(() => onOrder(order));
  const selection = useSelection(order, scope);
  const bulk = useBulk(selection, filter);
  const choose = useChoosing(selection, openId);
  const swipes = useSwipes();
  const more = () => {
    if (canLoadMore) loadMore();
  };
  const showNew = () => {
    list.release();
    scroller.current?.scrollTo({ top: 0 });
  };
  // Touch has no resting pointer: only a mouse can have something moved away from under it.
  const onPointer = (isInside: boolean) => (event: PointerEvent) => {
    if (event.pointerType === "mouse") setIsPointed(isInside);
  };
  // A page may have nothing that fits and still not be the last: the next one is asked for at once.
  const isSearching = isLoading || (list.rows.length === 0 && !isDone);
  useEffect(() => {
    if (isSearching) more();
  });
  return (
    <>
      <AboveList search={search}>
        {selection.count > 0 && <BulkBar selection={selection} bulk={bulk} filter={filter} hasMore={!isDone} />}
      </AboveList>
      <div
        className="relative flex min-h-0 grow flex-col"
        onPointerEnter={onPointer(true)}
        onPointerLeave={onPointer(false)}
      >
        <Announcer rows={threads} isLoaded={!isLoading} scope={scope} />
        {list.newCount > 0 && <NewPill count={list.newCount} onPress={showNew} />}
        {isSearching ? (
          <SkeletonRows count={8} />
        ) : list.rows.length === 0 ? (
          <EmptyList search={search} />
        ) : (
          <VirtualList
            label={t("inbox.list")}
            rows={list.rows}
            idOf={idOf}
            rowHeight={ROW_HEIGHT_PX}
            scrollRef={scroller}
            chosenId={selection.count > 0 ? selection.anchor : openId}
            onEnd={more}
            onScrolledChange={setIsScrolled}
            renderRow={(row) =>
              row.kind === "task" ? (
                <TaskListRow task={row.task} isOpen={row.task.links.threadId === openId} />
              ) : (
                <SwipeRow row={row.thread} swipes={swipes}>
                  <ThreadListRow
                    row={row.thread}
                    search={search}
                    isOpen={row.id === openId}
                    isChosen={selection.ids.has(row.id)}
                    hasChosen={selection.count > 0}
                    onChoose={choose}
                  />
                </SwipeRow>
              )
            }
          />
        )}
      </div>
      {bulk.ordered !== null && (
        <BulkProgress key={bulk.ordered} operationId={bulk.ordered} onEnd={bulk.forget} onUndone={list.release} />
      )}
    </>
  );
}

/** The list's head, in whose place `children`, the bar of what is chosen, stands while it is there; and the filters. */
function AboveList({ search, children }: { search: InboxSearch; children: ReactNode }) {
  return (
    <>
      <div className="relative shrink-0">
        {children}
        <div className="[[role=group]+&]:invisible">
          <ListHead search={search} />
        </div>
      </div>
      {listsThreads(search) && <FilterChips search={search} />}
    </>
  );
}

/** Conversations that came while the list is held still. */
function NewPill({ count, onPress }: { count: number; onPress: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center">
      <Button
        size="sm"
        variant="primary"
        icon={<ArrowUp aria-hidden size={13} />}
        onPress={onPress}
        className="float-in pointer-events-auto rounded-full px-3 shadow-float"
      >
        {t("inbox.newItems", { count })}
      </Button>
    </div>
  );
}

/** Tells screen readers about conversations that arrive while the list is open. */
function Announcer({ rows, isLoaded, scope }: { rows: readonly ThreadRow[]; isLoaded: boolean; scope: string }) {
  const { t } = useTranslation();
  const seen = useRef<{ scope: string; newest: number }>({ scope: "", newest: 0 });
  const [text, setText] = useState("");
  useEffect(() => {
    if (!isLoaded) return;
    const before = seen.current;
    const newest = Math.max(0, ...rows.map((row) => row.lastMessageAt));
    if (before.scope === scope) {
      const fresh = rows.filter((row) => row.lastMessageAt > before.newest && row.isUnread).length;
      if (fresh > 0) setText(t("inbox.announceNew", { count: fresh }));
    }
    seen.current = { scope, newest };
  }, [rows, isLoaded, scope, t]);
  return (
    <div role="status" className="sr-only">
      {text}
    </div>
  );
}

/** Nothing can arrive yet, and the person at the screen may change that. */
function useHasNoChannel(): boolean {
  const mayManage = useCan("org.manage");
  const channels = useOrgQuery(api.connections.queries.channels, mayManage ? {} : "skip");
  return channels?.length === 0;
}

const GONE_TITLES = { channelId: "filters.gone.mailboxTitle", accountId: "filters.gone.accountTitle" } as const;

/** Nothing can be found by what was removed; the way on is the list without it. */
function GoneFilter({ search, gone: { chip, why } }: { search: InboxSearch; gone: Gone }) {
  const { t } = useTranslation();
  const isHidden = why === "hidden";
  return (
    <EmptyState
      icon={ListFilter}
      title={t(isHidden ? "filters.gone.hiddenTitle" : GONE_TITLES[chip])}
      text={t(isHidden ? "filters.gone.hiddenText" : "filters.gone.text")}
      action={
        <Link
          to="/inbox"
          search={without(search, chip)}
          className="text-sm font-medium text-accent-text underline underline-offset-2"
        >
          {t("filters.gone.off")}
        </Link>
      }
    />
  );
}

function EmptyList({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const mayUsePhones = useCan("sandbox.use");
  const hasNoChannel = useHasNoChannel();
  const [gone] = useGone(search);
  if (gone !== undefined && listsThreads(search)) return <GoneFilter search={search} gone={gone} />;
  const action = hasNoChannel ? (
    <Link
      to="/settings/$section"
      params={{ section: "channels" }}
      className="text-sm font-medium text-accent-text underline underline-offset-2"
    >
      {t("inbox.addChannel")}
    </Link>
  ) : mayUsePhones ? (
    <Link to="/phones" className="text-sm font-medium text-accent-text underline underline-offset-2">
      {t("inbox.tryPhones")}
    </Link>
  ) : null;
  if (CHIPS.some((chip) => search[chip] !== undefined)) {
    return (
      <EmptyState
        icon={ListFilter}
        title={t("filters.empty")}
        text={t("filters.emptyText")}
        action={
          <Link
            to="/inbox"
            search={{ view: search.view, ...(search.channel === undefined ? {} : { channel: search.channel }) }}
            className="text-sm font-medium text-accent-text underline underline-offset-2"
          >
            {t("filters.removeAll")}
          </Link>
        }
      />
    );
  }
  if (search.channel !== undefined && ["all", "mine", "unassigned"].includes(search.view)) {
    const title = t("inbox.emptyChannel", { channel: t(`channels.${search.channel}`) });
    return <EmptyState icon={Inbox} title={title} text={t("inbox.emptyAllText")} action={action} />;
  }
  switch (search.view) {
    case "all":
      return (
        <GettingStarted>
          <EmptyState icon={Inbox} title={t("inbox.emptyAll")} text={t("inbox.emptyAllText")} action={action} />
        </GettingStarted>
      );
    case "mine":
      return <EmptyState icon={Inbox} title={t("inbox.emptyMine")} text={t("inbox.emptyMineText")} />;
    case "unassigned":
      return <EmptyState icon={Inbox} title={t("inbox.emptyUnassigned")} text={t("inbox.emptyUnassignedText")} />;
    case "overdue":
      return <EmptyState icon={Inbox} title={t("inbox.emptyOverdue")} text={t("inbox.emptyOverdueText")} />;
    case "snoozed":
      return <EmptyState icon={Inbox} title={t("inbox.emptySnoozed")} text={t("inbox.emptySnoozedText")} />;
    case "tasks":
      return <EmptyState icon={ListChecks} title={t("inboxTasks.empty")} text={t("inboxTasks.emptyText")} />;
    case "spam":
      return <EmptyState icon={Inbox} title={t("inbox.emptySpam")} text={t("inbox.emptySpamText")} />;
    case "closed":
      return <EmptyState icon={Inbox} title={t("inbox.emptyClosed")} text={t("inbox.emptyClosedText")} />;
    case "mentioned":
      return <EmptyState icon={AtSign} title={t("inbox.emptyMentioned")} text={t("inbox.emptyMentionedText")} />;
    case "followed":
      return <EmptyState icon={Eye} title={t("inbox.emptyFollowed")} text={t("inbox.emptyFollowedText")} />;
    case "starred":
      return <EmptyState icon={Star} title={t("inbox.emptyStarred")} text={t("inbox.emptyStarredText")} />;
    case "drafts":
      return <EmptyState icon={FileText} title={t("inbox.emptyDrafts")} text={t("inbox.emptyDraftsText")} />;
    case "planned":
    case "deleted":
      return null;
  }
}
