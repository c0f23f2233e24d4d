import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { BookingCard, CARD } from "../../components/contact/booking-card";
import { ThreadCard } from "../../components/contact/thread-card";
import { Section } from "../../components/layout/page";
import { Button } from "../../components/ui/button";
import { RelativeTime } from "../../components/ui/time";
import { useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";

type OfAccount = { accountId: Id<"accounts"> };

const PAGE_SIZE = 10;

/** The conversations and tickets that name an organisation, and those of its people. */
export function AccountThreads({ accountId }: OfAccount) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.inbox.ofAccount.queries.threads,
    { accountId },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return null;
  return (
    <Section title={t("accounts.threads")}>
      {results.length === 0 && <p className="text-sm text-muted">{t("accounts.noThreads")}</p>}
      <ul className="flex flex-col gap-1.5">
        {results.map((thread) => (
          <li key={thread.id} data-testid="account-thread">
            <ThreadCard thread={thread} withName />
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

/** The orders its conversations are about: each leads to all of them. */
export function AccountOrders({ accountId }: OfAccount) {
  const { t } = useTranslation();
  const orders = useOrgQuery(api.inbox.ofAccount.queries.orders, { accountId });
  if (orders === undefined) return null;
  return (
    <Section title={t("accounts.orders")}>
      {orders.length === 0 && <p className="text-sm text-muted">{t("accounts.noOrders")}</p>}
      <ul className="flex flex-col gap-1.5">
        {orders.map(({ order, count, lastMessageAt }) => (
          <li key={order} data-testid="account-order">
            <Link to="/search" search={{ q: `order:"${order}"` }} className={CARD}>
              <span className="truncate text-sm font-medium">{order}</span>
              <span className="flex justify-between gap-2 text-xs text-muted">
                <span>{t("accounts.inThreads", { count })}</span>
                <RelativeTime at={lastMessageAt} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** The bookings its people take part in. */
export function AccountBookings({ accountId }: OfAccount) {
  const { t } = useTranslation();
  const bookings = useOrgQuery(api.bookings.queries.ofAccount, { accountId });
  return (
    <Section title={t("context.bookings")}>
      {bookings?.length === 0 && <p className="text-sm text-muted">{t("context.noBookings")}</p>}
      <ul className="flex flex-col gap-1.5">
        {bookings?.map((booking) => (
          <li key={booking.id}>
            <BookingCard booking={booking} />
          </li>
        ))}
      </ul>
    </Section>
  );
}
