import { CircleCheck, CirclePause, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { StatusBadge } from "../ui/badge";

/** Whether messages go over a connection: closed, open, or one message is finding out. */
export function BreakerBadge({ kind }: { kind: "closed" | "open" | "half_open" }) {
  const { t } = useTranslation();
  switch (kind) {
    case "closed":
      return <StatusBadge tone="ok" icon={CircleCheck} label={t("settings.healthy")} />;
    case "open":
      return <StatusBadge tone="danger" icon={TriangleAlert} label={t("settings.paused")} />;
    case "half_open":
      return <StatusBadge tone="warn" icon={CirclePause} label={t("settings.probing")} />;
  }
}
