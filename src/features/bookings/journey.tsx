import { Route } from "lucide-react";
import { useTranslation } from "react-i18next";
import { WhyButton } from "../../components/delivery/why-button";
import { BookingJourneys } from "../../components/journey/booking-journeys";
import { Section } from "../../components/layout/page";
import { ChannelIcon, StepStateBadge } from "../../components/status";
import { cx } from "../../components/ui/classes";
import { EmptyState } from "../../components/ui/empty-state";
import { ExactTime } from "../../components/ui/time";
import type { BookingDetail, JourneyStep } from "../../lib/api-types";
import { reasonText } from "../../lib/reasons";
import { journeyLanes, PHASES } from "./journey-lanes";

/** Every message of a booking in its three phases: what went, what comes, what does not, and why. */
export function Journey({ booking }: { booking: BookingDetail }) {
  const { t } = useTranslation();
  const lanes = journeyLanes(booking.journey);
  const names = new Map(booking.people.map((person) => [person.contactId, person.name]));
  if (booking.journey.length === 0) {
    return (
      <Section title={t("bookings.journey")}>
        <div className="flex min-h-40 rounded-lg border border-line">
          <EmptyState icon={Route} title={t("bookings.noJourney")} />
        </div>
      </Section>
    );
  }
  return (
    <Section title={t("bookings.journey")}>
      <div className="mb-4 empty:hidden">
        <BookingJourneys bookingId={booking.id} />
      </div>
      <div className="grid gap-4 lg:grid-cols-3">
        {PHASES.map((phase) => (
          <section
            key={phase}
            aria-label={t(`phases.${phase}`)}
            className="flex flex-col gap-2 rounded-lg border border-line bg-canvas p-3"
          >
            <h3 className="flex items-baseline justify-between px-1 text-sm font-semibold">
              {t(`phases.${phase}`)}
              <span className="text-xs font-normal text-faint">{lanes[phase].length}</span>
            </h3>
            {lanes[phase].length === 0 && <p className="px-1 pb-2 text-sm text-faint">{t("bookings.noSteps")}</p>}
            <ol className="flex flex-col gap-2">
              {lanes[phase].map((step) => (
                <StepCard
                  key={step.stepRunId}
                  step={step}
                  person={booking.people.length > 1 ? (names.get(step.contactId) ?? null) : null}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
    </Section>
  );
}

function StepCard({ step, person }: { step: JourneyStep; person: string | null }) {
  const { t } = useTranslation();
  const isOff = step.state.kind === "skipped" || step.state.kind === "cancelled";
  return (
    <li
      data-testid="journey-step"
      className={cx("flex flex-col gap-1.5 rounded-md border border-line bg-surface p-3", isOff && "border-dashed")}
    >
      <div className="flex items-start justify-between gap-2">
        <p className={cx("min-w-0 text-sm font-medium", isOff && "text-muted")}>{step.stepName}</p>
        <StepStateBadge step={step} />
      </div>
      <p className="flex flex-wrap items-center gap-x-1.5 text-xs text-muted">
        <ChannelIcon channel={step.channel} size={13} />
        {step.plannedAt === null ? (
          t("bookings.whenHappens")
        ) : (
          <ExactTime at={step.plannedAt} zone={step.zone} className={isOff ? "line-through" : undefined} />
        )}
        {step.plannedAt !== null && <span className="text-faint">{step.zone}</span>}
      </p>
      {person !== null && <p className="text-xs text-muted">{person}</p>}
      <StepReason step={step} />
      <div className="flex items-center justify-between gap-2 border-t border-line pt-1.5 empty:hidden">
        {/* A step that is off has said why above. */}
        {!isOff && <p className="min-w-0 text-xs text-faint">{step.explanation}</p>}
        {step.queueId !== undefined && <WhyButton queueId={step.queueId} />}
      </div>
    </li>
  );
}

function StepReason({ step }: { step: JourneyStep }) {
  const { t } = useTranslation();
  const { state } = step;
  if (state.kind !== "skipped" && state.kind !== "cancelled" && state.kind !== "failed") return null;
  const detail = state.kind === "skipped" ? state.detail : undefined;
  return (
    <p className={cx("text-xs", state.kind === "failed" ? "text-danger" : "text-warn")}>
      {t(`stepState.${state.kind}`)}: {reasonText(state.reason, t)}
      {detail !== undefined && ` (${detail})`}
    </p>
  );
}
