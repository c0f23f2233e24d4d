import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * For something that may go from the page while it, or a dialog of its own, has the focus: whoever works by keyboard goes on
 * from the section around it, not from the top of the page.
 */
export function useFocusHeir<T extends HTMLElement>(): RefObject<T | null> {
  const ref = useRef<T>(null);
  useLayoutEffect(() => {
    const heir = ref.current?.closest<HTMLElement>("section, [role=dialog]");
    return () => {
      const hadFocus = document.activeElement !== document.body;
      if (heir === null || heir === undefined || !hadFocus) return;
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body || !heir.isConnected) return;
        if (!heir.hasAttribute("tabindex")) heir.tabIndex = -1;
        heir.focus({ preventScroll: true });
      });
    };
  }, []);
  return ref;
}
