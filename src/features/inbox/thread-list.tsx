import { Link } from "@tanstack/react-router";
import { ArrowUp, Inbox } from "lucide-react";
import { type PointerEvent, useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { VirtualList } from "../../components/ui/virtual-list";
import type { ThreadRow } from "../../lib/api-types";
import { useCan, useOrgPaginatedQuery } from "../../lib/org";
import { type InboxSearch, THREAD_VIEWS } from "../../lib/search-params";
import { useStableList } from "../../lib/use-stable-list";
import { useInboxPlace } from "./inbox-context";
import { ThreadListRow } from "./thread-row";

const PAGE_SIZE = 40;
const ROW_HEIGHT_PX = 84;

const idOf = (row: ThreadRow) => row.id;

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
  const { results, status, loadMore } = useOrgPaginatedQuery(api.inbox.queries.listThreads, search, {
    initialNumItems: PAGE_SIZE,
  });
  const scope = `${search.view}/${search.channel ?? ""}`;
  const list = useStableList(results, idOf, { isHeld: isPointed || isScrolled, scope });
  useEffect(() => onOrder(list.rows.map(idOf)));
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  const showNew = () => {
    list.release();
    scroller.current?.scrollTo({ top: 0 });
  };
  // Touch has no resting pointer: only a mouse can have something moved away from under it.
  const onPointer = (isInside: boolean) => (event: PointerEvent) => {
    if (event.pointerType === "mouse") setIsPointed(isInside);
  };
  return (
    <>
      <ListHead search={search} />
      <div
        className="relative flex min-h-0 grow flex-col"
        onPointerEnter={onPointer(true)}
        onPointerLeave={onPointer(false)}
      >
        <Announcer rows={results} isLoaded={status !== "LoadingFirstPage"} scope={scope} />
        {list.newCount > 0 && (
          <div className="pointer-events-none absolute inset-x-0 top-2 z-10 flex justify-center">
            <Button
              size="sm"
              variant="primary"
              icon={<ArrowUp aria-hidden size={13} />}
              onPress={showNew}
              className="float-in pointer-events-auto rounded-full px-3 shadow-float"
            >
              {t("inbox.newItems", { count: list.newCount })}
            </Button>
          </div>
        )}
        {status === "LoadingFirstPage" ? (
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
            chosenId={openId}
            onEnd={more}
            onScrolledChange={setIsScrolled}
            renderRow={(row) => <ThreadListRow row={row} search={search} isOpen={row.id === openId} />}
          />
        )}
      </div>
    </>
  );
}

function ListHead({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const { isSingle } = useInboxPlace();
  // Beside the sidebar the same views would stand twice; within a channel they are a second filter.
  const hasTabs = isSingle || search.channel !== undefined;
  const view = search.view === "all" ? t("nav.inbox") : t(`nav.${search.view}`);
  const title = search.channel === undefined ? view : t(`nav.${search.channel}`);
  return (
    <header className="flex shrink-0 flex-col border-b border-line">
      <h1 className={cx("px-4 pt-3 text-lg font-semibold", !hasTabs && "pb-2")}>{title}</h1>
      {hasTabs && (
        <nav aria-label={t("shell.inboxViews")} className="flex gap-4 overflow-x-auto px-4">
          {THREAD_VIEWS.map((view) => (
            <Link
              key={view}
              to="/inbox"
              search={{ ...search, view }}
              aria-current={search.view === view ? "page" : undefined}
              className="-mb-px border-b-2 border-transparent py-2 whitespace-nowrap text-muted transition-colors hover:text-text aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-text max-md:py-3"
            >
              {t(`nav.${view}`)}
            </Link>
          ))}
        </nav>
      )}
    </header>
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

function EmptyList({ search }: { search: InboxSearch }) {
  const { t } = useTranslation();
  const mayUsePhones = useCan("sandbox.use");
  const action = mayUsePhones ? (
    <Link to="/phones" className="text-sm font-medium text-accent-text underline underline-offset-2">
      {t("inbox.tryPhones")}
    </Link>
  ) : null;
  if (search.channel !== undefined && search.view !== "closed" && search.view !== "snoozed") {
    const title = t("inbox.emptyChannel", { channel: t(`channels.${search.channel}`) });
    return <EmptyState icon={Inbox} title={title} text={t("inbox.emptyAllText")} action={action} />;
  }
  switch (search.view) {
    case "all":
      return <EmptyState icon={Inbox} title={t("inbox.emptyAll")} text={t("inbox.emptyAllText")} action={action} />;
    case "mine":
      return <EmptyState icon={Inbox} title={t("inbox.emptyMine")} text={t("inbox.emptyMineText")} />;
    case "unassigned":
      return <EmptyState icon={Inbox} title={t("inbox.emptyUnassigned")} text={t("inbox.emptyUnassignedText")} />;
    case "overdue":
      return <EmptyState icon={Inbox} title={t("inbox.emptyOverdue")} text={t("inbox.emptyOverdueText")} />;
    case "snoozed":
      return <EmptyState icon={Inbox} title={t("inbox.emptySnoozed")} text={t("inbox.emptySnoozedText")} />;
    case "closed":
      return <EmptyState icon={Inbox} title={t("inbox.emptyClosed")} text={t("inbox.emptyClosedText")} />;
  }
}
