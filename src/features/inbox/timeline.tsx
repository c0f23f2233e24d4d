import { ArrowDown, Split } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ThreadChannel } from "../../../convex/lib/closedSets";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { SkeletonRows } from "../../components/ui/skeleton";
import type { MessageRow } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { dayLabel } from "../../lib/time-format";
import { GoToMessage } from "./chats/chat-context";
import { MessageItem } from "./message-item";
import { type TimelineItem, timelineItems } from "./timeline-items";
import { useTimelineRows } from "./use-timeline-rows";

type TimelineProps = {
  messages: readonly MessageRow[];
  status: "LoadingFirstPage" | "CanLoadMore" | "LoadingMore" | "Exhausted";
  onEarlier: () => void;
  /** The conversation's channel: messages on another one say so. */
  channel: ThreadChannel;
  /** Begins to split at a message; absent for who may not. */
  onSplit?: ((from: MessageRow["id"]) => void) | undefined;
};

/** Earlier messages are asked for when the reader is this many from the first one loaded. */
const EARLIER_MARGIN = 12;
/** Of a long message, what is read out when it arrives. */
const ANNOUNCED_SIGNS = 200;

/** The conversation, oldest on top, open at its end. However long it is, only what is seen of it is in the page. */
export function Timeline(props: TimelineProps) {
  if (props.status === "LoadingFirstPage") return <SkeletonRows count={4} className="grow" />;
  return <LoadedTimeline {...props} />;
}

function LoadedTimeline({ messages, status, onEarlier, channel, onSplit }: TimelineProps) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const items = useMemo(() => timelineItems(messages), [messages]);
  const ids = useMemo(() => new Set(messages.map(({ id }) => id)), [messages]);
  const virtual = useTimelineRows(scroller, items);
  const rows = virtual.getVirtualItems();
  const unseen = useUnseen(() => virtual.isAtEnd(), messages[0]?.id ?? null);
  const [hasScrolled, setHasScrolled] = useState(false);
  const isNearStart = (virtual.range?.startIndex ?? EARLIER_MARGIN) < EARLIER_MARGIN;
  const isWanted = hasScrolled && isNearStart && status === "CanLoadMore";
  useEffect(() => {
    if (isWanted) onEarlier();
  }, [isWanted, onEarlier]);
  const linked = useLinked({ items, canLoadMore: status === "CanLoadMore", onEarlier, goTo: virtual.scrollToIndex });
  return (
    <div className="relative flex min-h-0 grow flex-col">
      <div
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={t("thread.timeline")}
        onScroll={unseen.onScroll}
        onWheel={() => setHasScrolled(true)}
        onTouchMove={() => setHasScrolled(true)}
        onKeyDown={() => setHasScrolled(true)}
        onPointerDown={() => setHasScrolled(true)}
        className="flex min-h-0 grow flex-col overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none]"
      >
        <div className="relative mx-auto mt-auto w-full max-w-3xl shrink-0" style={{ height: virtual.getTotalSize() }}>
          {status !== "Exhausted" && (
            <div className="absolute inset-x-0 top-3 flex justify-center">
              <Button size="sm" onPress={onEarlier} isDisabled={status === "LoadingMore"}>
                {t("thread.earlier")}
              </Button>
            </div>
          )}
          <GoToMessage value={linked.goTo}>
            <ol>
              {rows.map((row) => {
                const item = items[row.index];
                if (item === undefined) return null;
                return (
                  <li
                    key={item.key}
                    ref={virtual.measureElement}
                    data-index={row.index}
                    data-key={item.key}
                    aria-setsize={status === "Exhausted" ? items.length : -1}
                    aria-posinset={row.index + 1}
                    className={cx(
                      "absolute inset-x-0 top-0 px-4 max-md:px-3",
                      item.key === linked.key && "bg-accent-soft/50",
                    )}
                    {...(item.key === linked.key ? { "aria-current": true } : {})}
                    style={{ transform: `translateY(${row.start}px)` }}
                  >
                    {item.isNewDay && <DayLine at={item.message.at} />}
                    <MessageItem message={item.message} isFollowUp={item.isFollowUp} threadChannel={channel} />
                    {item.message.splitAt !== undefined && ids.has(item.message.splitAt) && (
                      <SplitHere at={item.message.splitAt} onSplit={onSplit} />
                    )}
                  </li>
                );
              })}
            </ol>
          </GoToMessage>
        </div>
      </div>
      <Arrivals newest={items.at(-1)} />
      {unseen.hasUnseen && <NewBelow onPress={() => virtual.scrollToEnd()} />}
    </div>
  );
}

function NewBelow({ onPress }: { onPress: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
      <Button
        size="sm"
        variant="primary"
        icon={<ArrowDown aria-hidden size={13} />}
        onPress={onPress}
        className="pointer-events-auto rounded-full px-3 shadow-float"
      >
        {t("thread.newBelow")}
      </Button>
    </div>
  );
}

function SplitHere({ at, onSplit }: { at: MessageRow["id"]; onSplit: TimelineProps["onSplit"] }) {
  const { t } = useTranslation();
  if (onSplit === undefined) return null;
  return (
    <div className="flex justify-center pb-2">
      <Button size="sm" icon={<Split aria-hidden size={13} />} onPress={() => onSplit(at)}>
        {t("merging.splitHere")}
      </Button>
    </div>
  );
}

function DayLine({ at }: { at: number }) {
  const language = useLanguage();
  const now = useNow();
  return (
    <p className="flex items-center gap-3 pt-4 pb-1 text-2xs font-medium text-faint">
      <span aria-hidden className="h-px grow bg-line" />
      {dayLabel(at, language, now)}
      <span aria-hidden className="h-px grow bg-line" />
    </p>
  );
}

/** Reads out what arrives. The list cannot: it would read what one scrolls to as well. */
function Arrivals({ newest }: { newest: TimelineItem | undefined }) {
  const known = useRef(newest?.key);
  const [text, setText] = useState("");
  useEffect(() => {
    if (newest === undefined || newest.key === known.current) return;
    known.current = newest.key;
    setText(`${newest.message.senderName}: ${newest.message.text.slice(0, ANNOUNCED_SIGNS)}`);
  }, [newest]);
  return (
    <div role="status" className="sr-only">
      {text}
    </div>
  );
}

type Linked = {
  items: readonly TimelineItem[];
  canLoadMore: boolean;
  onEarlier: () => void;
  goTo: (index: number, options: { align: "center" }) => void;
};

/**
 * The message that the address names, or a quote afterwards, is gone to once it is loaded; its key, so that it is seen which
 * one it is.
 */
function useLinked({ items, canLoadMore, onEarlier, goTo }: Linked) {
  const [wish, setWish] = useState(() => ({ id: window.location.hash.slice(1), count: 0 }));
  const done = useRef(-1);
  const { id, count } = wish;
  const index = id === "" ? -1 : items.findIndex(({ message }) => message.id === id);
  useEffect(() => {
    if (id === "" || done.current === count) return;
    if (index === -1) {
      if (canLoadMore) onEarlier();
      return;
    }
    done.current = count;
    goTo(index, { align: "center" });
  }, [id, count, index, canLoadMore, onEarlier, goTo]);
  const go = useCallback((wanted: string) => setWish((before) => ({ id: wanted, count: before.count + 1 })), []);
  return { key: items[index]?.key ?? null, goTo: go };
}

/** Whether something arrived below what the reader sees. */
function useUnseen(isAtEnd: () => boolean, newestId: string | null) {
  const [hasUnseen, setHasUnseen] = useState(false);
  const known = useRef(newestId);
  const wasAtEnd = useRef(true);
  useEffect(() => {
    if (known.current !== null && newestId !== known.current && !wasAtEnd.current) setHasUnseen(true);
    known.current = newestId;
  }, [newestId]);
  const onScroll = () => {
    wasAtEnd.current = isAtEnd();
    if (wasAtEnd.current) setHasUnseen(false);
  };
  return { hasUnseen, onScroll };
}
