import type { ReactNode } from "react";
import { Dialog, DialogTrigger, Popover as AriaPopover } from "react-aria-components";

type PopoverProps = {
  label: string;
  /** The button that opens it. */
  trigger: ReactNode;
  children: ReactNode;
};

/** Something to read beside what it is about: closes with Esc and by a press outside, gives the focus back. */
export function Popover({ label, trigger, children }: PopoverProps) {
  return (
    <DialogTrigger>
      {trigger}
      <AriaPopover
        placement="bottom end"
        className="float-in z-50 max-h-[70vh] w-96 max-w-[calc(100vw-1rem)] overflow-auto rounded-lg border border-line bg-raised shadow-float"
      >
        {/* There may be nothing in it to focus: the keyboard scrolls it. */}
        <Dialog aria-label={label} className="p-3 outline-none">
          {children}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  );
}
