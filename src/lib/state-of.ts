import { useCallback, useLayoutEffect, useRef, useState } from "react";

type Next<T> = T | ((before: T) => T);

/**
 * State that belongs to one thing, named by `of`, on a screen that stays while the thing changes: another thing begins with
 * `initial` again, and what is set late for the one before is lost.
 */
export function useStateOf<T>(of: string, initial: T): [T, (next: Next<T>) => void] {
  const first = useRef(initial);
  const [kept, setKept] = useState({ of, value: initial });
  const shown = useRef(of);
  useLayoutEffect(() => {
    shown.current = of;
  }, [of]);
  const set = useCallback(
    (next: Next<T>) => {
      if (shown.current !== of) return;
      setKept((all) => {
        const before = all.of === of ? all.value : first.current;
        return { of, value: next instanceof Function ? next(before) : next };
      });
    },
    [of],
  );
  return [kept.of === of ? kept.value : initial, set];
}
