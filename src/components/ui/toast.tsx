import { CircleAlert, X } from "lucide-react";
import {
  Button as AriaButton,
  Text,
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { type Shortcut, useShortcuts } from "../../lib/shortcuts";
import { cx } from "./classes";
import { Kbd } from "./kbd";
import { IconButton } from "./button";

type ToastData = { text: string; tone: "plain" | "danger"; undo?: () => void };

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

/** Where toasts appear: at the foot, beside the sidebar, clear of the composer. */
export function Toaster({ className }: { className?: string }) {
  const { t } = useTranslation();
  const shortcuts: Shortcut[] = [
    { id: "undo", keys: "z", also: ["mod+z"], label: t("actions.undo"), group: "general", run: undoNewest },
  ];
  useShortcuts(shortcuts);
  return (
    <ToastRegion
      queue={queue}
      className={cx(
        "fixed bottom-4 z-50 flex w-80 flex-col-reverse gap-2 rounded-lg max-md:inset-x-4 max-md:bottom-[calc(5rem+var(--keyboard,0px))] max-md:w-auto",
        className,
      )}
    >
      {({ toast: item }) => (
        <AriaToast
          toast={item}
          className="float-in flex min-h-11 items-center gap-3 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-4 text-sm shadow-float"
        >
          {item.content.tone === "danger" && <CircleAlert aria-hidden size={16} className="shrink-0 text-danger" />}
          <ToastContent className="grow">
            <Text slot="title">{item.content.text}</Text>
          </ToastContent>
          {item.content.undo !== undefined && (
            <AriaButton
              onPress={() => {
                item.content.undo?.();
                queue.close(item.key);
              }}
              className="flex h-8 items-center gap-2 rounded-md px-2 font-medium max-md:h-11 text-accent-text hover:bg-hover"
            >
              {t("actions.undo")}
              <Kbd keys="z" />
            </AriaButton>
          )}
          <IconButton
            size="sm"
            label={t("common.dismiss")}
            icon={<X size={14} />}
            onPress={() => queue.close(item.key)}
          />
        </AriaToast>
      )}
    </ToastRegion>
  );
}
