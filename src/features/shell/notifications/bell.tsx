import { Bell } from "lucide-react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { WithTooltip } from "../../../components/ui/button";
import { useOrgQuery } from "../../../lib/org";
import { badgeText } from "./use-news";

/** Opens what the member was told; says how much of it is unread. `className` as the navigation around it wants it. */
export function BellButton({ onPress, className, size }: { onPress: () => void; className: string; size: number }) {
  const { t } = useTranslation();
  const badge = badgeText(useOrgQuery(api.notifications.queries.unread, {})?.count);
  const label = badge === null ? t("notifications.title") : `${t("notifications.title")}: ${badge}`;
  return (
    <WithTooltip label={t("notifications.title")} keys="g n">
      <Button aria-label={label} onPress={onPress} className={className}>
        <span className="relative">
          <Bell aria-hidden size={size} strokeWidth={1.7} />
          {badge !== null && (
            <span
              aria-hidden
              className="absolute -top-2 left-2.5 min-w-4 rounded-full bg-accent px-1 text-center text-[10px] leading-4 font-semibold text-on-accent"
            >
              {badge}
            </span>
          )}
        </span>
      </Button>
    </WithTooltip>
  );
}
