import { CalendarClock, Ellipsis } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Badge } from "../../../components/ui/badge";
import { Button, IconButton } from "../../../components/ui/button";
import { Menu } from "../../../components/ui/menu";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { CalendarDialog, type Calendar, type CalendarTarget } from "./calendar-dialog";

/** Opening hours and days off: what deadlines and sending hours go by. */
export function Calendars() {
  const { t } = useTranslation();
  const mayManage = useCan("sla.manage");
  const calendars = useOrgQuery(api.sla.queries.calendars, {});
  const [target, setTarget] = useState<CalendarTarget | null>(null);
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
  const label = t("settings.actionsOf", { name: calendar.name });
  const items = [
    { id: "edit", label: t("settings.edit"), onAction: onEdit },
    ...(calendar.isDefault
      ? []
      : [
          { id: "default", label: t("slaSettings.makeDefault"), onAction: run(() => makeDefault({ calendarId })) },
          { id: "remove", label: t("settings.remove"), isDanger: true, onAction: run(() => remove({ calendarId })) },
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
