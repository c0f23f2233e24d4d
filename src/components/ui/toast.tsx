import { useEffect, useState } from "react";
import { UNSTABLE_ToastQueue as ToastQueue } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { later } from "../../lib/later";
import { type Shortcut, useShortcuts } from "../../lib/shortcuts";

export type ToastData = { text: string; tone: "plain" | "danger"; undo?: () => void };

/** Long enough to read and to reach for "Undo" (product.md 3.2: ten seconds). */
const UNDO_MS = 10_000;
/** React Aria refuses less than five seconds, for those who read slowly. */
const PLAIN_MS = 5_000;

const queue = new ToastQueue<ToastData>({ maxVisibleToasts: 3 });

/**
 * Says what happened; with `undo` also offers the way back (button and `z`), for ten seconds or `forMs`. Returns what takes
 * it away early.
 */
export function toast(text: string, options: { undo?: () => void; forMs?: number } = {}): () => void {
  const { undo, forMs } = options;
  const content: ToastData = { text, tone: "plain", ...(undo === undefined ? {} : { undo }) };
  if (forMs === undefined) {
    const known = queue.add(content, { timeout: undo ? UNDO_MS : PLAIN_MS });
    return () => queue.close(known);
  }
  // The way back ends at its own time, whoever rests the pointer on it.
  const key = queue.add(content);
  const timer = setTimeout(() => queue.close(key), forMs);
  return () => {
    clearTimeout(timer);
    queue.close(key);
  };
}

/** Says what went wrong. Stays until it is closed. */
export function toastError(text: string): void {
  queue.add({ text, tone: "danger" });
}

function undoNewest(): void {
  const newest = queue.visibleToasts.find(({ content }) => content.undo !== undefined);
  if (newest === undefined) return;
  newest.content.undo?.();
  queue.close(newest.key);
}

const ToastList = later(async () => (await import("./toast-list")).ToastList);

/** Where toasts appear: at the foot, beside the sidebar, clear of the composer. */
export function Toaster({ className }: { className?: string }) {
  const { t } = useTranslation();
  const [hasToast, setHasToast] = useState(queue.visibleToasts.length > 0);
  useEffect(() => queue.subscribe(() => setHasToast(queue.visibleToasts.length > 0)), []);
  const shortcuts: Shortcut[] = [
    { id: "undo", keys: "z", also: ["mod+z"], label: t("actions.undo"), group: "general", run: undoNewest },
  ];
  useShortcuts(shortcuts);
  return hasToast ? <ToastList queue={queue} className={className} /> : null;
}
