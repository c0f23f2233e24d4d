import { Link } from "@tanstack/react-router";
import { BellRing, Hourglass, Split } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { PersonLaneItem } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrgQuery } from "../../lib/org";
import { clock, dayLabel, localZone } from "../../lib/time-format";
import { Section } from "../layout/page";
import { ChannelIcon } from "../status";
import { cx } from "../ui/classes";
import { DayTrack } from "./day-track";
import { instantOn, laneDays, type LaneDay } from "./lane-days";
import { MessageCard } from "./message-card";
import { type LaneDeeds, useLaneDeeds } from "./use-lane-deeds";

/** Days from today on that can be dropped on although nothing lies there. */
const EMPTY_DAYS = 3;

type PersonLaneProps = {
  contactId: Id<"contacts">;
  /** With the hours of the days, to drag along; otherwise a list. */
  isLarge?: boolean;
};

/** All that is ahead for one person, from whatever source, live (product.md O-3); in the list nothing where there is nothing. */
export function PersonLane({ contactId, isLarge = false }: PersonLaneProps) {
  const { t } = useTranslation();
  const lane = useOrgQuery(api.sequences.lane.queries.ofContact, { contactId });
  const deeds = useLaneDeeds();
  const now = useNow();
  if (lane === undefined || (lane.items.length === 0 && !isLarge)) return null;
  const days = laneDays(lane.items, {
    now,
    zone: localZone(),
    empty: isLarge && lane.items.length > 0 ? EMPTY_DAYS : 0,
  });
  return (
    <Section title={t("person.planned")}>
      {lane.items.length === 0 && <p className="text-sm text-muted">{t("lane.empty")}</p>}
      <ol data-testid="lane" className="flex flex-col gap-3">
        {days.map((day) => (
          <Day key={day.day ?? ""} day={day} deeds={deeds} isLarge={isLarge} />
        ))}
      </ol>
      {lane.isCut && <p className="text-xs text-muted">{t("lane.isCut")}</p>}
    </Section>
  );
}

type DayProps = { day: LaneDay<PersonLaneItem>; deeds: LaneDeeds; isLarge: boolean };

function Day({ day: { day, items }, deeds, isLarge }: DayProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const noon = day === null ? null : instantOn(day, 0.5, localZone());
  return (
    <li
      data-lane-day={isLarge && day !== null ? day : undefined}
      className={cx("flex flex-col gap-1", items.length === 0 && "max-md:hidden")}
    >
      <p className="text-xs font-medium text-muted">
        {noon === null ? t("lane.noTime") : dayLabel(noon, language, now)}
      </p>
      {isLarge && day !== null && <DayTrack day={day} items={items} deeds={deeds} />}
      {items.length > 0 && (
        <ul className="flex flex-col gap-1.5">
          {items.map((item) =>
            item.kind === "message" ? (
              <MessageCard key={item.id} message={item} deeds={deeds} />
            ) : (
              <OtherCard key={item.id} item={item} />
            ),
          )}
        </ul>
      )}
    </li>
  );
}

function OtherCard({ item }: { item: Exclude<PersonLaneItem, { kind: "message" }> }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const Icon = item.kind === "reminder" ? BellRing : item.awaits === "event" ? Hourglass : Split;
  const link = "rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-current";
  return (
    <li className="flex gap-2 rounded-md border border-dashed border-line-strong px-3 py-2">
      <span className="w-12 shrink-0 text-sm text-muted tabular-nums">
        {item.at === null ? <Icon aria-hidden size={14} className="mt-0.5" /> : clock(item.at, language)}
      </span>
      {item.kind === "reminder" ? (
        <div className="flex min-w-0 grow flex-col gap-0.5">
          <Link to="/inbox/$threadId" params={{ threadId: item.threadId }} className={link}>
            <span className="block truncate text-sm font-medium">{item.title}</span>
          </Link>
          <p className="text-xs text-muted">{t(`lane.reminders.${item.about}`)}</p>
        </div>
      ) : (
        <div className="flex min-w-0 grow flex-col gap-0.5">
          <p className="flex items-center gap-1.5 text-sm">
            <span className="shrink-0 text-muted">
              <ChannelIcon channel={item.channel} />
            </span>
            <Link to="/bookings/$bookingId" params={{ bookingId: item.bookingId }} className={link}>
              <span className="font-medium">{item.stepName}</span>
            </Link>
          </p>
          <p className="text-xs text-muted">
            {item.sequenceName} · {t(`lane.awaits.${item.awaits}`)}
          </p>
        </div>
      )}
    </li>
  );
}
