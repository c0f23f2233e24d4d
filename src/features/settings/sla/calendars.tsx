import { CalendarClock, Ellipsis } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { Badge } from "../../../components/ui/badge";
import { Button, IconButton } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { Menu } from "../../../components/ui/menu";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useCan, useOrg, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { readDaysOff, readHours, writeDaysOff, writeHours } from "./calendar-text";

type Calendar = (typeof api.sla.queries.calendars)["_returnType"][number];
type Target = { kind: "new" } | { kind: "existing"; calendar: Calendar };

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
/** 2024-01-01 was a Monday: what names the weekdays in the reader's language. */
const A_MONDAY = Date.UTC(2024, 0, 1, 12);
const DAY_MS = 86_400_000;

function weekdayName(weekday: number, language: string): string {
  const at = A_MONDAY + (weekday - 1) * DAY_MS;
  return new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(at);
}

/** Opening hours and days off: what deadlines and sending hours go by. */
export function Calendars() {
  const { t } = useTranslation();
  const mayManage = useCan("sla.manage");
  const calendars = useOrgQuery(api.sla.queries.calendars, {});
  const [target, setTarget] = useState<Target | null>(null);
  return (
    <section className="flex flex-col gap-3">
      <header className="flex items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">{t("slaSettings.calendars")}</h3>
        {mayManage && <Button onPress={() => setTarget({ kind: "new" })}>{t("slaSettings.addCalendar")}</Button>}
      </header>
      <CardList intro={t("slaSettings.calendarsIntro")} rows={calendars} keyOf={({ id }) => id}>
        {(calendar) => (
          <CalendarRow
            calendar={calendar}
            onEdit={() => setTarget({ kind: "existing", calendar })}
            mayManage={mayManage}
          />
        )}
      </CardList>
      {target !== null && <CalendarDialog target={target} onClose={() => setTarget(null)} />}
    </section>
  );
}

type CalendarRowProps = { calendar: Calendar; mayManage: boolean; onEdit: () => void };

function CalendarRow({ calendar, mayManage, onEdit }: CalendarRowProps) {
  const { t } = useTranslation();
  const makeDefault = useOrgMutation(api.sla.mutations.setDefaultCalendar);
  const remove = useOrgMutation(api.sla.mutations.removeCalendar);
  const calendarId = calendar.id;
  const run = (work: () => Promise<unknown>) => () => {
    work().catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const label = t("slaSettings.actionsOf", { name: calendar.name });
  const items = [
    { id: "edit", label: t("slaSettings.edit"), onAction: onEdit },
    ...(calendar.isDefault
      ? []
      : [
          { id: "default", label: t("slaSettings.makeDefault"), onAction: run(() => makeDefault({ calendarId })) },
          { id: "remove", label: t("slaSettings.remove"), isDanger: true, onAction: run(() => remove({ calendarId })) },
        ]),
  ];
  return (
    <>
      <CalendarClock aria-hidden size={16} className="shrink-0 text-faint" />
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate text-sm font-medium">{calendar.name}</span>
        <span className="block truncate text-xs text-faint">
          {calendar.timezone} · {t("slaSettings.daysOffCount", { count: calendar.holidays.length })}
        </span>
      </span>
      {calendar.isDefault && <Badge tone="accent">{t("slaSettings.isDefault")}</Badge>}
      {mayManage && (
        <Menu
          label={label}
          trigger={<IconButton size="sm" label={label} icon={<Ellipsis size={16} />} />}
          groups={[{ id: "actions", items }]}
        />
      )}
    </>
  );
}

function CalendarDialog({ target, onClose }: { target: Target; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { membership } = useOrg();
  const formId = useId();
  const create = useOrgMutation(api.sla.mutations.createCalendar);
  const change = useOrgMutation(api.sla.mutations.changeCalendar);
  const known = target.kind === "existing" ? target.calendar : null;
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
  return (
    <Dialog
      title={t(known === null ? "slaSettings.addCalendar" : "slaSettings.editCalendar")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" form={formId} variant="primary">
            {t("common.save")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <TextField label={t("slaSettings.name")} value={name} onChange={setName} error={errorOf("name")} autoFocus />
        <TextField
          label={t("slaSettings.timezone")}
          value={timezone}
          onChange={setTimezone}
          error={errorOf("timezone")}
        />
        <fieldset className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <legend className="pb-1 text-xs font-medium text-muted">{t("slaSettings.hours")}</legend>
          {WEEKDAYS.map((weekday, index) => (
            <TextField
              key={weekday}
              label={weekdayName(weekday, language)}
              placeholder={t("slaSettings.closedDay")}
              value={hours[index] ?? ""}
              onChange={(text) => setHours(hours.with(index, text))}
              error={errorOf(`day${index}`)}
            />
          ))}
        </fieldset>
        {errorOf("intervals") !== null && <p className="text-xs text-danger">{errorOf("intervals")}</p>}
        <TextField
          label={t("slaSettings.daysOff")}
          description={t("slaSettings.daysOffHint")}
          rows={5}
          value={daysOff}
          onChange={setDaysOff}
          error={errorOf("holidays")}
        />
      </form>
    </Dialog>
  );
}
