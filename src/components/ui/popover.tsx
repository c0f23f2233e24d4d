import { type ReactNode, useRef, useState } from "react";
import { ButtonContext } from "react-aria-components";
import { DIALOG_COMING, later } from "../../lib/later";

const PopoverBody = later(async () => (await import("./popover-body")).PopoverBody, { meanwhile: DIALOG_COMING });

type PopoverProps = {
  label: string;
  /** The button that opens it. */
  trigger: ReactNode;
  children: ReactNode;
};

/** Something to read beside what it is about: closes with Esc and by a press outside, gives the focus back. */
export function Popover({ label, trigger, children }: PopoverProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <ButtonContext
        value={{
          ref: button,
          onPress: () => setIsOpen(!isOpen),
          "aria-haspopup": "dialog",
          "aria-expanded": isOpen,
          isPressed: isOpen,
        }}
      >
        {trigger}
      </ButtonContext>
      {isOpen && (
        <PopoverBody label={label} triggerRef={button} onClose={() => setIsOpen(false)}>
          {children}
        </PopoverBody>
      )}
    </>
  );
}
