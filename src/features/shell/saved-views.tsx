import { Link } from "@tanstack/react-router";
import { Bookmark, BookmarkCheck, Users } from "lucide-react";
import { type DragEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { cx } from "../../components/ui/classes";
import { toastError } from "../../components/ui/toast";
import type { SavedViewRow } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import { placeBeside, standTogether, withPlaced } from "../../lib/saved-view-order";
import { searchKey, searchOf } from "../../lib/search-params";

type SavedViewsProps = { isCollapsed: boolean; currentKey: string | null };
type ViewId = SavedViewRow["id"];

/**
 * Filters that were kept under a name, with live counts; one's own are dragged into their order, or moved by Alt and the
 * arrow keys. The narrow sidebar has no room for names.
 */
export function SavedViews({ isCollapsed, currentKey }: SavedViewsProps) {
  const { t } = useTranslation();
  const views = useOrgQuery(api.inbox.savedViews.queries.list, isCollapsed ? "skip" : {}) ?? [];
  const place = usePlace();
  const [draggedId, setDraggedId] = useState<ViewId | null>(null);
  const [overId, setOverId] = useState<ViewId | null>(null);
  if (views.length === 0) return null;
  const dragged = views.find(({ id }) => id === draggedId);
  const dropOn = (view: SavedViewRow) => {
    if (dragged === undefined || !standTogether(dragged, view)) return;
    // Dropped on one further down it takes that one's place: behind it.
    const isDown = views.indexOf(dragged) < views.indexOf(view);
    const next = views[views.indexOf(view) + 1];
    const behind = next !== undefined && standTogether(next, view) ? next.id : null;
    place(dragged.id, isDown ? behind : view.id);
  };
  const end = () => {
    setDraggedId(null);
    setOverId(null);
  };
  return (
    <div className="flex flex-col gap-px">
      <p id="saved-views" className="px-2 pb-1 text-2xs font-semibold text-faint">
        {t("savedViews.title")}
      </p>
      <ul aria-labelledby="saved-views" className="flex flex-col gap-px">
        {views.map((view) => (
          <li
            key={view.id}
            onDragOver={(event: DragEvent) => {
              if (dragged === undefined || !standTogether(dragged, view)) return;
              event.preventDefault();
              setOverId(view.id);
            }}
            onDrop={(event: DragEvent) => {
              event.preventDefault();
              dropOn(view);
              end();
            }}
            className={cx("rounded-md", overId === view.id && draggedId !== view.id && "ring-2 ring-accent")}
          >
            <SavedView
              view={view}
              isCurrent={searchKey(searchOf(view.filter)) === currentKey}
              onDrag={() => setDraggedId(view.id)}
              onDragEnd={end}
              onMove={(by) => {
                const beforeId = placeBeside(views, view, by);
                if (beforeId !== undefined) place(view.id, beforeId);
              }}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Puts a view before another, on the screen at once. */
function usePlace(): (viewId: ViewId, beforeId: ViewId | null) => void {
  const { t } = useTranslation();
  const place = useOrgMutation(api.inbox.savedViews.mutations.place, (store, { orgId, viewId, beforeId }) => {
    const known = store.getQuery(api.inbox.savedViews.queries.list, { orgId });
    if (known === undefined) return;
    store.setQuery(api.inbox.savedViews.queries.list, { orgId }, withPlaced(known, viewId, beforeId));
  });
  return (viewId, beforeId) =>
    void place({ viewId, beforeId }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
}

type SavedViewProps = {
  view: SavedViewRow;
  isCurrent: boolean;
  onDrag: () => void;
  onDragEnd: () => void;
  onMove: (by: 1 | -1) => void;
};

function SavedView({ view, isCurrent, onDrag, onDragEnd, onMove }: SavedViewProps) {
  const { t } = useTranslation();
  const matching = useOrgQuery(api.inbox.bulk.queries.countMatching, view.filter);
  const Icon = view.team !== null ? Users : view.isShared ? BookmarkCheck : Bookmark;
  const whose = view.team === null ? "" : ` (${view.team.name})`;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    onMove(event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    <Link
      to="/inbox"
      search={searchOf(view.filter)}
      title={view.isShared ? t("savedViews.sharedBy", { name: view.ownerName }) + whose : undefined}
      draggable={view.isOwn}
      aria-keyshortcuts={view.isOwn ? "Alt+ArrowUp Alt+ArrowDown" : undefined}
      onDragStart={onDrag}
      onDragEnd={onDragEnd}
      onKeyDown={view.isOwn ? onKeyDown : undefined}
      className={cx(
        "flex h-7 items-center gap-2 rounded-md px-2 transition-colors",
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
