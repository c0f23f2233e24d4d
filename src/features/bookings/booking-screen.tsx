import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { BackLink } from "../../components/layout/back-link";
import { BookingStatusBadge } from "../../components/status";
import { SkeletonRows } from "../../components/ui/skeleton";
import { ExactTime } from "../../components/ui/time";
import type { BookingDetail } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useCan, useOrg, useOrgQuery } from "../../lib/org";
import { calendarDaysBetween, clock } from "../../lib/time-format";
import { useTitle } from "../../lib/title";
import { BookingActions } from "./booking-actions";
import { HistoryPart } from "./history-part";
import { Journey } from "./journey";
import { PeopleLane } from "./people-lane";
import { PeoplePart } from "./people-part";

export function BookingScreen({ bookingId }: { bookingId: Id<"bookings"> }) {
  const { t } = useTranslation();
  const booking = useOrgQuery(api.bookings.queries.get, { bookingId });
  useTitle(booking?.title ?? t("bookings.title"));
  return (
    <div className="h-full overflow-y-auto bg-surface">
      <div className="px-6 pt-3 max-md:px-4">
        <BackLink to="/bookings" search={{ view: "upcoming" }}>
          {t("bookings.title")}
        </BackLink>
      </div>
      {booking === undefined ? <SkeletonRows className="px-6" /> : <LoadedBooking booking={booking} />}
    </div>
  );
}

function LoadedBooking({ booking }: { booking: BookingDetail }) {
  const mayEdit = useCan("bookings.edit");
  const mayReadPeople = useCan("contacts.read");
  return (
    <div className="flex flex-col gap-8 px-6 pb-10 max-md:px-4">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="flex min-w-0 grow flex-wrap items-center gap-x-3 gap-y-1">
          <h1 className="text-xl font-semibold tracking-tight">{booking.title}</h1>
          <BookingStatusBadge status={booking.status} />
        </div>
        {mayEdit && <BookingActions booking={booking} />}
      </header>
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        <Facts booking={booking} />
        <PeoplePart booking={booking} mayEdit={mayEdit} />
      </div>
      <Journey booking={booking} />
      {mayReadPeople && <PeopleLane people={booking.people} />}
      <HistoryPart bookingId={booking.id} />
    </div>
  );
}

/** Sources without a name of their own: what they are called depends on the reader's language. */
const isOwn = (kind: BookingDetail["sourceKind"]) => kind === "manual" || kind === "api" || kind === "csv";

function Facts({ booking }: { booking: BookingDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { membership } = useOrg();
  const zone = booking.zone ?? membership.timezone;
  const isOneDay = calendarDaysBetween(booking.startsAt, booking.endsAt, zone) === 0;
  const place = booking.location;
  return (
    <dl className="grid h-min grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
      <dt className="text-faint">{t("bookings.when")}</dt>
      <dd>
        <ExactTime at={booking.startsAt} zone={zone} className="font-medium" />
        {" – "}
        {isOneDay ? clock(booking.endsAt, language, zone) : <ExactTime at={booking.endsAt} zone={zone} />}
        <span className="block text-xs text-faint">{t("bookings.zoneNote", { zone })}</span>
      </dd>
      <dt className="text-faint">{t("bookings.where")}</dt>
      <dd className="break-words">
        {place.kind === "onsite" ? (
          (place.text ?? t("bookings.onsite"))
        ) : place.url === undefined ? (
          t("bookings.online")
        ) : (
          <a href={place.url} target="_blank" rel="noopener noreferrer" className="text-accent-text underline">
            {t("bookings.online")}
          </a>
        )}
      </dd>
      <dt className="text-faint">{t("queue.source")}</dt>
      <dd>{isOwn(booking.sourceKind) ? t(`sourceNames.${booking.sourceKind}`) : booking.sourceName}</dd>
      <dt className="text-faint">{t("bookings.reference")}</dt>
      <dd className="break-all tabular-nums">{booking.externalId}</dd>
      {booking.cancellationReason !== undefined && (
        <>
          <dt className="text-faint">{t("bookings.reason")}</dt>
          <dd>{booking.cancellationReason}</dd>
        </>
      )}
      {Object.entries(booking.attributes).map(([name, value]) => (
        <Fragment key={name}>
          <dt className="max-w-40 truncate text-faint" title={name}>
            {name}
          </dt>
          <dd className="break-words">{typeof value === "boolean" ? t(value ? "person.yes" : "person.no") : value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
