import { Link } from "@tanstack/react-router";
import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import type { api } from "../../../convex/_generated/api";
import { ChannelIcon, ThreadStatusBadge } from "../status";
import { TicketStatusBadge } from "../ticket/ticket-state";
import { RelativeTime } from "../ui/time";
import { CARD } from "./booking-card";

type Thread = FunctionReturnType<typeof api.inbox.ofContact.queries.threads>["page"][number];

/** A conversation in a list beside a person or an organisation; `withName` says whose it is. */
export function ThreadCard({ thread, withName = false }: { thread: Thread; withName?: boolean }) {
  const { t } = useTranslation();
  const { contact, orders, ticketStatus } = thread;
  return (
    <Link to="/inbox/$threadId" params={{ threadId: thread.id }} className={CARD}>
      <span className="flex items-center gap-2 text-sm">
        <span className="text-muted">
          <ChannelIcon channel={thread.channel} />
        </span>
        <span className="min-w-0 grow truncate font-medium">{thread.subject || `#${thread.number}`}</span>
      </span>
      <span className="flex flex-wrap items-center justify-between gap-x-2 gap-y-1 text-xs text-muted">
        <span className="min-w-0">
          {withName && contact !== null && `${contact.name} · `}
          {thread.subject !== "" && `#${thread.number} · `}
          <RelativeTime at={thread.lastMessageAt} />
          {orders.map((order) => ` · ${t("person.orderShort", { order })}`)}
        </span>
        {ticketStatus === null ? (
          <ThreadStatusBadge status={thread.status} />
        ) : (
          <TicketStatusBadge status={ticketStatus} />
        )}
      </span>
    </Link>
  );
}
