import { SearchX } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";

const PAGE_SIZE = 30;
/** A list this short shows no end to go on from: the next page is asked for by itself. */
const SCREENFUL = 15;
/** Pages in a row that are asked for by themselves; whoever wants to look further back says so. */
const MOST_BY_ITSELF = 8;

export const FIRST_PAGE = { initialNumItems: PAGE_SIZE };

type HitListProps<Row> = {
  label: string;
  pages: {
    results: readonly Row[];
    status: "LoadingFirstPage" | "CanLoadMore" | "LoadingMore" | "Exhausted";
    loadMore: (count: number) => void;
  };
  renderRow: (row: Row) => ReactNode;
};

/** Everything of one kind that a search finds, page after page. Needs a key of its own for each search. */
export function HitList<Row extends { id: string }>({ label, pages, renderRow }: HitListProps<Row>) {
  const { t } = useTranslation();
  const { status, loadMore } = pages;
  const byItself = useRef(0);
  const rows = eachOnce(pages.results);
  const isShort = rows.length < SCREENFUL;
  useEffect(() => {
    if (status !== "CanLoadMore" || !isShort || byItself.current >= MOST_BY_ITSELF) return;
    byItself.current++;
    loadMore(PAGE_SIZE);
  }, [status, isShort, loadMore]);
  const more = () => {
    byItself.current = 0;
    loadMore(PAGE_SIZE);
  };
  const isLoading = status === "LoadingFirstPage" || status === "LoadingMore";
  const moreButton = status === "CanLoadMore" && <Button onPress={more}>{t("search.more")}</Button>;
  if (rows.length === 0 && isLoading) return <SkeletonRows />;
  if (rows.length === 0 && status === "CanLoadMore") {
    return <EmptyState icon={SearchX} title={t("search.notYet")} text={t("search.notYetText")} action={moreButton} />;
  }
  if (rows.length === 0) {
    return <EmptyState icon={SearchX} title={t("search.nothing")} text={t("search.nothingText")} />;
  }
  return (
    <div className="flex max-w-3xl flex-col gap-3">
      <ul aria-label={label} className="flex flex-col divide-y divide-line border-y border-line">
        {rows.map((row) => (
          <li key={row.id}>{renderRow(row)}</li>
        ))}
      </ul>
      {isLoading ? (
        <SkeletonRows count={2} />
      ) : (
        <div className="flex items-center gap-3 text-xs text-faint">
          <span role="status">
            {t(moreButton === false ? "search.allShown" : "search.shown", { count: rows.length })}
          </span>
          {moreButton}
        </div>
      )}
    </div>
  );
}

/** A conversation may be found by its subject, and again on a later page by a message. */
function eachOnce<Row extends { id: string }>(results: readonly Row[]): Row[] {
  const known = new Set<string>();
  return results.filter(({ id }) => {
    if (known.has(id)) return false;
    known.add(id);
    return true;
  });
}
