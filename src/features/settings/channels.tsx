import { CircleCheck, CircleSlash } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { BUSINESS_ENTITIES, type BusinessEntity } from "../../../convex/lib/closedSets";
import { StatusBadge } from "../../components/ui/badge";
import { Select } from "../../components/ui/select";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";
import { AutoResponse } from "./auto-response/auto-response";
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
          <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
            {channel.channelType === "email_outlook" && (
              <Threading channelId={channel.id} value={channel.threading ?? "subject"} />
            )}
            <AutoResponse channelId={channel.id} channelName={channel.channelName} />
            <Brand channelId={channel.id} value={channel.businessEntity} />
          </div>
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

const MATCHES = ["headers", "subject", "grouped"] as const;

/** What joins a mailbox's mail to earlier conversations. */
function Threading({ channelId, value }: { channelId: Id<"channels">; value: (typeof MATCHES)[number] }) {
  const { t } = useTranslation();
  const mayChange = useCan("connections.manage");
  const setThreading = useOrgMutation(api.inbox.mail.mutations.setThreading);
  const change = (threading: typeof value) => {
    setThreading({ channelId, threading }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <Select
      label={t("settings.threading.label")}
      options={MATCHES.map((id) => ({ id, label: t(`settings.threading.${id}`) }))}
      value={value}
      onChange={change}
      isDisabled={!mayChange}
      className="w-60 max-w-full"
    />
  );
}

/** In whose name its conversations are held. */
function Brand({ channelId, value }: { channelId: Id<"channels">; value: BusinessEntity }) {
  const { t } = useTranslation();
  const mayChange = useCan("connections.manage");
  const setBrand = useOrgMutation(api.connections.mutations.setBrand);
  const change = (businessEntity: BusinessEntity) => {
    setBrand({ channelId, businessEntity }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <Select
      label={t("texts.brand")}
      options={BUSINESS_ENTITIES.map((id) => ({ id, label: t(`texts.brands.${id}`) }))}
      value={value}
      onChange={change}
      isDisabled={!mayChange}
      className="w-40 max-w-full"
    />
  );
}
