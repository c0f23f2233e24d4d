import { ArrowDown, ArrowUp, GripVertical, Plus, X } from "lucide-react";
import { Button as AriaButton, DropIndicator, GridList, GridListItem, useDragAndDrop } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { CHANNELS, type Channel } from "../../../../convex/lib/closedSets";
import { ChannelIcon } from "../../../components/status";
import { Button, IconButton } from "../../../components/ui/button";
import { cx } from "../../../components/ui/classes";
import { reordered } from "./reordered";

type ChannelOrderProps = {
  label: string;
  channels: readonly Channel[];
  /** Those that may stand in it. */
  options: readonly Channel[];
  isDisabled: boolean;
  /** What it means that nothing stands in it. */
  empty: string;
  onChange: (channels: Channel[]) => void;
};

const channelOf = (key: unknown) => CHANNELS.find((channel) => channel === key);

/** Channels in an order of one's own: dragged with the pointer, or moved with the keyboard. */
export function ChannelOrder({ label, channels, options, isDisabled, empty, onChange }: ChannelOrderProps) {
  const { t } = useTranslation();
  const missing = options.filter((channel) => !channels.includes(channel));
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": t(`channels.${channelOf(key) ?? "email"}`) })),
    onReorder: ({ keys, target }) => {
      const moved = [...keys].flatMap((key) => channelOf(key) ?? []);
      const to = channelOf(target.key);
      if (to === undefined || target.dropPosition === "on") return;
      onChange(reordered(channels, moved, to, target.dropPosition));
    },
    renderDropIndicator: (target) => (
      <DropIndicator target={target} className="h-0.5 rounded-full bg-transparent data-[drop-target]:bg-accent" />
    ),
    isDisabled,
  });
  const move = (from: number, by: -1 | 1) => {
    const [channel, neighbour] = [channels[from], channels[from + by]];
    if (channel === undefined || neighbour === undefined) return;
    onChange(reordered(channels, [channel], neighbour, by === -1 ? "before" : "after"));
  };
  return (
    <div className="flex flex-col gap-2">
      {channels.length === 0 ? (
        <p className="text-sm text-faint">{empty}</p>
      ) : (
        <GridList
          aria-label={label}
          items={channels.map((id) => ({ id }))}
          dependencies={[channels, isDisabled]}
          dragAndDropHooks={dragAndDropHooks}
          className="flex w-full max-w-sm flex-col rounded-lg border border-line"
        >
          {({ id }) => (
            <ChannelItem
              channel={id}
              place={channels.indexOf(id)}
              count={channels.length}
              isDisabled={isDisabled}
              onMove={(by) => move(channels.indexOf(id), by)}
              onTakeOut={() => onChange(channels.filter((channel) => channel !== id))}
            />
          )}
        </GridList>
      )}
      {missing.length > 0 && !isDisabled && (
        <div role="group" aria-label={t("deliverySettings.addTo", { name: label })} className="flex flex-wrap gap-2">
          {missing.map((channel) => (
            <Button
              key={channel}
              size="sm"
              variant="quiet"
              icon={<Plus aria-hidden size={13} />}
              onPress={() => onChange([...channels, channel])}
            >
              {t(`channels.${channel}`)}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

type ChannelItemProps = {
  channel: Channel;
  place: number;
  count: number;
  isDisabled: boolean;
  onMove: (by: -1 | 1) => void;
  onTakeOut: () => void;
};

function ChannelItem({ channel, place, count, isDisabled, onMove, onTakeOut }: ChannelItemProps) {
  const { t } = useTranslation();
  const name = t(`channels.${channel}`);
  return (
    <GridListItem
      id={channel}
      textValue={name}
      className="flex items-center gap-2 border-line px-2 py-1 text-sm outline-offset-[-2px] not-first:border-t data-[dragging]:opacity-50"
    >
      <AriaButton
        slot="drag"
        className={cx("flex size-7 items-center justify-center rounded text-faint", !isDisabled && "cursor-grab")}
      >
        <GripVertical aria-hidden size={14} />
      </AriaButton>
      <span className="w-4 text-right text-xs text-faint tabular-nums">{place + 1}</span>
      <ChannelIcon channel={channel} />
      <span aria-hidden className="min-w-0 grow truncate">
        {name}
      </span>
      <IconButton
        size="sm"
        label={t("deliverySettings.moveUp", { name })}
        icon={<ArrowUp size={14} />}
        isDisabled={isDisabled || place === 0}
        onPress={() => onMove(-1)}
      />
      <IconButton
        size="sm"
        label={t("deliverySettings.moveDown", { name })}
        icon={<ArrowDown size={14} />}
        isDisabled={isDisabled || place === count - 1}
        onPress={() => onMove(1)}
      />
      <IconButton
        size="sm"
        label={t("deliverySettings.takeOut", { name })}
        icon={<X size={14} />}
        isDisabled={isDisabled}
        onPress={onTakeOut}
      />
    </GridListItem>
  );
}
