import { ClipboardPaste, Plus } from "lucide-react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { NODE_KINDS } from "../../../../convex/sequences/closedSets";
import { Menu } from "../../../components/ui/menu";
import { cx } from "../../../components/ui/classes";
import type { Place } from "../../../lib/api-types";
import { useBuilder } from "./context";
import { placeKey } from "./layout";
import { KindIcon } from "./looks";

const GROUPS = [
  { id: "say", kinds: NODE_KINDS.slice(0, 1) },
  { id: "time", kinds: NODE_KINDS.slice(1, 3) },
  { id: "ways", kinds: NODE_KINDS.slice(3, 6) },
  { id: "do", kinds: NODE_KINDS.slice(6, 7) },
  { id: "leave", kinds: NODE_KINDS.slice(7) },
] as const;

type AddButtonProps = {
  place: Place;
  /** What it stands after, for those who do not see it. */
  after: string;
  /** On the canvas "+" and the arrow keys do the same: Tab would stop at every line. */
  isTabStop?: boolean;
  className?: string;
};

/** The plus on a line: what can be put there. */
export function AddButton({ place, after, isTabStop = false, className }: AddButtonProps) {
  const { t } = useTranslation();
  const { addingAt, setAddingAt, add, paste, canPaste } = useBuilder();
  const key = placeKey(place);
  const groups = GROUPS.map(({ id, kinds }) => ({
    id: t(`builder.groups.${id}`),
    title: t(`builder.groups.${id}`),
    items: kinds.map((kind) => ({
      id: kind,
      label: t(`builder.kinds.${kind}`),
      icon: <KindIcon kind={kind} size={15} />,
      onAction: () => add(kind, place),
    })),
  }));
  const pasting = {
    id: t("builder.paste"),
    items: [
      {
        id: "paste",
        label: t("builder.paste"),
        icon: <ClipboardPaste aria-hidden size={15} />,
        keys: "mod+v",
        onAction: () => paste(place),
      },
    ],
  };
  return (
    <Menu
      label={t("builder.add")}
      placement="bottom"
      isOpen={addingAt === key}
      onOpenChange={(isOpen) => setAddingAt(isOpen ? key : null)}
      groups={canPaste ? [...groups, pasting] : groups}
      trigger={
        <Button
          aria-label={t("builder.addAfter", { name: after })}
          excludeFromTabOrder={!isTabStop}
          className={cx(
            "flex size-6 cursor-default items-center justify-center rounded-full border border-edge bg-surface text-muted transition-colors hover:border-accent hover:bg-accent hover:text-on-accent pressed:bg-accent pressed:text-on-accent",
            className,
          )}
        >
          <Plus aria-hidden size={14} />
        </Button>
      }
    />
  );
}
