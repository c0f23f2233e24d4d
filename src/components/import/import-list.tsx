import { FileUp } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { SkeletonRows } from "../ui/skeleton";
import { RelativeTime } from "../ui/time";

/** Imports on one page. */
export const IMPORTS_PER_PAGE = 20;

type State = "reading" | "checked" | "applying" | "applied" | "undoing" | "undone";
type Row = { id: string; fileName: string; createdAt: number; state: State };

type ImportListProps<T extends Row> = {
  page: {
    results: readonly T[];
    status: "LoadingFirstPage" | "CanLoadMore" | "LoadingMore" | "Exhausted";
    loadMore: (count: number) => void;
  };
  /** Said when nothing was imported. */
  none: string;
  testId: string;
  summary: (row: T) => string;
  onOpen: (id: T["id"]) => void;
  /** The import that is open. */
  children: ReactNode;
};

/** Files that were imported, newest first; each opens with what it did. */
export function ImportList<T extends Row>({ page, none, testId, summary, onOpen, children }: ImportListProps<T>) {
  const { t } = useTranslation();
  const { results, status, loadMore } = page;
  if (status === "LoadingFirstPage") return <SkeletonRows count={3} />;
  if (results.length === 0) return <EmptyState icon={FileUp} title={none} />;
  return (
    <div className="flex flex-col gap-3 overflow-y-auto px-6 py-4 max-md:px-4">
      <ul className="divide-y divide-line rounded-lg border border-line">
        {results.map((row) => (
          <li key={row.id} data-testid={testId} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
            <span className="min-w-0 grow">
              <button
                type="button"
                onClick={() => onOpen(row.id)}
                className="block max-w-full truncate rounded-sm text-left text-sm font-medium underline decoration-line-strong underline-offset-2"
              >
                {row.fileName}
              </button>
              <span className="block text-xs text-faint">
                <RelativeTime at={row.createdAt} /> · {summary(row)}
              </span>
            </span>
            <span className="text-xs text-muted">{t(`imports.states.${row.state}`)}</span>
          </li>
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(IMPORTS_PER_PAGE)}>
          {t("common.more")}
        </Button>
      )}
      {children}
    </div>
  );
}
