import { useCallback, useState } from "react";
import { holdOrder, type StableList } from "./stable-list";

type Shown = { scope: string; ids: readonly string[] };

const NOTHING: Shown = { scope: "", ids: [] };

/**
 * Live rows for a list: in their true order while nobody is pointing at them, held still while `isHeld`. `scope` names
 * what is listed (view, filter): when it changes, the list starts afresh.
 */
export function useStableList<T>(
  fresh: readonly T[],
  idOf: (row: T) => string,
  options: { isHeld: boolean; scope: string },
): StableList<T> & { release: () => void } {
  const [shown, setShown] = useState(NOTHING);
  const isHeld = options.isHeld && shown.scope === options.scope && shown.ids.length > 0;
  const list = isHeld ? holdOrder(shown.ids, fresh, idOf) : { rows: [...fresh], newCount: 0 };
  const ids = list.rows.map(idOf);
  // What is on the screen now is what the next held list keeps still.
  if (shown.scope !== options.scope || !isSameOrder(shown.ids, ids)) setShown({ scope: options.scope, ids });
  const release = useCallback(() => setShown(NOTHING), []);
  return { ...list, release };
}

function isSameOrder(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
