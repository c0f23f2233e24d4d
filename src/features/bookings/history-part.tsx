import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { EntryRow } from "../../components/audit/audit-trail";
import { Section } from "../../components/layout/page";
import { Button } from "../../components/ui/button";
import { useOrgPaginatedQuery } from "../../lib/org";

const PAGE_SIZE = 10;

/** Who changed what of a booking, and when: members, programs and the booking system. */
export function HistoryPart({ bookingId }: { bookingId: Id<"bookings"> }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.bookings.queries.history,
    { bookingId },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return null;
  return (
    <Section title={t("bookings.history")}>
      {results.length === 0 && <p className="text-sm text-faint">{t("bookings.noHistory")}</p>}
      {results.length > 0 && (
        <ol className="divide-y divide-line rounded-lg border border-line">
          {results.map((entry) => (
            <EntryRow key={entry.id} entry={entry} isLinked={false} isSystemNamed />
          ))}
        </ol>
      )}
      {status === "CanLoadMore" && (
        <Button size="sm" className="self-start" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </Section>
  );
}
