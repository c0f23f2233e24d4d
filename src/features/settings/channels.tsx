import { CircleCheck, CircleSlash } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { StatusBadge } from "../../components/ui/badge";
import { useOrgQuery } from "../../lib/org";
import { CardList } from "./card-list";

/** How customers reach the workspace. */
export function Channels() {
  const { t } = useTranslation();
  const channels = useOrgQuery(api.connections.queries.channels, {});
  return (
    <CardList intro={t("settings.channelsText")} rows={channels} keyOf={({ id }) => id}>
      {(channel) => (
        <>
          <span className="min-w-0 grow">
            <span className="block truncate text-sm font-medium">{channel.channelName}</span>
            <span className="block truncate text-xs text-faint">
              {t(`channelTypes.${channel.channelType}`)}
              {channel.address !== undefined && ` · ${channel.address}`}
            </span>
          </span>
          <StatusBadge
            tone={channel.isActive ? "ok" : "neutral"}
            icon={channel.isActive ? CircleCheck : CircleSlash}
            label={t(channel.isActive ? "settings.enabled" : "settings.disabled")}
          />
        </>
      )}
    </CardList>
  );
}
