import { CircleCheck, CirclePause, CirclePlay, CircleSlash, Clock, type LucideIcon, Timer } from "lucide-react";
import { useTranslation } from "react-i18next";
import { StatusBadge, type Tone } from "../ui/badge";
import type { LedgerEntry } from "./types";

const LOOKS: Record<LedgerEntry["state"], { tone: Tone; icon: LucideIcon }> = {
  pending: { tone: "warn", icon: Clock },
  granted: { tone: "ok", icon: CircleCheck },
  withdrawn: { tone: "danger", icon: CircleSlash },
  denied: { tone: "danger", icon: CircleSlash },
  paused: { tone: "warn", icon: CirclePause },
  resumed: { tone: "info", icon: CirclePlay },
  limited: { tone: "info", icon: Timer },
  unlimited: { tone: "info", icon: Timer },
};

/** What an entry of the ledger says. */
export function ConsentStateBadge({ state }: { state: LedgerEntry["state"] }) {
  const { t } = useTranslation();
  return <StatusBadge {...LOOKS[state]} label={t(`consent.states.${state}`)} />;
}
