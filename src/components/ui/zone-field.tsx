import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { Button, ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Text } from "react-aria-components";
import { knownZones, matchesZone } from "../../lib/zones";
import { cx } from "./classes";
import { FIELD } from "./text-field";

type ZoneFieldProps = {
  label: string;
  value: string;
  onChange: (zone: string) => void;
  placeholder?: string;
  description?: string;
  error?: string | null;
};

/** A time zone by its IANA name: searched and chosen, or written out, for there are more names than a browser lists. */
export function ZoneField({ label, value, onChange, placeholder, description, error = null }: ZoneFieldProps) {
  const [zones] = useState(() => knownZones().map((id) => ({ id })));
  return (
    <ComboBox
      allowsCustomValue
      menuTrigger="input"
      defaultItems={zones}
      defaultFilter={matchesZone}
      inputValue={value}
      onInputChange={onChange}
      selectedKey={null}
      onSelectionChange={(key) => typeof key === "string" && onChange(key)}
      isInvalid={error !== null}
      className="flex min-w-0 flex-col gap-1"
    >
      <Label className="text-xs font-medium text-muted">{label}</Label>
      <div className="relative">
        <Input
          {...(placeholder === undefined ? {} : { placeholder })}
          // Typing is a search for another one.
          onFocus={({ currentTarget }) => currentTarget.select()}
          className={cx(FIELD, "h-9 pr-9 max-md:h-11 max-md:pr-11")}
        />
        <Button className="absolute inset-y-0 right-0 flex w-9 items-center justify-center rounded-md text-faint hover:text-text max-md:w-11">
          <ChevronsUpDown aria-hidden size={14} />
        </Button>
      </div>
      {description !== undefined && error === null && (
        <Text slot="description" className="text-xs text-faint">
          {description}
        </Text>
      )}
      <FieldError className="text-xs text-danger">{error}</FieldError>
      <Popover className="float-in z-50 max-h-72 w-(--trigger-width) overflow-auto rounded-lg border border-line bg-raised p-1 shadow-float">
        <ListBox<{ id: string }> data-popup className="outline-none">
          {({ id }) => (
            <ListBoxItem
              id={id}
              textValue={id}
              className="cursor-default rounded-md px-2 py-1.5 text-sm outline-none focused:bg-hover max-md:py-2.5"
            >
              {id.replaceAll("_", " ")}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
