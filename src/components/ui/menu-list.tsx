import { Check } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import {
  Header,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection,
  Popover,
  type PopoverProps,
  Separator,
} from "react-aria-components";
import { cx } from "./classes";
import { Kbd } from "./kbd";

type MenuItemData = {
  id: string;
  label: string;
  icon?: ReactNode;
  keys?: string;
  isChosen?: boolean;
  isDanger?: boolean;
  isDisabled?: boolean;
  onAction: () => void;
};
export type MenuGroupData = {
  id: string;
  title?: string;
  /** Its items stand beside each other, as large as a thumb: pictures that need no words. */
  isRow?: boolean;
  items: MenuItemData[];
};

export type MenuListProps = {
  label: string;
  groups: readonly MenuGroupData[];
  placement: NonNullable<PopoverProps["placement"]>;
  triggerRef: RefObject<HTMLButtonElement | null>;
  /** Which item has the focus when it opens; null: the menu itself, as for a mouse. */
  focus: "first" | "last" | null;
  onClose: () => void;
};

/** What a menu shows while it is open: in a file of its own, for the first screen only has closed ones. */
export function MenuList({ label, groups, placement, triggerRef, focus, onClose }: MenuListProps) {
  return (
    <Popover
      triggerRef={triggerRef}
      aria-label={label}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      placement={placement}
      className="float-in z-50 max-h-[70vh] min-w-52 overflow-auto rounded-lg border border-line bg-raised p-1 shadow-float"
    >
      <AriaMenu aria-label={label} autoFocus={focus ?? true} onClose={onClose} className="outline-none">
        {groups.map((group, index) => (
          <MenuSection
            key={group.id}
            className={cx(group.isRow && "flex justify-between")}
            {...(group.title === undefined ? { "aria-label": group.id } : {})}
          >
            {index > 0 && <Separator className="mx-1 my-1 h-px bg-line" />}
            {group.title !== undefined && (
              <Header className="px-2 pt-1.5 pb-1 text-2xs font-semibold text-faint">{group.title}</Header>
            )}
            {group.items.map((item) => (
              <MenuRow key={item.id} item={item} isPicture={group.isRow ?? false} />
            ))}
          </MenuSection>
        ))}
      </AriaMenu>
    </Popover>
  );
}

function MenuRow({ item, isPicture }: { item: MenuItemData; isPicture: boolean }) {
  return (
    <AriaMenuItem
      id={item.id}
      textValue={item.label}
      isDisabled={item.isDisabled ?? false}
      onAction={item.onAction}
      className={cx(
        "flex cursor-default items-center rounded-md outline-none focused:bg-hover off:opacity-45",
        isPicture ? "size-9 justify-center text-xl max-md:size-12" : "gap-2 px-2 py-1.5 text-sm max-md:py-3",
        isPicture && item.isChosen && "ring-2 ring-accent ring-inset",
        item.isDanger && "text-danger",
      )}
    >
      {item.icon !== undefined && <span className="flex w-4 justify-center text-muted">{item.icon}</span>}
      <span className={cx(!isPicture && "grow truncate")}>{item.label}</span>
      {item.isChosen && !isPicture && <Check aria-hidden size={14} className="shrink-0 text-accent-text" />}
      {item.isChosen && <span className="sr-only">✓</span>}
      {item.keys !== undefined && <Kbd keys={item.keys} />}
    </AriaMenuItem>
  );
}
