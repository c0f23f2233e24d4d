import { Link } from "@tanstack/react-router";
import { Clock, Flag, Lock, Reply } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { ChannelIcon, ThreadStatusBadge } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { cx } from "../../components/ui/classes";
import { RelativeTime } from "../../components/ui/time";
import type { ThreadRow } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import type { InboxSearch } from "../../lib/search-params";
import { dueText } from "./deadline-figures";

type ThreadListRowProps = { row: ThreadRow; search: InboxSearch; isOpen: boolean };

/** One conversation in the list: who, what about, the last words, and what needs attention. */
export const ThreadListRow = memo(function ThreadListRow({ row, search, isOpen }: ThreadListRowProps) {
  const { t } = useTranslation();
  const name = row.contact?.name ?? t("common.unknownPerson");
  return (
    <Link
      to="/inbox/$threadId"
      params={{ threadId: row.id }}
      search={search}
      data-testid="thread-row"
      aria-current={isOpen ? "true" : undefined}
      className={cx(
        "flex h-full gap-3 border-b border-line px-4 py-2.5 outline-offset-[-2px] transition-colors",
        isOpen ? "bg-selected" : "hover:bg-hover",
      )}
    >
      <span className="relative mt-0.5 shrink-0 self-start">
        <Avatar name={name} size="lg" className="size-8" />
        <span className="absolute -right-1 -bottom-1 flex size-4 items-center justify-center rounded-full border border-line bg-surface text-muted">
          <ChannelIcon channel={row.channel} size={10} />
        </span>
      </span>
      <span className="flex min-w-0 grow flex-col">
        <span className="flex items-baseline gap-2">
          <span className={cx("min-w-0 grow truncate text-sm", row.isUnread ? "font-semibold" : "font-medium")}>
            {name}
          </span>
          <RelativeTime at={row.lastMessageAt} className="shrink-0 text-xs text-faint" />
          {row.isUnread && (
            <span className="size-2 shrink-0 self-center rounded-full bg-accent">
              <span className="sr-only">{t("inbox.unread")}</span>
            </span>
          )}
        </span>
        <span className="flex min-w-0 items-center gap-2">
          {/* Chats have no subject: their last words take its place. */}
          <span className={cx("flex min-w-0 grow items-center gap-1.5 text-sm", row.isUnread && "font-medium")}>
            {row.subject === "" ? <LastWords row={row} /> : <span className="truncate">{row.subject}</span>}
          </span>
          {row.status !== "open" && <ThreadStatusBadge status={row.status} />}
        </span>
        <span className="mt-0.5 flex items-center gap-1.5 text-xs text-muted">
          <span className="flex min-w-0 grow items-center gap-1.5">
            {row.subject !== "" && <LastWords row={row} />}
          </span>
          <RowMarks row={row} />
        </span>
      </span>
    </Link>
  );
});

function LastWords({ row }: { row: ThreadRow }) {
  const isOurs = row.lastMessageType === "outgoing" || row.lastMessageType === "auto_response";
  return (
    <>
      {isOurs && <Reply aria-hidden size={12} className="shrink-0 text-faint" />}
      {row.lastMessageType === "internal_note" && <Lock aria-hidden size={11} className="shrink-0 text-faint" />}
      <span className="min-w-0 truncate">{row.lastMessagePreview}</span>
    </>
  );
}

function RowMarks({ row }: { row: ThreadRow }) {
  const { t } = useTranslation();
  const isPressing = row.priority !== "normal" && row.priority !== "low";
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      {row.responseDueAt !== undefined && row.isOpen && <DueMark at={row.responseDueAt} />}
      {isPressing && (
        <span className={cx("inline-flex items-center gap-1", row.priority === "high" ? "text-warn" : "text-danger")}>
          <Flag aria-hidden size={12} />
          {t(`priorities.${row.priority}`)}
        </span>
      )}
      {row.assignee !== null && (
        <span title={t("inbox.assignedTo", { name: row.assignee.name })} className="inline-flex">
          <Avatar name={row.assignee.name} size="sm" tone="accent" />
          <span className="sr-only">{t("inbox.assignedTo", { name: row.assignee.name })}</span>
        </span>
      )}
    </span>
  );
}

/** Shown from here on: earlier, the due time is no news. */
const DUE_SOON_MS = 2 * 3_600_000;

function DueMark({ at }: { at: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  if (at - now > DUE_SOON_MS) return null;
  const isLate = at < now;
  return (
    <span className={cx("inline-flex items-center gap-1", isLate ? "text-danger" : "text-warn")}>
      <Clock aria-hidden size={12} />
      {dueText(at, now, language, t)}
    </span>
  );
}
