import { useCallback, useEffect, useRef, useState } from "react";
import type { Id } from "../../../../convex/_generated/dataModel";
import { among, extendTo, isEveryRow, NOTHING_CHOSEN, type Selection, toggle } from "./selection";

/** The chosen rows of a list; `scope` names what is listed: when it changes, nothing is chosen. */
export function useSelection(order: readonly Id<"threads">[], scope: string) {
  const [kept, setKept] = useState<{ scope: string; selection: Selection }>({ scope, selection: NOTHING_CHOSEN });
  const selection = among(kept.scope === scope ? kept.selection : NOTHING_CHOSEN, order);
  const latest = useRef({ selection, order, scope });
  useEffect(() => {
    latest.current = { selection, order, scope };
  });
  const set = useCallback((change: (selection: Selection, order: readonly string[]) => Selection) => {
    const { selection: now, order: rows, scope: place } = latest.current;
    setKept({ scope: place, selection: change(now, rows) });
  }, []);
  const choose = useCallback(
    (id: string, isRange: boolean) => set((now, rows) => (isRange ? extendTo(now, rows, id) : toggle(now, id))),
    [set],
  );
  return {
    ...selection,
    count: selection.ids.size,
    isEveryRow: isEveryRow(selection, order),
    choose,
    clear: useCallback(() => set(() => NOTHING_CHOSEN), [set]),
    chooseAllRows: () => set((now, rows) => ({ ids: new Set(rows), anchor: now.anchor, isAllMatching: false })),
    chooseAllMatching: () => set((now) => ({ ...now, isAllMatching: true })),
    /** Chooses `from` and the row beside it; the first row where there is none. */
    extend: (by: 1 | -1, from: string | null) =>
      set((now, rows) => {
        const at = rows.indexOf(from ?? "");
        const start = at === -1 ? now : extendTo({ ...now, anchor: from }, rows, rows[at] ?? "");
        const next = rows[at === -1 ? 0 : at + by];
        return next === undefined ? start : extendTo(start, rows, next);
      }),
  };
}

export type ListSelection = ReturnType<typeof useSelection>;
