import type { ReactNode, RefObject } from "react";
import { Dialog, Popover as AriaPopover } from "react-aria-components";

type PopoverBodyProps = {
  label: string;
  triggerRef: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
  children: ReactNode;
};

/** What a popover shows while it is open: in a file of its own, for the first screen only has closed ones. */
export function PopoverBody({ label, triggerRef, onClose, children }: PopoverBodyProps) {
  return (
    <AriaPopover
      triggerRef={triggerRef}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      placement="bottom end"
      className="float-in z-50 max-h-[70vh] w-96 max-w-[calc(100vw-1rem)] overflow-auto rounded-lg border border-line bg-raised shadow-float"
    >
      {/* There may be nothing in it to focus: the keyboard scrolls it. */}
      <Dialog aria-label={label} className="p-3 outline-none">
        {children}
      </Dialog>
    </AriaPopover>
  );
}
