import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgPaginatedQuery } from "../../lib/org";
import { OrderDiscussion } from "../internal/order-discussion";
import { Section } from "../layout/page";
import { Button } from "../ui/button";
import { CARD } from "./booking-card";

const PAGE_SIZE = 6;

/** What somebody ordered, as imports know it: each leads to the conversations about it, and to the team's
 * discussion of it. Nothing where nothing is known. */
export function ContactOrders({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.orders.queries.ofContact,
    { contactId },
    { initialNumItems: PAGE_SIZE },
  );
  if (results.length === 0) return null;
  return (
    <Section title={t("person.orders")}>
      <ul className="flex flex-col gap-1.5">
        {results.map(({ id, number, status: state }) => (
          <li key={id} data-testid="contact-order" className="flex flex-col">
            <Link to="/search" search={{ q: `order:"${number}"` }} className={CARD}>
              <span className="truncate text-sm font-medium">{number}</span>
              {state !== null && <span className="truncate text-xs text-muted">{state}</span>}
            </Link>
            <OrderDiscussion order={number} />
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
