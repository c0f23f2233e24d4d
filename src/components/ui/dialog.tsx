import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "./button";
import { cx } from "./classes";

type DialogProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
  size?: "sm" | "md" | "lg" | "xl";
  footer?: ReactNode;
};

const WIDTHS = { sm: "max-w-md", md: "max-w-xl", lg: "max-w-3xl", xl: "max-w-6xl" };

/** A modal window: closes with Esc and by a press outside, gives the focus back. */
export function Dialog({ title, isOpen, onClose, children, size = "md", footer }: DialogProps) {
  const { t } = useTranslation();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
      className="fixed inset-0 z-40 flex items-start justify-center overflow-auto bg-scrim p-4 pt-[10vh] max-md:items-end max-md:p-0"
    >
      <Modal
        className={cx(
          "float-in flex max-h-[80vh] w-full flex-col rounded-xl border border-line bg-raised shadow-float max-md:max-h-[90vh] max-md:rounded-b-none",
          WIDTHS[size],
        )}
      >
        <AriaDialog data-modal className="flex min-h-0 flex-col outline-none">
          <header className="flex items-center justify-between gap-4 border-b border-line py-2 pr-2 pl-4">
            <Heading slot="title" className="truncate text-base font-semibold">
              {title}
            </Heading>
            <IconButton label={t("common.close")} keys="escape" icon={<X size={16} />} onPress={onClose} />
          </header>
          {/* Without a footer it is something to read, perhaps with nothing in it to focus: the keyboard scrolls it. */}
          <div
            tabIndex={footer === undefined ? 0 : undefined}
            className="min-h-0 overflow-auto p-4 outline-offset-[-2px]"
          >
            {children}
          </div>
          {footer !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line p-3 empty:hidden">{footer}</footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
