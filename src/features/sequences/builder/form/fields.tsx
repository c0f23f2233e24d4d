import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { Select } from "../../../../components/ui/select";
import { NumberField } from "../../../../components/ui/typed-field";

const UNITS = { minutes: 1, hours: 60, days: 24 * 60 } as const;
type Unit = keyof typeof UNITS;
const UNIT_NAMES = ["minutes", "hours", "days"] as const;

type SpanProps = {
  label: string;
  minutes: number;
  onCommit: (minutes: number) => void;
  isDisabled: boolean;
  min?: number;
};

/** A length of time: a number and its unit. Elapsed time, also where a clock change lies in it. */
export function SpanField({ label, minutes, onCommit, isDisabled, min = 1 }: SpanProps) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Unit | null>(null);
  const fits = (unit: Unit) => minutes % UNITS[unit] === 0;
  const largest = minutes !== 0 && fits("days") ? "days" : minutes !== 0 && fits("hours") ? "hours" : "minutes";
  const unit = chosen !== null && fits(chosen) ? chosen : largest;
  return (
    <div className="grid grid-cols-2 items-start gap-2">
      <NumberField
        label={label}
        value={minutes / UNITS[unit]}
        min={min}
        isDisabled={isDisabled}
        onCommit={(amount) => onCommit(amount * UNITS[unit])}
      />
      <Select
        label={t("builder.unit")}
        value={unit}
        isDisabled={isDisabled}
        options={UNIT_NAMES.map((id) => ({ id, label: t(`builder.units.${id}`) }))}
        onChange={(next) => {
          setChosen(next);
          onCommit((minutes / UNITS[unit]) * UNITS[next]);
        }}
      />
    </div>
  );
}

/** Fields that belong together, with what they are about. */
export function FieldGroup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="flex flex-col gap-3 border-t border-line pt-3">
      <legend className="float-left mb-1 w-full text-xs font-semibold text-faint">{title}</legend>
      {children}
    </fieldset>
  );
}

/** Words with commas between, as the list they mean. */
export function wordsIn(text: string): string[] {
  return [...new Set(text.split(",").map((word) => word.trim()))].filter((word) => word !== "");
}
