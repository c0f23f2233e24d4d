import { CircleCheck, CircleSlash, Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { StatusBadge } from "../../components/ui/badge";
import { IconButton } from "../../components/ui/button";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgQuery } from "../../lib/org";
import { CardList } from "./card-list";

/** Booking systems and the addresses they send their events to. */
export function Sources() {
  const { t } = useTranslation();
  const sources = useOrgQuery(api.bookings.queries.sources, {});
  const copy = async (url: string) => {
    try {
      await navigator.clipboard.writeText(url);
      toast(t("common.copied"));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
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
          <span className="flex w-full items-center gap-2 rounded-md bg-sunken py-1 pr-1 pl-3">
            <code className="min-w-0 grow truncate font-mono text-xs">{source.webhookUrl}</code>
            <IconButton
              size="sm"
              label={t("settings.copyUrl", { name: source.name })}
              icon={<Copy size={14} />}
              onPress={() => void copy(source.webhookUrl)}
            />
          </span>
        </>
      )}
    </CardList>
  );
}
