import { Label, Radio, RadioGroup } from "react-aria-components";
import { cx } from "./classes";

type RadioOption<T extends string> = { id: T; label: string; text: string };

type RadioListProps<T extends string> = {
  label: string;
  options: readonly RadioOption<T>[];
  value: T;
  onChange: (value: T) => void;
};

/** One of a few choices that each need a sentence to be understood. */
export function RadioList<T extends string>({ label, options, value, onChange }: RadioListProps<T>) {
  const choose = (id: string) => {
    const option = options.find((each) => each.id === id);
    if (option !== undefined) onChange(option.id);
  };
  return (
    <RadioGroup value={value} onChange={choose} className="flex flex-col gap-2">
      <Label className="text-sm font-medium">{label}</Label>
      {options.map((option) => (
        <Radio
          key={option.id}
          value={option.id}
          className={({ isSelected, isFocusVisible }) =>
            cx(
              "flex cursor-default items-start gap-2.5 rounded-md border px-3 py-2 transition-colors",
              isSelected ? "border-accent bg-accent-soft" : "border-line hover:bg-hover",
              isFocusVisible && "outline-2 outline-offset-2 outline-accent",
            )
          }
        >
          {({ isSelected }) => (
            <>
              <span
                aria-hidden
                className={cx(
                  "mt-0.5 size-4 shrink-0 rounded-full border bg-surface",
                  isSelected ? "border-5 border-accent" : "border-edge",
                )}
              />
              <span className="min-w-0">
                <span className="block text-sm font-medium text-text">{option.label}</span>
                <span className="block text-sm text-muted">{option.text}</span>
              </span>
            </>
          )}
        </Radio>
      ))}
    </RadioGroup>
  );
}
