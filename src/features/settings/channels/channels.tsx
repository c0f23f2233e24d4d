import { AtSign, Plus } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Button } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { useCan, useOrgQuery } from "../../../lib/org";
import { ChannelDialog } from "./channel-dialog";
import { ChannelRow } from "./channel-row";

export type InboxChannel = FunctionReturnType<typeof api.connections.queries.channels>[number];

/** What the dialog is open for. */
type Target = { channel: InboxChannel | null };

/** How customers reach the workspace: its mailboxes and numbers. */
export function Channels() {
  const { t } = useTranslation();
  const channels = useOrgQuery(api.connections.queries.channels, {});
  const mayManage = useCan("connections.manage");
  const [target, setTarget] = useState<Target | null>(null);
  if (channels === undefined) return <SkeletonRows count={3} className="px-0" />;
  const add = mayManage && (
    <Button
      variant={channels.length === 0 ? "primary" : "secondary"}
      icon={<Plus aria-hidden size={14} />}
      onPress={() => setTarget({ channel: null })}
    >
      {t("inboxChannels.add")}
    </Button>
  );
  return (
    <div className="flex flex-col gap-3">
      {channels.length === 0 ? (
        <EmptyState icon={AtSign} title={t("inboxChannels.none")} text={t("inboxChannels.noneText")} action={add} />
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-sm text-muted">{t("settings.channelsText")}</p>
            {add}
          </div>
          <ul className="divide-y divide-line rounded-lg border border-line">
            {channels.map((channel) => (
              <ChannelRow key={channel.id} channel={channel} onEdit={mayManage ? () => setTarget({ channel }) : null} />
            ))}
          </ul>
        </>
      )}
      {target !== null && <ChannelDialog channel={target.channel} onClose={() => setTarget(null)} />}
    </div>
  );
}
