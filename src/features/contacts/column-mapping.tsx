import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  CONTACT_FIELDS,
  guessTargets,
  plainHeading,
  type ColumnTarget,
} from "../../../convex/contacts/imports/columns";
import { Button } from "../../components/ui/button";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { useStored } from "../../lib/stored";

export type Table = { headings: string[]; rows: { line: number; cells: string[] }[] };
export type Mapping = { targets: ColumnTarget[]; country: string };

const TARGETS: readonly ColumnTarget[] = ["ignore", ...CONTACT_FIELDS, "attribute"];

/** What each column of a file means, as it was chosen the last time; with the first line as an example. */
export function ColumnMapping({ table, onDone }: { table: Table; onDone: (mapping: Mapping) => void }) {
  const { t } = useTranslation();
  const [stored, setStored] = useStored<string>("contactColumns", "{}");
  const [storedCountry, setStoredCountry] = useStored<string>("contactCountry", "");
  const remembered = JSON.parse(stored) as Record<string, ColumnTarget>;
  const [targets, setTargets] = useState(() => guessTargets(table.headings, remembered));
  const [country, setCountry] = useState(storedCountry);
  const isCountry = /^([A-Z]{2})?$/.test(country);
  const change = (at: number, target: ColumnTarget) => {
    const isShared = target === "ignore" || target === "attribute";
    // A field comes from one column: the one that had it before gives it up.
    setTargets(targets.map((each, index) => (index === at ? target : !isShared && each === target ? "ignore" : each)));
  };
  const done = () => {
    const chosen = table.headings.map((heading, at) => [plainHeading(heading), targets[at] ?? "ignore"] as const);
    setStored(JSON.stringify({ ...remembered, ...Object.fromEntries(chosen) }));
    setStoredCountry(country);
    onDone({ targets, country });
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("contacts.mapText")}</p>
      <ul className="flex flex-col gap-2">
        {table.headings.map((heading, at) => (
          <li key={`${at}-${heading}`} className="grid grid-cols-[minmax(0,1fr)_12rem] items-center gap-3">
            <span className="min-w-0">
              <span className="block truncate text-sm font-medium">{heading}</span>
              <span className="block truncate text-xs text-faint">{table.rows[0]?.cells[at] ?? ""}</span>
            </span>
            <Select
              label={heading === "" ? String(at + 1) : heading}
              hideLabel
              options={TARGETS.map((id) => ({ id, label: t(`contacts.targets.${id}`) }))}
              value={targets[at] ?? "ignore"}
              onChange={(target) => change(at, target)}
            />
          </li>
        ))}
      </ul>
      <TextField
        label={t("contacts.country")}
        value={country}
        onChange={(text) => setCountry(text.trim().toUpperCase())}
        error={isCountry ? null : t("contacts.countryInvalid")}
        className="w-72 max-md:w-full"
      />
      <Button variant="primary" className="self-start" isDisabled={!isCountry} onPress={done}>
        {t("contacts.check")}
      </Button>
    </div>
  );
}
