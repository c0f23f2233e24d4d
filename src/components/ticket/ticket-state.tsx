import { CalendarClock, Check, CheckCheck, CircleDot, Flame, type LucideIcon, PhoneCall, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { TicketStatus, Urgency } from "../../../convex/inbox/tickets/sets";
import { StatusBadge, type Tone } from "../ui/badge";

const LOOKS: Record<TicketStatus, { tone: Tone; icon: LucideIcon }> = {
  NEW: { tone: "accent", icon: CircleDot },
  NEEDS_CALLBACK: { tone: "warn", icon: PhoneCall },
  SCHEDULED: { tone: "info", icon: CalendarClock },
  IN_PROGRESS: { tone: "info", icon: Play },
  DONE: { tone: "ok", icon: Check },
  CLOSED: { tone: "neutral", icon: CheckCheck },
};

/** Where a ticket stands in its flow. */
export function TicketStatusBadge({ status }: { status: TicketStatus }) {
  const { t } = useTranslation();
  return <StatusBadge {...LOOKS[status]} label={t(`tickets.status.${status}`)} />;
}

/** Only what is urgent is marked. */
export function UrgencyMark({ urgency }: { urgency: Urgency }) {
  const { t } = useTranslation();
  if (urgency !== "HIGH") return null;
  return <StatusBadge tone="danger" icon={Flame} label={t("tickets.urgencies.HIGH")} />;
}
