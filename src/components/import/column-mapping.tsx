import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  guessTargets,
  isShared,
  plainHeading,
  type ColumnTarget,
  type FieldHeadings,
  type Table,
} from "../../../convex/lib/csv";
import { useStored } from "../../lib/stored";
import { Button } from "../ui/button";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";

type ColumnMappingProps<Field extends string> = {
  table: Table;
  fields: FieldHeadings<Field>;
  labelOf: (target: ColumnTarget<Field>) => string;
  /** Under what the choices are remembered in this browser. */
  memory: string;
  /** False while something else that is asked is not answered well. */
  isReady: boolean;
  onDone: (targets: ColumnTarget<Field>[]) => void;
  /** What else is asked, by what the columns mean. */
  children: (targets: readonly ColumnTarget<Field>[]) => ReactNode;
};

/** What each column of a file means, as it was chosen the last time; with the first line as an example. */
export function ColumnMapping<Field extends string>(props: ColumnMappingProps<Field>) {
  const { table, fields, labelOf, memory, isReady, onDone, children } = props;
  const { t } = useTranslation();
  const [stored, setStored] = useStored<string>(memory, "{}");
  const remembered = JSON.parse(stored) as Record<string, string>;
  const [targets, setTargets] = useState(() => guessTargets(table.headings, fields, remembered));
  const choices: readonly ColumnTarget<Field>[] = ["ignore", ...fields.map(([field]) => field), "attribute"];
  const change = (at: number, target: ColumnTarget<Field>) => {
    // A field comes from one column: the one that had it before gives it up.
    setTargets(
      targets.map((each, index) => (index === at ? target : !isShared(target) && each === target ? "ignore" : each)),
    );
  };
  const done = () => {
    const chosen = table.headings.map((heading, at) => [plainHeading(heading), targets[at] ?? "ignore"] as const);
    setStored(JSON.stringify({ ...remembered, ...Object.fromEntries(chosen) }));
    onDone(targets);
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("imports.mapText")}</p>
      <ul className="flex flex-col gap-3">
        {table.headings.map((heading, at) => (
          <li key={`${at}-${heading}`} className="grid grid-cols-[minmax(0,1fr)_12rem] items-center gap-3">
            <span className="min-w-0">
              <span className="block truncate text-sm font-medium">{heading}</span>
              <span className="block truncate text-xs text-faint">{table.rows[0]?.cells[at] ?? ""}</span>
            </span>
            <Select
              label={heading === "" ? String(at + 1) : heading}
              hideLabel
              options={choices.map((id) => ({ id, label: labelOf(id) }))}
              value={targets[at] ?? "ignore"}
              onChange={(target) => change(at, target)}
            />
          </li>
        ))}
      </ul>
      {children(targets)}
      {/* In sight however many columns there are. */}
      <div className="sticky -bottom-4 -mx-4 -mb-4 flex justify-end border-t border-line bg-raised p-3">
        <Button variant="primary" isDisabled={!isReady} onPress={done}>
          {t("imports.check")}
        </Button>
      </div>
    </div>
  );
}

/** The country in which national phone numbers are read; empty: the workspace's. */
export function isCountry(text: string): boolean {
  return /^([A-Z]{2})?$/.test(text);
}

type CountryFieldProps = { value: string; onChange: (country: string) => void };

export function CountryField({ value, onChange }: CountryFieldProps) {
  const { t } = useTranslation();
  return (
    <TextField
      label={t("imports.country")}
      value={value}
      onChange={(text) => onChange(text.trim().toUpperCase())}
      error={isCountry(value) ? null : t("imports.countryInvalid")}
      className="w-72 max-w-full max-md:w-full"
    />
  );
}
