import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgPaginatedQuery } from "../../lib/org";
import { Section } from "../layout/page";
import { ChannelIcon, ThreadStatusBadge } from "../status";
import { Button } from "../ui/button";
import { RelativeTime } from "../ui/time";

const PAGE_SIZE = 6;

type ContactThreadsProps = { contactId: Id<"contacts">; /** The one that is open already. */ exceptId?: Id<"threads"> };

/** What was talked about with somebody, and about which orders. */
export function ContactThreads({ contactId, exceptId }: ContactThreadsProps) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.inbox.ofContact.queries.threads,
    { contactId },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return null;
  const threads = results.filter(({ id }) => id !== exceptId);
  return (
    <Section title={t(exceptId === undefined ? "person.threads" : "person.otherThreads")}>
      {threads.length === 0 && <p className="text-sm text-muted">{t("person.noThreads")}</p>}
      <ul className="flex flex-col gap-1.5">
        {threads.map((thread) => (
          <li key={thread.id}>
            <Link
              to="/inbox/$threadId"
              params={{ threadId: thread.id }}
              className="flex flex-col gap-0.5 rounded-md border border-line px-3 py-2 transition-colors hover:border-line-strong hover:bg-hover"
            >
              <span className="flex items-center gap-2 text-sm">
                <span className="text-muted">
                  <ChannelIcon channel={thread.channel} />
                </span>
                <span className="min-w-0 grow truncate font-medium">{thread.subject || `#${thread.number}`}</span>
              </span>
              <span className="flex flex-wrap items-center justify-between gap-x-2 text-xs text-muted">
                <span>
                  #{thread.number} · <RelativeTime at={thread.lastMessageAt} />
                  {thread.order !== null && ` · ${t("person.orderShort", { order: thread.order })}`}
                </span>
                <ThreadStatusBadge status={thread.status} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button size="sm" className="self-start" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </Section>
  );
}
