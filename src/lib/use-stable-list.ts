import { useCallback, useEffect, useRef, useState } from "react";
import { holdOrder, type StableList } from "./stable-list";

/**
 * Live rows for a list: in their true order while nobody is pointing at them, held still while `isHeld`. `scope` names
 * what is listed (view, filter): when it changes, the list starts afresh.
 */
export function useStableList<T>(
  fresh: readonly T[],
  idOf: (row: T) => string,
  options: { isHeld: boolean; scope: string },
): StableList<T> & { release: () => void } {
  const shown = useRef<{ scope: string; ids: readonly string[] }>({ scope: options.scope, ids: [] });
  const [, rerender] = useState(0);
  const isHeld = options.isHeld && shown.current.scope === options.scope && shown.current.ids.length > 0;
  const list = isHeld ? holdOrder(shown.current.ids, fresh, idOf) : { rows: [...fresh], newCount: 0 };
  useEffect(() => {
    shown.current = { scope: options.scope, ids: list.rows.map(idOf) };
  });
  const release = useCallback(() => {
    shown.current = { scope: "", ids: [] };
    rerender((count) => count + 1);
  }, []);
  return { ...list, release };
}
