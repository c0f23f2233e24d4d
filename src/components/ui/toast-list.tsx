import { CircleAlert, X } from "lucide-react";
import type { CSSProperties } from "react";
import {
  Button as AriaButton,
  Text,
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastContent as ToastContent,
  type UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useFootHeight } from "../../lib/foot";
import { cx } from "./classes";
import { Kbd } from "./kbd";
import { IconButton } from "./button";
import type { ToastData } from "./toast";

type ToastListProps = { queue: ToastQueue<ToastData>; className: string | undefined };

/** The toasts that are shown: in a file of its own, for the first screen has none. */
export function ToastList({ queue, className }: ToastListProps) {
  const { t } = useTranslation();
  const foot = useFootHeight();
  return (
    <ToastRegion
      queue={queue}
      style={{ "--foot": `${foot}px` } as CSSProperties}
      className={cx(
        "fixed bottom-4 z-50 flex w-80 flex-col-reverse gap-2 rounded-lg max-md:inset-x-4 max-md:bottom-[calc(5rem+var(--foot)+var(--keyboard,0px))] max-md:w-auto",
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
