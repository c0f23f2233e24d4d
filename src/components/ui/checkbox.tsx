import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { Checkbox as AriaCheckbox } from "react-aria-components";
import { cx } from "./classes";

type CheckboxProps = {
  isSelected: boolean;
  onChange: (isSelected: boolean) => void;
  isDisabled?: boolean;
  children: ReactNode;
};

/** One of several choices, with its label. */
export function Checkbox({ isSelected, onChange, isDisabled, children }: CheckboxProps) {
  return (
    <AriaCheckbox
      isSelected={isSelected}
      isDisabled={isDisabled ?? false}
      onChange={onChange}
      className="flex cursor-default items-start gap-2 py-1 text-sm off:opacity-50 max-md:py-2.5"
    >
      {({ isSelected: isOn, isFocusVisible }) => (
        <>
          <span
            className={cx(
              "mt-0.5 flex size-4 shrink-0 items-center justify-center rounded border transition-colors",
              isOn ? "border-accent bg-accent text-on-accent" : "border-edge bg-surface",
              isFocusVisible && "outline-2 outline-offset-2 outline-accent",
            )}
          >
            {isOn && <Check aria-hidden size={12} strokeWidth={3} />}
          </span>
          <span className="min-w-0">{children}</span>
        </>
      )}
    </AriaCheckbox>
  );
}
