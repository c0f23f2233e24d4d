import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCan, useOrgQuery } from "../../lib/org";
import { reasonText } from "../../lib/reasons";
import { Badge } from "../ui/badge";
import { IconButton } from "../ui/button";
import { PersonActions } from "./person-actions";
import { ReplayDialog } from "./replay-dialog";

/** The journeys of a booking's people, each with what can be done about it. */
export function BookingJourneys({ bookingId }: { bookingId: Id<"bookings"> }) {
  const { t } = useTranslation();
  const journeys = useOrgQuery(api.sequences.people.queries.ofBooking, { bookingId }) ?? [];
  const mayReplay = useCan("sequences.read");
  const [replayed, setReplayed] = useState<Id<"enrolments"> | null>(null);
  const shown = journeys.find(({ enrolmentId }) => enrolmentId === replayed);
  if (journeys.length === 0) return null;
  return (
    <ul aria-label={t("sequences.person.journeys")} className="divide-y divide-line rounded-lg border border-line">
      {journeys.map((journey) => (
        <li key={journey.enrolmentId} className="flex min-h-11 items-center gap-3 py-1 pr-2 pl-3 text-sm">
          <span className="min-w-0 grow">
            <span className="font-medium">{journey.name}</span>{" "}
            <Link
              to="/sequences/$sequenceId"
              params={{ sequenceId: journey.sequenceId }}
              className="text-muted underline decoration-line-strong underline-offset-2 hover:text-text"
            >
              {journey.sequenceName}
            </Link>
            {journey.reason !== null && (
              <span className="block text-xs text-muted">{reasonText(journey.reason, t)}</span>
            )}
          </span>
          {journey.isPaused ? (
            <Badge tone="warn">{t("sequences.person.paused")}</Badge>
          ) : (
            <Badge tone={journey.state === "active" ? "info" : "neutral"}>
              {t(`sequences.person.${journey.state === "active" ? "inside" : journey.state}`)}
            </Badge>
          )}
          {mayReplay && (
            <IconButton
              label={t("replay.open", { name: journey.name, sequence: journey.sequenceName })}
              icon={<History aria-hidden size={16} />}
              onPress={() => setReplayed(journey.enrolmentId)}
            />
          )}
          {journey.state === "active" && <PersonActions person={journey} />}
        </li>
      ))}
      {shown !== undefined && (
        <ReplayDialog
          enrolmentId={shown.enrolmentId}
          sequenceId={shown.sequenceId}
          name={shown.name}
          sequenceName={shown.sequenceName}
          onClose={() => setReplayed(null)}
        />
      )}
    </ul>
  );
}
