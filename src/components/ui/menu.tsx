import { type ReactNode, useRef, useState } from "react";
import { ButtonContext, type PressEvent } from "react-aria-components";
import { DIALOG_COMING, later } from "../../lib/later";
import type { MenuGroupData, MenuListProps } from "./menu-list";

export type { MenuGroupData };

const MenuList = later(async () => (await import("./menu-list")).MenuList, { meanwhile: DIALOG_COMING });

type MenuProps = {
  label: string;
  /** The button that opens it. */
  trigger: ReactNode;
  /** A function is asked when the menu opens: what is never opened need not be made. */
  groups: readonly MenuGroupData[] | (() => readonly MenuGroupData[]);
  placement?: MenuListProps["placement"];
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
};

/**
 * A button and the menu it opens, with the keyboard and the pointer as React Aria's MenuTrigger has them: a mouse opens it
 * when it goes down, a finger when it goes up, arrows open it at its first or last item.
 */
export function Menu({ label, trigger, groups, placement = "bottom end", isOpen, onOpenChange }: MenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOwnOpen, setIsOwnOpen] = useState(false);
  const [focus, setFocus] = useState<MenuListProps["focus"]>(null);
  const isShown = isOpen ?? isOwnOpen;
  const change = (next: boolean, at: MenuListProps["focus"] = null) => {
    setFocus(at);
    setIsOwnOpen(next);
    onOpenChange?.(next);
  };
  const onPressStart = ({ pointerType }: PressEvent) => {
    if (pointerType === "touch" || pointerType === "keyboard") return;
    button.current?.focus({ preventScroll: true });
    change(!isShown, pointerType === "virtual" ? "first" : null);
  };
  const onPress = ({ pointerType }: PressEvent) => {
    if (pointerType !== "touch") return;
    button.current?.focus({ preventScroll: true });
    change(!isShown);
  };
  const onKeyDown = (event: { key: string; preventDefault: () => void; continuePropagation: () => void }) => {
    // React Aria keeps to itself what is handled here: the keys of the screen must go on working after a menu.
    if (!["Enter", " ", "ArrowDown", "ArrowUp"].includes(event.key)) return event.continuePropagation();
    event.preventDefault();
    change(!isShown, event.key === "ArrowUp" ? "last" : "first");
  };
  return (
    <>
      <ButtonContext
        value={{
          ref: button,
          onPressStart,
          onPress,
          onKeyDown,
          "aria-haspopup": "menu",
          "aria-expanded": isShown,
          isPressed: isShown,
        }}
      >
        {trigger}
      </ButtonContext>
      {isShown && (
        <MenuList
          key={label}
          label={label}
          groups={groups instanceof Function ? groups() : groups}
          placement={placement}
          triggerRef={button}
          focus={focus}
          onClose={() => change(false)}
        />
      )}
    </>
  );
}
