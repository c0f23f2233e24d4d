import { CircleCheck, Clock, TimerOff } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../lib/org";
import { StatusBadge } from "../ui/badge";
import { RelativeTime } from "../ui/time";
import { useLocalText } from "./local-text";

const LOOKS = {
  pending: { tone: "warn", icon: Clock },
  confirmed: { tone: "ok", icon: CircleCheck },
  expired: { tone: "neutral", icon: TimerOff },
} as const;

/** Confirmations somebody was asked for, and what became of them. */
export function OptInRequests({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const localText = useLocalText();
  const requests = useOrgQuery(api.tracking.optIn.queries.ofContact, { contactId });
  if (requests === undefined || requests.length === 0) return null;
  return (
    <ul aria-label={t("consent.requests")} className="flex flex-col gap-1.5">
      {requests.map((request) => (
        <li key={request.id} className="flex flex-wrap items-center justify-between gap-x-2 gap-y-1 text-xs text-muted">
          <span className="min-w-0 truncate">
            {localText(request.topicName)} · {t(`channels.${request.channel}`)}
          </span>
          <span className="flex items-center gap-2">
            <RelativeTime at={request.confirmedAt ?? request.requestedAt} />
            <StatusBadge {...LOOKS[request.state]} label={t(`consent.requestStates.${request.state}`)} />
          </span>
        </li>
      ))}
    </ul>
  );
}
