import { useState } from "react";
import { useTranslation } from "react-i18next";
import { BOOKING_COLUMNS, type BookingField } from "../../../../convex/bookings/imports/columns";
import { DAY_ORDERS, guessDayOrder, type DayOrder } from "../../../../convex/bookings/imports/dayOrder";
import type { ColumnTarget } from "../../../../convex/lib/csv";
import { isZone } from "../../../../convex/lib/time";
import { ColumnMapping, CountryField, isCountry } from "../../../components/import/column-mapping";
import type { FileTable } from "../../../components/import/import-dialog";
import { Checkbox } from "../../../components/ui/checkbox";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { ZoneField } from "../../../components/ui/zone-field";
import { useOrg } from "../../../lib/org";

export type Choices = {
  targets: ColumnTarget<BookingField>[];
  options: { zone: string; dayOrder: DayOrder; minutes: number; country?: string };
  startsJourneys: boolean;
};

/** Rows that are looked at for the order of day and month. */
const ROWS_LOOKED_AT = 2_000;
const TIMES: readonly string[] = ["date", "start", "end"];
const isMinutes = (text: string) => /^\d{1,4}$/.test(text) && Number(text) <= 24 * 60;

type Draft = { zone: string; dayOrder: DayOrder | null; minutes: string; country: string; startsJourneys: boolean };

/** What the columns of a file of bookings mean, and how what they leave open is read. */
export function BookingMapping({ file, onDone }: { file: FileTable; onDone: (choices: Choices) => void }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const [draft, setDraft] = useState<Draft>({
    zone: membership.timezone,
    dayOrder: null,
    minutes: "60",
    country: "",
    startsJourneys: true,
  });
  const { zone, minutes, country, startsJourneys } = draft;
  const orderBy = (targets: readonly string[]) => draft.dayOrder ?? guessedOrder(file, targets);
  return (
    <ColumnMapping
      table={file}
      fields={BOOKING_COLUMNS}
      labelOf={(target) => t(`bookingImport.targets.${target}`)}
      memory="bookingColumns"
      isReady={isZone(zone) && isMinutes(minutes) && isCountry(country)}
      onDone={(targets) => {
        const read = { zone, dayOrder: orderBy(targets), minutes: Number(minutes) };
        onDone({ targets, options: { ...read, ...(country === "" ? {} : { country }) }, startsJourneys });
      }}
    >
      {(targets) => (
        <Reading draft={draft} dayOrder={orderBy(targets)} onChange={(change) => setDraft({ ...draft, ...change })} />
      )}
    </ColumnMapping>
  );
}

function guessedOrder({ rows }: FileTable, targets: readonly string[]): DayOrder {
  const columns = targets.flatMap((target, at) => (TIMES.includes(target) ? [at] : []));
  const texts = rows.slice(0, ROWS_LOOKED_AT).flatMap(({ cells }) => columns.map((at) => cells[at] ?? ""));
  return guessDayOrder(texts) ?? "day_first";
}

type ReadingProps = { draft: Draft; dayOrder: DayOrder; onChange: (change: Partial<Draft>) => void };

function Reading({ draft, dayOrder, onChange }: ReadingProps) {
  const { t } = useTranslation();
  const { zone, minutes, country, startsJourneys } = draft;
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 text-sm text-muted">{t("bookingImport.reading")}</legend>
      <div className="grid grid-cols-2 items-start gap-3 max-md:grid-cols-1">
        <ZoneField
          label={t("bookingImport.zone")}
          value={zone}
          onChange={(text) => onChange({ zone: text.trim() })}
          error={isZone(zone) ? null : t("bookings.problems.zone")}
        />
        <Select
          label={t("bookingImport.dayOrder")}
          options={DAY_ORDERS.map((id) => ({ id, label: t(`bookingImport.dayOrders.${id}`) }))}
          value={dayOrder}
          onChange={(order) => onChange({ dayOrder: order })}
        />
        <TextField
          label={t("bookingImport.minutes")}
          inputMode="numeric"
          value={minutes}
          onChange={(text) => onChange({ minutes: text.trim() })}
          error={isMinutes(minutes) ? null : t("bookingImport.minutesInvalid")}
        />
        <CountryField value={country} onChange={(next) => onChange({ country: next })} />
      </div>
      <Checkbox isSelected={startsJourneys} onChange={(isOn) => onChange({ startsJourneys: isOn })}>
        <span className="block">{t("bookingImport.startsJourneys")}</span>
        <span className="block text-xs text-muted">{t("bookingImport.startsJourneysHint")}</span>
      </Checkbox>
    </fieldset>
  );
}
