import { CircleCheck, CircleSlash } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { StatusBadge } from "../../components/ui/badge";
import { CopyField } from "../../components/ui/copy-field";
import { useOrgQuery } from "../../lib/org";
import { CardList } from "./card-list";

/** Booking systems and the addresses they send their events to. */
export function Sources() {
  const { t } = useTranslation();
  const sources = useOrgQuery(api.bookings.queries.sources, {});
  return (
    <CardList intro={t("settings.sourcesText")} rows={sources} keyOf={({ id }) => id}>
      {(source) => (
        <>
          <span className="min-w-0 grow">
            <span className="block truncate text-sm font-medium">{source.name}</span>
            <span className="block text-xs text-faint">{t(`sourceNames.${source.kind}`)}</span>
          </span>
          <StatusBadge
            tone={source.isEnabled ? "ok" : "neutral"}
            icon={source.isEnabled ? CircleCheck : CircleSlash}
            label={t(source.isEnabled ? "settings.enabled" : "settings.disabled")}
          />
          <CopyField value={source.webhookUrl} label={t("settings.copyUrl", { name: source.name })} />
        </>
      )}
    </CardList>
  );
}
