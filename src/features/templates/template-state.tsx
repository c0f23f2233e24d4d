import { Archive, CircleCheck, PencilLine } from "lucide-react";
import { useTranslation } from "react-i18next";
import { StatusBadge } from "../../components/ui/badge";
import type { TemplateRow } from "../../lib/api-types";

const LOOKS = {
  draft: { tone: "info", icon: PencilLine },
  active: { tone: "ok", icon: CircleCheck },
  archived: { tone: "neutral", icon: Archive },
} as const;

export function TemplateStateBadge({ state }: { state: TemplateRow["state"] }) {
  const { t } = useTranslation();
  return <StatusBadge {...LOOKS[state]} label={t(`templates.states.${state}`)} />;
}
