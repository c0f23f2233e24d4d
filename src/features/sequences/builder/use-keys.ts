import { useEffect, useRef } from "react";
import { isTyping } from "../../../lib/keyboard";
import { overlayIsOpen } from "../../../lib/shortcuts";
import type { Direction } from "./layout";

export type KeyActions = {
  walk: (direction: Direction) => void;
  add: () => void;
  remove: () => void;
  close: () => void;
  undo: () => void;
  redo: () => void;
  copy: () => void;
  paste: () => void;
  duplicate: () => void;
};

const ARROWS: Record<string, Direction> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

function actionOf(event: KeyboardEvent): keyof KeyActions | null {
  const key = event.key.toLowerCase();
  if (event.altKey) return null;
  if (event.ctrlKey || event.metaKey) {
    if (key === "z") return event.shiftKey ? "redo" : "undo";
    if (event.shiftKey) return null;
    if (key === "y") return "redo";
    // What is marked as text is copied as text.
    if (key === "c") return window.getSelection()?.isCollapsed === false ? null : "copy";
    if (key === "v") return "paste";
    return key === "d" ? "duplicate" : null;
  }
  if (key === "+") return "add";
  if (key === "delete" || key === "backspace") return "remove";
  if (key === "escape") return "close";
  return event.key in ARROWS ? "walk" : null;
}

/**
 * The keys of the builder (product.md 4.3): before all others, so that an arrow on a plus walks on and "undo" means the
 * journey here; never while something is typed or a menu is open.
 */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.isComposing || isTyping(target) || overlayIsOpen()) return;
      const inBody =
        target === document.body || (target instanceof Element && target.closest("[data-journey]") !== null);
      const action = actionOf(event);
      // Arrows and the like belong to what has the keyboard: only on the journey itself.
      const isOurs = event.ctrlKey || event.metaKey || inBody;
      if (action === null || !isOurs) return;
      event.preventDefault();
      event.stopPropagation();
      const direction = ARROWS[event.key];
      if (action === "walk") {
        if (direction !== undefined) latest.current.walk(direction);
      } else latest.current[action]();
    };
    // On the document, not the window: what notes there that a key was pressed, and not the mouse, still hears of it.
    document.addEventListener("keydown", onKeyDown, { capture: true });
    return () => document.removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
}
