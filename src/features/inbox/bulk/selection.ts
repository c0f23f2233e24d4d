// Which rows of the list are chosen (product.md 3.1: x, ⇧J, ⇧K, shift-click; 3.2, bulk bar).

export type Selection = {
  ids: ReadonlySet<string>;
  /** Where a range begins: the row that was chosen last. */
  anchor: string | null;
  /** Not only these, but all that the filter finds. */
  isAllMatching: boolean;
};

export const NOTHING_CHOSEN: Selection = { ids: new Set(), anchor: null, isAllMatching: false };

/** Chooses a row, or gives it up. */
export function toggle({ ids }: Selection, id: string): Selection {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return { ids: next, anchor: id, isAllMatching: false };
}

/** Chooses every row from the anchor to `id`, both included, beside what is chosen; without an anchor only `id`. */
export function extendTo({ ids, anchor }: Selection, order: readonly string[], id: string): Selection {
  const to = order.indexOf(id);
  if (to === -1) return { ids, anchor, isAllMatching: false };
  const found = anchor === null ? -1 : order.indexOf(anchor);
  const from = found === -1 ? to : found;
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...ids, ...range]), anchor: id, isAllMatching: false };
}

/** What is left of the choice when rows went out of the list. The same object when nothing changed. */
export function among(selection: Selection, order: readonly string[]): Selection {
  const listed = new Set(order);
  const kept = [...selection.ids].filter((id) => listed.has(id));
  return kept.length === selection.ids.size ? selection : { ...selection, ids: new Set(kept) };
}

/** True when every row of a list that has rows is chosen. */
export function isEveryRow({ ids }: Selection, order: readonly string[]): boolean {
  return order.length > 0 && order.every((id) => ids.has(id));
}
