import { Link } from "@tanstack/react-router";
import { ArchiveRestore, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Button, IconButton } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useCan, useOrgPaginatedQuery } from "../../../lib/org";
import type { InboxSearch } from "../../../lib/search-params";
import { dateTime } from "../../../lib/time-format";
import { ListHead } from "../list-head";
import { PurgeDialog } from "./purge-dialog";
import { useDeletion } from "./use-deletion";

const PAGE_SIZE = 30;

type DeletedPaneProps = {
  search: InboxSearch;
  openId: Id<"threads"> | null;
  onOrder: (ids: readonly Id<"threads">[]) => void;
};

/** In the place of the list: deleted conversations, to be restored or removed for good. */
export function DeletedPane({ search, openId, onOrder }: DeletedPaneProps) {
  const { t } = useTranslation();
  const mayDelete = useCan("threads.delete");
  const { results, status, loadMore } = useOrgPaginatedQuery(api.inbox.deletion.queries.list, mayDelete ? {} : "skip", {
    initialNumItems: PAGE_SIZE,
  });
  useEffect(() => onOrder(results.map(({ id }) => id)));
  return (
    <>
      <ListHead search={search} />
      {mayDelete && status === "LoadingFirstPage" ? (
        <SkeletonRows count={8} />
      ) : results.length === 0 ? (
        <EmptyState icon={Trash2} title={t("deletion.none")} text={t("deletion.noneText")} />
      ) : (
        <div className="min-h-0 grow overflow-y-auto">
          <ul aria-label={t("deletion.list")} className="divide-y divide-line">
            {results.map((row) => (
              <DeletedRow key={row.id} row={row} search={search} isOpen={row.id === openId} />
            ))}
          </ul>
          {status === "CanLoadMore" && (
            <div className="p-3">
              <Button onPress={() => loadMore(PAGE_SIZE)}>{t("common.more")}</Button>
            </div>
          )}
        </div>
      )}
    </>
  );
}

type Row = (typeof api.inbox.deletion.queries.list)["_returnType"]["page"][number];

function DeletedRow({ row, search, isOpen }: { row: Row; search: InboxSearch; isOpen: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const { restore, purge } = useDeletion();
  const [isAsking, setIsAsking] = useState(false);
  const { id, number, subject, preview, who, by: name, restorableUntil } = row;
  const until = restorableUntil === null ? "" : dateTime(restorableUntil, language, now);
  const title = subject === "" ? t("deletion.noSubject") : subject;
  return (
    <li
      data-testid="deleted-row"
      className="flex items-center gap-1 pr-2 hover:bg-hover has-[a[aria-current]]:bg-selected"
    >
      <Link
        to="/inbox/$threadId"
        params={{ threadId: id }}
        search={search}
        aria-current={isOpen ? "page" : undefined}
        className="min-w-0 grow py-2 pl-4"
      >
        <span className="flex items-baseline gap-1.5 text-sm">
          <span className="truncate font-medium">{who ?? title}</span>
          <span className="shrink-0 text-xs text-muted">{t("thread.number", { number })}</span>
        </span>
        <span className="block truncate text-sm text-muted">{who === null || subject === "" ? preview : subject}</span>
        <span className="block truncate text-xs text-muted">{t("deletion.by", { name, until })}</span>
      </Link>
      <IconButton
        label={t("deletion.restoreOf", { number })}
        icon={<ArchiveRestore aria-hidden size={16} />}
        onPress={() => restore(id)}
      />
      <IconButton
        label={t("deletion.purgeOf", { number })}
        icon={<Trash2 aria-hidden size={16} />}
        onPress={() => setIsAsking(true)}
      />
      {isAsking && <PurgeDialog number={number} onClose={() => setIsAsking(false)} onPurge={() => purge(id)} />}
    </li>
  );
}
