import { ArrowDown } from "lucide-react";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Channel } from "../../../convex/lib/closedSets";
import { Button } from "../../components/ui/button";
import { SkeletonRows } from "../../components/ui/skeleton";
import type { MessageRow } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { dayLabel } from "../../lib/time-format";
import { MessageItem } from "./message-item";
import { timelineItems } from "./timeline-items";

type TimelineProps = {
  messages: readonly MessageRow[];
  status: "LoadingFirstPage" | "CanLoadMore" | "LoadingMore" | "Exhausted";
  onEarlier: () => void;
  /** The conversation's channel: messages on another one say so. */
  channel: Channel;
};

/** Scrolled further up than this, new messages do not pull the reader down. */
const AT_END_PX = 60;

/**
 * The conversation, oldest on top. The scroller is turned around (column-reverse), so that the browser itself keeps the
 * end in view while messages arrive and keeps the place while earlier ones load.
 */
export function Timeline({ messages, status, onEarlier, channel }: TimelineProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const scroller = useRef<HTMLDivElement>(null);
  const items = useMemo(() => timelineItems(messages), [messages]);
  const unseen = useUnseen(scroller, messages[0]?.id ?? null);
  if (status === "LoadingFirstPage") return <SkeletonRows count={4} className="grow" />;
  return (
    <div className="relative flex min-h-0 grow flex-col">
      <div
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={t("thread.timeline")}
        onScroll={unseen.onScroll}
        className="flex min-h-0 grow flex-col-reverse overflow-y-auto overscroll-contain outline-offset-[-2px]"
      >
        <ol aria-live="polite" className="mx-auto flex w-full max-w-3xl flex-col px-4 pt-4 pb-6 max-md:px-3">
          {status !== "Exhausted" && (
            <li className="flex justify-center pb-4">
              <Button size="sm" onPress={onEarlier} isDisabled={status === "LoadingMore"}>
                {t("thread.earlier")}
              </Button>
            </li>
          )}
          {items.map((item) =>
            item.kind === "day" ? (
              <li key={item.key} className="flex items-center gap-3 pt-4 pb-1 text-2xs font-medium text-faint">
                <span aria-hidden className="h-px grow bg-line" />
                {dayLabel(item.at, language, now)}
                <span aria-hidden className="h-px grow bg-line" />
              </li>
            ) : (
              <li key={item.key}>
                <MessageItem message={item.message} isFollowUp={item.isFollowUp} threadChannel={channel} />
              </li>
            ),
          )}
        </ol>
      </div>
      {unseen.hasUnseen && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
          <Button
            size="sm"
            variant="primary"
            icon={<ArrowDown aria-hidden size={13} />}
            onPress={() => scroller.current?.scrollTo({ top: 0 })}
            className="pointer-events-auto rounded-full px-3 shadow-float"
          >
            {t("thread.newBelow")}
          </Button>
        </div>
      )}
    </div>
  );
}

function isAtEnd(scroller: HTMLElement | null): boolean {
  return Math.abs(scroller?.scrollTop ?? 0) < AT_END_PX;
}

/** Whether something arrived below what the reader sees. */
function useUnseen(scroller: RefObject<HTMLDivElement | null>, newestId: string | null) {
  const [hasUnseen, setHasUnseen] = useState(false);
  const known = useRef(newestId);
  useEffect(() => {
    if (known.current !== null && newestId !== known.current && !isAtEnd(scroller.current)) setHasUnseen(true);
    known.current = newestId;
  }, [newestId, scroller]);
  const onScroll = () => {
    if (isAtEnd(scroller.current)) setHasUnseen(false);
  };
  return { hasUnseen, onScroll };
}
