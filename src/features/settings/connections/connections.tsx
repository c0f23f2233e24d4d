import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../../convex/_generated/api";
import { CHANNELS, type Channel } from "../../../../convex/lib/closedSets";
import { ChannelIcon } from "../../../components/status";
import { Button } from "../../../components/ui/button";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { useCan, useOrgQuery } from "../../../lib/org";
import { AccountDialog, type AccountTarget } from "./account-dialog";
import { Bookkeeping } from "./bookkeeping";
import { ConnectionRow } from "./connection-row";

export type Connection = FunctionReturnType<typeof api.connections.queries.list>[number];

/** The workspace's accounts with providers, channel by channel in the order they are tried. */
export function Connections() {
  const { t } = useTranslation();
  const connections = useOrgQuery(api.connections.queries.list, {});
  const mayManage = useCan("connections.manage");
  const [target, setTarget] = useState<AccountTarget | null>(null);
  if (connections === undefined) return <SkeletonRows count={4} className="px-0" />;
  return (
    <div className="flex flex-col gap-6">
      <p className="text-sm text-muted">{t("connections.intro")}</p>
      {CHANNELS.map((channel) => (
        <ChannelSection
          key={channel}
          channel={channel}
          connections={connections.filter((connection) => connection.channel === channel)}
          onAdd={mayManage ? () => setTarget({ kind: "new", channel }) : null}
          onEdit={mayManage ? (connection) => setTarget({ kind: "existing", connection }) : null}
        />
      ))}
      <Bookkeeping />
      <AccountDialog target={target} onClose={() => setTarget(null)} />
    </div>
  );
}

type ChannelSectionProps = {
  channel: Channel;
  connections: Connection[];
  /** Null: the caller may only look. */
  onAdd: (() => void) | null;
  onEdit: ((connection: Connection) => void) | null;
};

function ChannelSection({ channel, connections, onAdd, onEdit }: ChannelSectionProps) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby={`connections-${channel}`} className="flex flex-col gap-2">
      <header className="flex items-center gap-2">
        <span className="text-muted">
          <ChannelIcon channel={channel} size={16} />
        </span>
        <h2 id={`connections-${channel}`} className="grow text-sm font-semibold">
          {t(`channels.${channel}`)}
        </h2>
        {onAdd !== null && (
          <Button
            size="sm"
            icon={<Plus aria-hidden size={14} />}
            aria-label={t("connections.addTo", { channel: t(`channels.${channel}`) })}
            onPress={onAdd}
          >
            {t("connections.add")}
          </Button>
        )}
      </header>
      {connections.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line px-4 py-3 text-sm text-faint">
          {t("connections.none")}
        </p>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {connections.map((connection, index) => (
            <ConnectionRow
              key={connection.id}
              connection={connection}
              place={index}
              siblings={connections.map(({ id }) => id)}
              onEdit={onEdit === null ? null : () => onEdit(connection)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
