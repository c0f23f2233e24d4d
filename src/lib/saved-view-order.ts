import type { SavedViewRow } from "./api-types";

// Where a saved view can stand: among those of the same audience, which its owner alone changes.

/** True when both stand in one order. */
export function standTogether(a: SavedViewRow, b: SavedViewRow): boolean {
  return a.isShared === b.isShared && a.team?.id === b.team?.id;
}

/** Before which one a view stands after a step up (-1) or down (1): null for the end, undefined where there is no step. */
export function placeBeside(
  views: readonly SavedViewRow[],
  view: SavedViewRow,
  by: 1 | -1,
): SavedViewRow["id"] | null | undefined {
  const among = views.filter((each) => standTogether(each, view));
  const at = among.findIndex(({ id }) => id === view.id);
  if (at === -1 || among[at + by] === undefined) return undefined;
  return among[by === 1 ? at + 2 : at - 1]?.id ?? null;
}

/** The views with one of them before another of its kind; null: at the end of its kind. */
export function withPlaced(
  views: readonly SavedViewRow[],
  viewId: SavedViewRow["id"],
  beforeId: SavedViewRow["id"] | null,
): SavedViewRow[] {
  const view = views.find(({ id }) => id === viewId);
  if (view === undefined || beforeId === viewId) return [...views];
  const others = views.filter(({ id }) => id !== viewId);
  const lastOfKind = others.findLastIndex((each) => standTogether(each, view));
  const before = others.findIndex(({ id }) => id === beforeId);
  const at = before !== -1 ? before : lastOfKind === -1 ? views.indexOf(view) : lastOfKind + 1;
  return [...others.slice(0, at), view, ...others.slice(at)];
}
