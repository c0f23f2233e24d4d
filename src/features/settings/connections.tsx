import { CircleCheck, CirclePause, CircleSlash, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { ChannelIcon } from "../../components/status";
import { StatusBadge } from "../../components/ui/badge";
import { useOrgQuery } from "../../lib/org";
import { CardList } from "./card-list";

type Connection = FunctionReturnType<typeof api.connections.queries.list>[number];

export function Connections() {
  const { t } = useTranslation();
  const connections = useOrgQuery(api.connections.queries.list, {});
  return (
    <CardList intro={t("settings.connectionsText")} rows={connections} keyOf={({ id }) => id}>
      {(connection) => (
        <>
          <span className="text-muted">
            <ChannelIcon channel={connection.channel} size={18} />
          </span>
          <span className="min-w-0 grow">
            <span className="block truncate text-sm font-medium">{connection.name}</span>
            <span className="block text-xs text-faint">
              {t(`channels.${connection.channel}`)} · {connection.provider} ·{" "}
              {t("settings.rate", { count: connection.ratePerSecond })}
            </span>
          </span>
          <Health connection={connection} />
        </>
      )}
    </CardList>
  );
}

function Health({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  if (!connection.isEnabled) return <StatusBadge tone="neutral" icon={CircleSlash} label={t("settings.disabled")} />;
  switch (connection.breaker.kind) {
    case "closed":
      return <StatusBadge tone="ok" icon={CircleCheck} label={t("settings.healthy")} />;
    case "open":
      return <StatusBadge tone="danger" icon={TriangleAlert} label={t("settings.paused")} />;
    case "half_open":
      return <StatusBadge tone="warn" icon={CirclePause} label={t("settings.probing")} />;
  }
}

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
