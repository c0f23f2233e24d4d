import { Link } from "@tanstack/react-router";
import type { FunctionReturnType } from "convex/server";
import { Plus, Ticket } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { threadName } from "../../lib/thread-name";
import { api } from "../../../convex/_generated/api";
import { TICKET_SOURCES, URGENCIES } from "../../../convex/inbox/tickets/sets";
import { Page } from "../../components/layout/page";
import { TicketStatusBadge, UrgencyMark } from "../../components/ticket/ticket-state";
import { Avatar } from "../../components/ui/avatar";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { RelativeTime } from "../../components/ui/time";
import { VirtualList } from "../../components/ui/virtual-list";
import { DIALOG_COMING, later } from "../../lib/later";
import { useCan, useOrg, useOrgPaginatedQuery } from "../../lib/org";
import { TICKET_VIEWS, type TicketSearch } from "../../lib/search-params";
import { NEW_TICKET_KEYS } from "../../lib/ticket-keys";
import { useTitle } from "../../lib/title";

const NewTicketDialog = later(async () => (await import("../../components/ticket/new-ticket-dialog")).NewTicketDialog, {
  meanwhile: DIALOG_COMING,
});

type Row = FunctionReturnType<typeof api.inbox.tickets.queries.list>["page"][number];

const PAGE_SIZE = 50;
/** A list this short shows no end to scroll to: the next page is asked for at once. */
const SCREENFUL = 20;
const ROW_HEIGHT_PX = 64;
const ANY = "any";

type TicketsScreenProps = { search: TicketSearch; onSearch: (search: TicketSearch) => void };

/** Every ticket of the organisation that the reader may see. */
export function TicketsScreen({ search, onSearch }: TicketsScreenProps) {
  const { t } = useTranslation();
  const mayReply = useCan("inbox.reply");
  const [isNew, setIsNew] = useState(false);
  useTitle(t("tickets.title"));
  const actions = mayReply && (
    <Button
      variant="primary"
      keys={NEW_TICKET_KEYS}
      icon={<Plus aria-hidden size={14} />}
      onPress={() => setIsNew(true)}
    >
      {t("tickets.new")}
    </Button>
  );
  return (
    <Page title={t("tickets.title")} description={t("tickets.description")} actions={actions}>
      <Filters search={search} onSearch={onSearch} />
      <Rows search={search} />
      {isNew && <NewTicketDialog onClose={() => setIsNew(false)} />}
    </Page>
  );
}

function Filters({ search, onSearch }: TicketsScreenProps) {
  const { t } = useTranslation();
  const { view, source, urgency, mine } = search;
  const any = { id: ANY, label: t("tickets.any") } as const;
  const set = (change: { source?: typeof source; urgency?: typeof urgency; mine?: typeof mine }) => {
    const { source: of, urgency: how, mine: own } = { source, urgency, mine, ...change };
    onSearch({
      view,
      ...(of === undefined ? {} : { source: of }),
      ...(how === undefined ? {} : { urgency: how }),
      ...(own === undefined ? {} : { mine: own }),
    });
  };
  return (
    <div className="grid grid-cols-4 gap-3 border-b border-line px-6 py-3 max-md:grid-cols-2 max-md:px-4">
      <Select
        label={t("tickets.show")}
        options={TICKET_VIEWS.map((id) => ({
          id,
          label: id === "open" || id === "done" ? t(`tickets.views.${id}`) : t(`tickets.status.${id}`),
        }))}
        value={view}
        onChange={(next) => onSearch({ ...search, view: next })}
      />
      <Select
        label={t("tickets.assignee")}
        options={[any, { id: "mine", label: t("tickets.mine") }]}
        value={mine === undefined ? ANY : "mine"}
        onChange={(next) => set({ mine: next === ANY ? undefined : true })}
      />
      <Select
        label={t("tickets.source")}
        options={[any, ...TICKET_SOURCES.map((id) => ({ id, label: t(`tickets.sources.${id}`) }))]}
        value={source ?? ANY}
        onChange={(next) => set({ source: next === ANY ? undefined : next })}
      />
      <Select
        label={t("tickets.urgency")}
        options={[any, ...URGENCIES.map((id) => ({ id, label: t(`tickets.urgencies.${id}`) }))]}
        value={urgency ?? ANY}
        onChange={(next) => set({ urgency: next === ANY ? undefined : next })}
      />
    </div>
  );
}

function Rows({ search: { mine, ...filter } }: { search: TicketSearch }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const asked = mine === true ? { ...filter, assigneeId: membership.memberId } : filter;
  const { results, status, loadMore } = useOrgPaginatedQuery(api.inbox.tickets.queries.list, asked, {
    initialNumItems: PAGE_SIZE,
  });
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  const isShort = results.length < SCREENFUL;
  useEffect(() => {
    if (isShort) more();
  }, [isShort, more]);
  const isLoading = status === "LoadingFirstPage" || status === "LoadingMore" || status === "CanLoadMore";
  if (results.length === 0 && isLoading) return <SkeletonRows />;
  if (results.length === 0) return <EmptyState icon={Ticket} title={t("tickets.none")} text={t("tickets.noneText")} />;
  return (
    <div className="flex min-h-0 grow flex-col">
      <VirtualList
        label={t("tickets.title")}
        rows={results}
        idOf={(row) => row.threadId}
        rowHeight={ROW_HEIGHT_PX}
        onEnd={more}
        renderRow={(row) => <TicketRow row={row} />}
      />
    </div>
  );
}

function TicketRow({ row }: { row: Row }) {
  const { t } = useTranslation();
  const name = threadName(row, t);
  const isDone = row.status === "DONE" || row.status === "CLOSED";
  return (
    <Link
      to="/inbox/$threadId"
      params={{ threadId: row.threadId }}
      search={{ view: isDone ? "closed" : "all" }}
      data-testid="ticket-row"
      className="flex h-full items-center gap-4 border-b border-line px-6 hover:bg-hover max-md:gap-2 max-md:px-4"
    >
      <span className="w-12 shrink-0 text-xs text-faint tabular-nums max-md:w-9">{`#${row.number}`}</span>
      <span className="flex min-w-0 grow flex-col">
        <span className="truncate text-sm font-medium">{row.subject === "" ? name : row.subject}</span>
        <span className="truncate text-xs text-muted">
          {[name, row.category, t(`tickets.sources.${row.source}`)].filter((part) => part !== null).join(" · ")}
        </span>
      </span>
      <span className="flex shrink-0 items-center gap-1.5 max-md:flex-col max-md:items-end max-md:gap-0.5">
        <UrgencyMark urgency={row.urgency} />
        <TicketStatusBadge status={row.status} />
      </span>
      <span className="w-6 shrink-0 max-md:hidden" title={row.assignee?.name}>
        {row.assignee !== null && (
          <>
            <Avatar name={row.assignee.name} />
            <span className="sr-only">{row.assignee.name}</span>
          </>
        )}
      </span>
      <RelativeTime at={row.createdAt} className="w-20 shrink-0 text-right text-xs text-faint max-md:hidden" />
    </Link>
  );
}
