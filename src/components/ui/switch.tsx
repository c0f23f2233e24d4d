import { Switch as AriaSwitch } from "react-aria-components";
import { cx } from "./classes";

type SwitchProps = { label: string; isOn: boolean; isDisabled?: boolean; onChange: (isOn: boolean) => void };

/** On or off, taking effect at once. */
export function Switch({ label, isOn, isDisabled, onChange }: SwitchProps) {
  return (
    <AriaSwitch
      aria-label={label}
      isSelected={isOn}
      isDisabled={isDisabled ?? false}
      onChange={onChange}
      className="group flex cursor-default items-center rounded-full off:opacity-50 max-md:p-2"
    >
      {({ isSelected }) => (
        <span
          className={cx(
            "flex h-5 w-9 items-center rounded-full p-0.5 transition-colors",
            isSelected ? "bg-accent" : "border border-edge bg-surface",
          )}
        >
          <span
            className={cx(
              "size-4 rounded-full transition-transform",
              isSelected ? "translate-x-4 bg-surface" : "-translate-x-px bg-edge",
            )}
          />
        </span>
      )}
    </AriaSwitch>
  );
}
