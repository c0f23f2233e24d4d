import { Check, ChevronsUpDown } from "lucide-react";
import {
  Button,
  type Key,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
} from "react-aria-components";
import { cx } from "./classes";
import { FIELD } from "./text-field";

type SelectOption<T extends string> = { id: T; label: string };

type SelectProps<T extends string> = {
  label: string;
  hideLabel?: boolean;
  options: readonly SelectOption<T>[];
  value: T;
  onChange: (value: T) => void;
  isDisabled?: boolean;
  className?: string;
};

export function Select<T extends string>(props: SelectProps<T>) {
  const { label, hideLabel, options, value, onChange, isDisabled, className } = props;
  const choose = (key: Key | null) => {
    const option = options.find(({ id }) => id === key);
    if (option !== undefined) onChange(option.id);
  };
  return (
    <AriaSelect
      selectedKey={value}
      onSelectionChange={choose}
      isDisabled={isDisabled}
      className={cx("flex flex-col gap-1", className)}
    >
      <Label className={hideLabel ? "sr-only" : "text-xs font-medium text-muted"}>{label}</Label>
      <Button
        className={cx(
          FIELD,
          "flex items-center justify-between gap-2 text-left max-md:h-11",
          // As high as a text field of a form, or as a button of the bar it stands in.
          hideLabel ? "h-8" : "h-9",
        )}
      >
        <SelectValue className="truncate" />
        <ChevronsUpDown aria-hidden size={14} className="shrink-0 text-faint" />
      </Button>
      <Popover className="float-in z-50 min-w-(--trigger-width) overflow-auto rounded-lg border border-line bg-raised p-1 shadow-float">
        <ListBox data-popup className="outline-none">
          {options.map((option) => (
            <ListBoxItem
              key={option.id}
              id={option.id}
              textValue={option.label}
              className="flex cursor-default items-center justify-between gap-4 rounded-md px-2 py-1.5 text-sm outline-none focused:bg-hover max-md:py-2.5"
            >
              {({ isSelected }) => (
                <>
                  {option.label}
                  {isSelected && <Check aria-hidden size={14} className="text-accent-text" />}
                </>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
