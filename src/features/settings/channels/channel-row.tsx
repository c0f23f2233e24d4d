import { CircleCheck, CircleSlash, Ellipsis, Inbox, PencilLine, Power, Trash2 } from "lucide-react";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { SENT_AS } from "../../../../convex/connections/channels/sets";
import { StatusBadge } from "../../../components/ui/badge";
import { Button, IconButton } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { Menu, type MenuGroupData } from "../../../components/ui/menu";
import { toast, toastError } from "../../../components/ui/toast";
import { asAppError } from "../../../../convex/lib/errors";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { AutoResponse } from "../auto-response/auto-response";
import type { InboxChannel } from "./channels";
import { InboundDialog } from "./inbound-dialog";
import { Brand, Threading } from "./row-fields";

type ChannelRowProps = {
  channel: InboxChannel;
  /** Null: the caller may only look. */
  onEdit: (() => void) | null;
};

/** One mailbox or number with what is decided about it. */
export function ChannelRow({ channel, onEdit }: ChannelRowProps) {
  const { t } = useTranslation();
  const { id, channelType, channelName, isActive } = channel;
  const [isReceiving, setIsReceiving] = useState(false);
  const [isRemoving, setIsRemoving] = useState(false);
  const toggle = useToggle(channel);
  const receives = SENT_AS[channelType] !== undefined;
  const groups = menuOf(
    channel,
    {
      onEdit: () => onEdit?.(),
      onReceive: receives ? () => setIsReceiving(true) : null,
      onToggle: toggle,
      onRemove: () => setIsRemoving(true),
    },
    t,
  );
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 max-md:px-3">
      <div className="flex min-w-0 grow basis-full items-center gap-3">
        <span className="min-w-0 grow">
          <span className="block truncate text-sm font-medium">{channelName}</span>
          <Facts channel={channel} />
        </span>
        <StatusBadge
          tone={isActive ? "ok" : "neutral"}
          icon={isActive ? CircleCheck : CircleSlash}
          label={t(isActive ? "settings.enabled" : "settings.disabled")}
        />
        {onEdit !== null && (
          <Menu
            label={t("settings.actionsOf", { name: channelName })}
            trigger={
              <IconButton
                size="sm"
                label={t("settings.actionsOf", { name: channelName })}
                icon={<Ellipsis size={16} />}
              />
            }
            groups={groups}
          />
        )}
      </div>
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2">
        {channelType === "email_outlook" && <Threading channelId={id} value={channel.threading ?? "subject"} />}
        <AutoResponse channelId={id} channelName={channelName} />
        <Brand channelId={id} value={channel.businessEntity} />
      </div>
      {isReceiving && <InboundDialog channel={channel} onClose={() => setIsReceiving(false)} />}
      {isRemoving && <RemoveDialog channel={channel} onClose={() => setIsRemoving(false)} />}
    </li>
  );
}

/** Type, address, account and hours in one line. */
function Facts({ channel }: { channel: InboxChannel }) {
  const { t } = useTranslation();
  const { channelType, address, connectionId, responseSlaHours } = channel;
  const connections = useOrgQuery(api.connections.queries.list, {}) ?? [];
  const account = connections.find(({ id }) => id === connectionId);
  const facts = [
    t(`channelTypes.${channelType}`),
    ...(address === undefined ? [] : [address]),
    ...(account === undefined ? [] : [t("inboxChannels.through", { name: account.name })]),
    ...(responseSlaHours === undefined ? [] : [t("inboxChannels.hours", { count: responseSlaHours })]),
  ];
  return <span className="block text-xs break-words text-faint">{facts.join(" · ")}</span>;
}

function useToggle({ id: channelId, channelName: name, isActive }: InboxChannel): () => void {
  const { t } = useTranslation();
  const setActive = useOrgMutation(api.inbox.channels.mutations.setActive);
  const put = (to: boolean, done?: () => void) => {
    setActive({ channelId, isActive: to }).then(done, (thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const text = t(isActive ? "inboxChannels.isOff" : "inboxChannels.isOn", { name });
  return () => put(!isActive, () => toast(text, { undo: () => put(isActive) }));
}

type MenuTargets = {
  onEdit: () => void;
  /** Null: nothing arrives on it by itself. */
  onReceive: (() => void) | null;
  onToggle: () => void;
  onRemove: () => void;
};

function menuOf({ isActive }: InboxChannel, targets: MenuTargets, t: TFunction): MenuGroupData[] {
  const { onEdit, onReceive, onToggle, onRemove } = targets;
  const power = t(isActive ? "connections.disable" : "connections.enable");
  const receive = { id: "receive", label: t("inboxChannels.receive"), icon: <Inbox size={14} /> };
  return [
    {
      id: "work",
      items: [
        { id: "edit", label: t("settings.edit"), icon: <PencilLine size={14} />, onAction: onEdit },
        ...(onReceive === null ? [] : [{ ...receive, onAction: onReceive }]),
      ],
    },
    {
      id: "end",
      items: [
        { id: "toggle", label: power, icon: <Power size={14} />, onAction: onToggle },
        {
          id: "remove",
          label: t("settings.remove"),
          icon: <Trash2 size={14} />,
          onAction: onRemove,
          isDanger: true,
        },
      ],
    },
  ];
}

function RemoveDialog({ channel, onClose }: { channel: InboxChannel; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useOrgMutation(api.inbox.channels.mutations.remove);
  const { id: channelId, channelName: name } = channel;
  const confirm = async () => {
    try {
      await remove({ channelId });
      toast(t("inboxChannels.removed", { name }));
    } catch (thrown) {
      const isInUse = asAppError(thrown)?.code === "conflict";
      toastError(isInUse ? t("inboxChannels.inUse", { name }) : describeError(thrown, t));
    }
    onClose();
  };
  return (
    <Dialog
      title={t("inboxChannels.removeTitle", { name })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" onPress={() => void confirm()}>
            {t("settings.remove")}
          </Button>
        </>
      }
    >
      <p className="text-sm text-muted">{t("inboxChannels.removeText")}</p>
    </Dialog>
  );
}
