import { useTranslation } from "react-i18next";
import { ChannelIcon } from "../../../components/status";
import { cx } from "../../../components/ui/classes";
import { VirtualList } from "../../../components/ui/virtual-list";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { clock, dayLabel, localZone } from "../../../lib/time-format";
import type { Row } from "./rows";
import { StateBadge } from "./state-badge";
import { useWords } from "./use-words";

type MessageListProps = { rows: readonly Row[]; nameOf: (stepId: string) => string; onChoose: (row: Row) => void };

type Line = { kind: "day"; id: string; at: number | null; count: number } | { kind: "message"; id: string; row: Row };

/** px: two lines of text; days are as high, so that the list can be virtual. */
const ROW_HEIGHT = 56;

/** Every message by the day it leaves. */
export function MessageList({ rows, nameOf, onChoose }: MessageListProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const lines = linesOf(rows);
  return (
    <VirtualList
      label={t("rehearsal.list")}
      rows={lines}
      idOf={(line) => line.id}
      rowHeight={ROW_HEIGHT}
      renderRow={(line) =>
        line.kind === "day" ? (
          <h2 className="flex h-full items-end justify-between border-b border-line px-4 pb-1.5 text-sm font-semibold">
            {line.at === null ? t("rehearsal.openDay") : dayLabel(line.at, language, now)}
            <span className="text-xs font-normal text-faint">{t("rehearsal.count", { count: line.count })}</span>
          </h2>
        ) : (
          <MessageRow row={line.row} name={nameOf(line.row.message.stepId)} onPress={() => onChoose(line.row)} />
        )
      }
    />
  );
}

function linesOf(rows: readonly Row[]): Line[] {
  const counts = new Map<string | null, number>();
  for (const { day } of rows) counts.set(day, (counts.get(day) ?? 0) + 1);
  return rows.flatMap((row, i): Line[] => {
    const message: Line = { kind: "message", id: row.id, row };
    if (i > 0 && rows[i - 1]?.day === row.day) return [message];
    const day: Line = { kind: "day", id: `day:${row.day}`, at: row.message.leavesAt, count: counts.get(row.day) ?? 0 };
    return [day, message];
  });
}

function MessageRow({ row, name, onPress }: { row: Row; name: string; onPress: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { note } = useWords();
  const { message, person, booking, state } = row;
  const { zone } = person;
  const isOff = state === "skipped" || state === "blocked";
  const words = note(message, zone);
  return (
    <button
      type="button"
      onClick={onPress}
      className="flex h-full w-full items-center gap-3 border-b border-line px-4 text-left outline-offset-[-2px] hover:bg-hover"
    >
      <span className={cx("w-12 shrink-0 text-sm tabular-nums", isOff && "text-muted line-through")}>
        {message.leavesAt === null ? "–" : clock(message.leavesAt, language, zone)}
      </span>
      <ChannelIcon channel={message.channel ?? "best"} />
      <span className="flex min-w-0 grow flex-col">
        <span className="flex min-w-0 items-baseline gap-2">
          <span className={cx("truncate text-sm font-medium", isOff && "text-muted")}>{name}</span>
          {words !== null && <span className="truncate text-xs text-muted max-md:hidden">{words}</span>}
        </span>
        <span className="truncate text-xs text-muted">
          {person.name} · {booking.title}
          {zone !== localZone() && ` · ${zone}`}
          {person.entry !== "enters" && ` · ${t(`rehearsal.entries.${person.entry}`)}`}
        </span>
      </span>
      <StateBadge state={state} />
    </button>
  );
}
