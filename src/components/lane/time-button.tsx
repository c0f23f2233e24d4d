import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent } from "react-aria-components";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { LaneMessage } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { clock, dateTime, localZone } from "../../lib/time-format";
import { cx } from "../ui/classes";
import { nudged } from "./lane-days";
import type { LaneDeeds } from "./use-lane-deeds";

/** Several presses of an arrow are one move: this long after the last one it is carried out. */
const SETTLE_MS = 700;

type TimeButtonProps = { message: LaneMessage; isDisabled: boolean; deeds: LaneDeeds; onOpen: () => void };

/** When a message leaves. Arrow keys move it by a quarter of an hour, with Shift by a day; Enter asks for a time. */
export function TimeButton({ message, isDisabled, deeds, onOpen }: TimeButtonProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const [moved, setMoved] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const forget = () => {
    clearTimeout(timer.current);
    setMoved(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = DIRECTIONS[event.key];
    if (event.key === "Escape" && moved !== null) return forget();
    if (direction === undefined || event.altKey || event.ctrlKey || event.metaKey) return event.continuePropagation();
    event.preventDefault();
    const by = event.shiftKey ? { days: direction, steps: 0 } : { days: 0, steps: direction };
    const to = nudged(moved ?? message.dueAt, by, localZone());
    setMoved(to);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const done = to === message.dueAt ? Promise.resolve() : deeds.move(message, to);
      void done.finally(() => setMoved(null));
    }, SETTLE_MS);
  };
  const at = moved ?? message.at;
  return (
    <AriaButton
      isDisabled={isDisabled}
      onPress={onOpen}
      onKeyDown={onKeyDown}
      aria-label={t("lane.timeOf", {
        title: message.subject || message.sourceLabel,
        at: dateTime(at, language, now),
      })}
      className={cx(
        "h-6 w-12 shrink-0 cursor-default rounded-sm text-left text-sm tabular-nums max-md:h-11",
        moved !== null && "text-accent-text",
        !isDisabled && "underline decoration-line-strong underline-offset-2 hover:decoration-current",
      )}
    >
      <span aria-live="polite">{moved === null ? clock(at, language) : dateTime(at, language, now)}</span>
    </AriaButton>
  );
}

const DIRECTIONS: Partial<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
