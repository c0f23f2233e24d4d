import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { firstZone } from "../../../../convex/lib/time";
import { FormDialog } from "../../../components/ui/form-dialog";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useOrg, useOrgMutation } from "../../../lib/org";
import { IcalImport } from "./ical-import";
import { readDaysOff, readHours, writeDaysOff, writeHours } from "./calendar-text";

export type Calendar = (typeof api.sla.queries.calendars)["_returnType"][number];
export type CalendarTarget = { kind: "new" } | { kind: "existing"; calendar: Calendar };

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
/** 2024-01-01 was a Monday: what names the weekdays in the reader's language. */
const A_MONDAY = Date.UTC(2024, 0, 1, 12);
const DAY_MS = 86_400_000;

function weekdayName(weekday: number, language: string): string {
  const at = A_MONDAY + (weekday - 1) * DAY_MS;
  return new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(at);
}

/** Makes or changes one calendar. */
export function CalendarDialog({ target, onClose }: { target: CalendarTarget; onClose: () => void }) {
  const { t } = useTranslation();
  const known = target.kind === "existing" ? target.calendar : null;
  const form = useCalendarForm(known, onClose);
  return (
    <FormDialog
      title={t(known === null ? "slaSettings.addCalendar" : "slaSettings.editCalendar")}
      onClose={onClose}
      onSubmit={form.submit}
    >
      <TextField
        label={t("slaSettings.name")}
        value={form.name}
        onChange={form.setName}
        error={form.errorOf("name")}
        autoFocus
      />
      <TextField
        label={t("slaSettings.timezone")}
        value={form.timezone}
        onChange={form.setTimezone}
        error={form.errorOf("timezone")}
      />
      <HoursFields form={form} />
      {form.errorOf("intervals") !== null && <p className="text-xs text-danger">{form.errorOf("intervals")}</p>}
      <TextField
        label={t("slaSettings.daysOff")}
        description={t("slaSettings.daysOffHint")}
        rows={5}
        value={form.daysOff}
        onChange={form.setDaysOff}
        error={form.errorOf("holidays")}
      />
      <IcalImport daysOff={form.daysOff} timezone={firstZone(form.timezone.trim())} onAdd={form.setDaysOff} />
    </FormDialog>
  );
}

function HoursFields({ form }: { form: ReturnType<typeof useCalendarForm> }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <fieldset className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      <legend className="pb-1 text-xs font-medium text-muted">{t("slaSettings.hours")}</legend>
      {WEEKDAYS.map((weekday, index) => (
        <TextField
          key={weekday}
          label={weekdayName(weekday, language)}
          placeholder={t("slaSettings.closedDay")}
          value={form.hours[index] ?? ""}
          onChange={(text) => form.setHours(form.hours.with(index, text))}
          error={form.errorOf(`day${index}`)}
        />
      ))}
    </fieldset>
  );
}

function useCalendarForm(known: Calendar | null, onClose: () => void) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const create = useOrgMutation(api.sla.mutations.createCalendar);
  const change = useOrgMutation(api.sla.mutations.changeCalendar);
  const [name, setName] = useState(known?.name ?? "");
  const [timezone, setTimezone] = useState(known?.timezone ?? membership.timezone);
  const [hours, setHours] = useState(WEEKDAYS.map((weekday) => writeHours(known?.intervals ?? [], weekday)));
  const [daysOff, setDaysOff] = useState(writeDaysOff(known?.holidays ?? []));
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const read = hours.map((text, index) => readHours(index + 1, text));
    const badDay = read.findIndex((day) => day === null);
    const { values: holidays, badLines } = readDaysOff(daysOff);
    if (badDay !== -1) return setProblem({ field: `day${badDay}`, message: t("slaSettings.badHours") });
    if (badLines.length > 0) {
      return setProblem({ field: "holidays", message: t("slaSettings.badLines", { lines: badLines.join(", ") }) });
    }
    const fields = { name, timezone: timezone.trim(), intervals: read.flatMap((day) => day ?? []), holidays };
    try {
      await (known === null ? create(fields) : change({ calendarId: known.id, ...fields }));
      toast(t("slaSettings.saved"));
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field: error.field, message: error.message });
    }
  };
  return { name, setName, timezone, setTimezone, hours, setHours, daysOff, setDaysOff, errorOf, submit };
}
