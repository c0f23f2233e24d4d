import { Link } from "@tanstack/react-router";
import { Bookmark, BookmarkCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { cx } from "../../components/ui/classes";
import type { SavedViewRow } from "../../lib/api-types";
import { useOrgQuery } from "../../lib/org";
import { searchKey, searchOf } from "../../lib/search-params";

type SavedViewsProps = { isCollapsed: boolean; currentKey: string | null };

/** Filters that were kept under a name, with live counts. The narrow sidebar has no room for names. */
export function SavedViews({ isCollapsed, currentKey }: SavedViewsProps) {
  const { t } = useTranslation();
  const views = useOrgQuery(api.inbox.savedViews.queries.list, isCollapsed ? "skip" : {}) ?? [];
  if (views.length === 0) return null;
  return (
    <div className="flex flex-col gap-px">
      <p id="saved-views" className="px-2 pb-1 text-2xs font-semibold text-faint">
        {t("savedViews.title")}
      </p>
      <ul aria-labelledby="saved-views" className="flex flex-col gap-px">
        {views.map((view) => (
          <li key={view.id}>
            <SavedView view={view} isCurrent={searchKey(searchOf(view.filter)) === currentKey} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function SavedView({ view, isCurrent }: { view: SavedViewRow; isCurrent: boolean }) {
  const { t } = useTranslation();
  const matching = useOrgQuery(api.inbox.bulk.queries.countMatching, view.filter);
  const Icon = view.isShared ? BookmarkCheck : Bookmark;
  return (
    <Link
      to="/inbox"
      search={searchOf(view.filter)}
      title={view.isShared ? t("savedViews.sharedBy", { name: view.ownerName }) : undefined}
      className={cx(
        "flex h-8 items-center gap-2 rounded-md px-2 transition-colors",
        isCurrent ? "bg-selected font-medium text-accent-text" : "text-muted hover:bg-hover hover:text-text",
      )}
    >
      <Icon aria-hidden size={16} strokeWidth={1.8} className="shrink-0" />
      <span className="grow truncate">{view.name}</span>
      {matching !== undefined && matching.count > 0 && (
        <span className="text-xs text-faint">
          {matching.count}
          {matching.isMore && "+"}
        </span>
      )}
    </Link>
  );
}
