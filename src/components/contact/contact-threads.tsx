import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgPaginatedQuery } from "../../lib/org";
import { Section } from "../layout/page";
import { Button } from "../ui/button";
import { ThreadCard } from "./thread-card";

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
            <ThreadCard thread={thread} />
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
