import { Link } from "@tanstack/react-router";
import { BellOff, Check, Eye, Flag, Lock, type LucideIcon, Reply, Star, Ticket } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { isCustomerChannel } from "../../../convex/lib/closedSets";
import { ChannelIcon, ThreadStatusBadge } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { cx } from "../../components/ui/classes";
import { RelativeTime } from "../../components/ui/time";
import type { ThreadRow } from "../../lib/api-types";
import type { InboxSearch } from "../../lib/search-params";
import { DueMark } from "./due-mark";
import { threadName } from "../../lib/thread-name";
import { PresenceDot } from "./presence-dot";

type ThreadListRowProps = {
  row: ThreadRow;
  search: InboxSearch;
  isOpen: boolean;
  isChosen: boolean;
  /** Something in the list is chosen: every row shows its box. */
  hasChosen: boolean;
  onChoose: (id: string, isRange: boolean) => void;
};

/** One conversation in the list, and the box to choose it with. */
export const ThreadListRow = memo(function ThreadListRow(props: ThreadListRowProps) {
  const { row, hasChosen, isChosen, onChoose } = props;
  const { t } = useTranslation();
  const name = hasCustomer(row) ? threadName(row, t) : row.subject;
  return (
    <div data-row-id={row.id} className="group relative h-full">
      <RowLink {...props} name={name} />
      {/* Over the picture of the person: on the way of a mouse, and for a thumb. */}
      <button
        type="button"
        role="checkbox"
        aria-checked={isChosen}
        aria-label={t("bulk.choose", { name })}
        data-testid="choose-row"
        onClick={(event) => onChoose(row.id, event.shiftKey)}
        className={cx(
          "absolute top-2 left-3 flex size-12 items-center justify-center transition-opacity group-hover:opacity-100 focus-visible:opacity-100",
          hasChosen ? "opacity-100" : "opacity-0",
        )}
      >
        <span
          className={cx(
            "flex size-10 items-center justify-center rounded-md border",
            isChosen ? "border-accent bg-accent text-on-accent" : "border-edge bg-surface",
          )}
        >
          {isChosen && <Check aria-hidden size={16} strokeWidth={3} />}
        </span>
      </button>
    </div>
  );
});

/** The team's own conversations go by what they are about. */
function hasCustomer(row: ThreadRow): boolean {
  return row.contact !== null || isCustomerChannel(row.channel);
}

/** Who, what about, the last words, and what needs attention. */
function RowLink(props: ThreadListRowProps & { name: string }) {
  const { row, search, isOpen, isChosen, hasChosen, onChoose, name } = props;
  const { t } = useTranslation();
  const isInternal = !hasCustomer(row);
  // Chats have no subject, and the team's conversations have it for a name: their last words take its place.
  const isHeadless = isInternal || row.subject === "";
  return (
    <Link
      to="/inbox/$threadId"
      params={{ threadId: row.id }}
      search={search}
      data-testid="thread-row"
      aria-current={isOpen ? "true" : undefined}
      onClick={(event) => {
        if (!event.shiftKey) return;
        event.preventDefault();
        onChoose(row.id, true);
      }}
      className={cx(
        "flex h-full gap-3 border-b border-line px-4 py-2.5 outline-offset-[-2px] transition-colors",
        isChosen ? "bg-accent-soft" : isOpen ? "bg-selected" : "hover:bg-hover",
      )}
    >
      <span className="relative mt-0.5 shrink-0 self-start">
        <Avatar name={name} size="lg" className="size-8" />
        <PresenceDot threadId={row.id} />
        {/* Its corner would look out from under the box. */}
        <span
          className={cx(
            "absolute -right-1 -bottom-1 flex size-4 items-center justify-center rounded-full border border-line bg-surface text-muted group-hover:opacity-0",
            hasChosen && "opacity-0",
          )}
        >
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
          <span className={cx("flex min-w-0 grow items-center gap-1.5 text-sm", row.isUnread && "font-medium")}>
            {isHeadless ? <LastWords row={row} /> : <span className="truncate">{row.subject}</span>}
          </span>
          {row.status !== "open" && <ThreadStatusBadge status={row.status} />}
        </span>
        <span className="mt-0.5 flex items-center gap-1.5 text-xs text-muted">
          {/* The last words give way first, whole where hardly one would be left, then the tags. */}
          <span className="@container flex min-w-0 grow">
            <span className="hidden w-full min-w-0 items-center gap-1.5 @min-[2.5rem]:flex">
              {isInternal && <span className="truncate">{t(`channels.${row.channel}`)}</span>}
              {!isHeadless && <LastWords row={row} />}
            </span>
          </span>
          {row.isTicket && (
            <span className="shrink-0 text-faint" title={t("inbox.ticket")}>
              <Ticket aria-hidden size={13} />
              <span className="sr-only">{t("inbox.ticket")}</span>
            </span>
          )}
          <RowTags tags={row.tags} room={isPressing(row) && isDue(row) ? 1 : 2} />
          <RowMarks row={row} />
        </span>
      </span>
    </Link>
  );
}

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

function isPressing({ priority }: ThreadRow): boolean {
  return priority !== "normal" && priority !== "low";
}

function isDue(row: ThreadRow): boolean {
  return row.responseDueAt !== undefined && row.isOpen;
}

/** As many tags as there is room for; the others are counted. */
function RowTags({ tags, room }: { tags: readonly string[]; room: 1 | 2 }) {
  const { t } = useTranslation();
  if (tags.length === 0) return null;
  const more = tags.length - room;
  return (
    <span className="flex max-w-1/2 min-w-0 items-center gap-1" title={more > 0 ? tags.join(", ") : undefined}>
      <span className="sr-only">{t("inbox.tags")}</span>
      {tags.slice(0, room).map((tag) => (
        <span key={tag} className="max-w-24 min-w-0 truncate rounded-sm bg-sunken px-1 text-2xs leading-4 text-muted">
          {tag}
        </span>
      ))}
      {more > 0 && <span className="shrink-0 text-2xs text-faint">+{more}</span>}
    </span>
  );
}

function RowMarks({ row }: { row: ThreadRow }) {
  const { t } = useTranslation();
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      {row.isStarred && <Mark icon={Star} label={t("personal.starred")} className="text-warn" />}
      {row.isFollowing && <Mark icon={Eye} label={t("personal.following")} />}
      {row.isMuted && <Mark icon={BellOff} label={t("personal.muted")} />}
      {row.responseDueAt !== undefined && row.isOpen && <DueMark at={row.responseDueAt} />}
      {isPressing(row) && (
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

function Mark({ icon: Icon, label, className }: { icon: LucideIcon; label: string; className?: string }) {
  return (
    <span title={label} className={cx("inline-flex", className)}>
      <Icon aria-hidden size={12} />
      <span className="sr-only">{label}</span>
    </span>
  );
}
