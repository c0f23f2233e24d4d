import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { BusinessEntity } from "../../../../convex/lib/closedSets";
import { BrandSelect } from "../../../components/brand";
import { Select } from "../../../components/ui/select";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation } from "../../../lib/org";

const MATCHES = ["headers", "subject", "grouped"] as const;

/** What joins a mailbox's mail to earlier conversations. */
export function Threading({ channelId, value }: { channelId: Id<"channels">; value: (typeof MATCHES)[number] }) {
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
export function Brand({ channelId, value }: { channelId: Id<"channels">; value: BusinessEntity }) {
  const { t } = useTranslation();
  const mayChange = useCan("connections.manage");
  const setBrand = useOrgMutation(api.connections.mutations.setBrand);
  const change = (businessEntity: BusinessEntity) => {
    setBrand({ channelId, businessEntity }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return <BrandSelect value={value} onChange={change} isDisabled={!mayChange} className="w-40 max-w-full" />;
}
