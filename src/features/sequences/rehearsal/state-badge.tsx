import { Ban, Check, CirclePause, ClockArrowUp, Hourglass, type LucideIcon, SkipForward } from "lucide-react";
import { useTranslation } from "react-i18next";
import { StatusBadge, type Tone } from "../../../components/ui/badge";
import type { State } from "./rows";

const LOOKS: Record<State, { tone: Tone; icon: LucideIcon }> = {
  goes: { tone: "ok", icon: Check },
  shifted: { tone: "info", icon: ClockArrowUp },
  waits: { tone: "neutral", icon: Hourglass },
  held: { tone: "warn", icon: CirclePause },
  skipped: { tone: "neutral", icon: SkipForward },
  blocked: { tone: "danger", icon: Ban },
};

export function StateBadge({ state }: { state: State }) {
  const { t } = useTranslation();
  return <StatusBadge {...LOOKS[state]} label={t(`rehearsal.states.${state}`)} />;
}
