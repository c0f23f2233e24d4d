import { CalendarPlus, CircleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Holiday } from "../../../../convex/orgs/calendars/hours";
import { localDay } from "../../../../convex/lib/time";
import { Button } from "../../../components/ui/button";
import { FileButton } from "../../../components/ui/file-button";
import { decodeText } from "../../../lib/decode-text";
import { readDaysOff, writeDaysOff } from "./calendar-text";
import type { IcalDays, IcalProblem } from "./ical-days";

/** A calendar of days off for many years is a few dozen kilobytes. */
const MAX_FILE_BYTES = 2_000_000;
/** Years after this one that are taken of days that come again for ever. */
const YEARS_AHEAD = 4;

type Checked =
  | { kind: "refused"; file: string; reason: "not_ical" | "no_events" | "too_many" | "too_large" }
  | { kind: "days"; file: string; fresh: Holiday[]; known: number; outside: number; problems: IcalProblem[] };

type IcalImportProps = {
  /** Days off as they stand in the form. */
  daysOff: string;
  timezone: string;
  onAdd: (daysOff: string) => void;
};

/** Days off out of a file: first what would be added, then into the form; nothing counts before that is saved. */
export function IcalImport({ daysOff, timezone, onAdd }: IcalImportProps) {
  const { t } = useTranslation();
  const [checked, setChecked] = useState<Checked | null>(null);
  const check = async (file: File) => setChecked(await checkFile(file, daysOff, timezone));
  if (checked === null) {
    return (
      <FileButton
        label={t("slaSettings.ical.choose")}
        accept=".ics,.ical,text/calendar"
        onFile={(file) => void check(file)}
      />
    );
  }
  const fresh = checked.kind === "days" ? checked.fresh : [];
  const add = () => {
    onAdd([daysOff.trimEnd(), writeDaysOff(fresh)].filter((text) => text !== "").join("\n"));
    setChecked(null);
  };
  return (
    <section
      aria-label={t("slaSettings.ical.region", { file: checked.file })}
      className="flex flex-col gap-3 rounded-lg border border-line p-3"
    >
      {checked.kind === "refused" ? <Refused checked={checked} /> : <DryRun checked={checked} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button size="sm" onPress={() => setChecked(null)}>
          {t("slaSettings.ical.discard")}
        </Button>
        {fresh.length > 0 && (
          <Button size="sm" variant="primary" icon={<CalendarPlus aria-hidden size={14} />} onPress={add}>
            {t("slaSettings.ical.add", { count: fresh.length })}
          </Button>
        )}
      </div>
    </section>
  );
}

function Refused({ checked }: { checked: Extract<Checked, { kind: "refused" }> }) {
  const { t } = useTranslation();
  return (
    <p role="alert" className="text-sm text-danger">
      {t(`slaSettings.ical.refused.${checked.reason}`, { file: checked.file })}
    </p>
  );
}

function DryRun({ checked }: { checked: Extract<Checked, { kind: "days" }> }) {
  const { t } = useTranslation();
  const { file, fresh, known, outside, problems } = checked;
  const counts = [
    t("slaSettings.ical.fresh", { count: fresh.length }),
    ...(known > 0 ? [t("slaSettings.ical.known", { count: known })] : []),
    ...(outside > 0 ? [t("slaSettings.ical.outside", { count: outside })] : []),
  ];
  return (
    <>
      <p role="status" className="text-sm">
        {file}: {counts.join(", ")}
      </p>
      {fresh.length > 0 && (
        <ul tabIndex={0} className="max-h-48 overflow-y-auto rounded-md bg-sunken px-3 py-2 text-xs tabular-nums">
          {writeDaysOff(fresh)
            .split("\n")
            .map((line) => (
              <li key={line} className="py-0.5 break-words">
                {line}
              </li>
            ))}
        </ul>
      )}
      {problems.length > 0 && (
        <ul className="flex flex-col gap-1 text-xs text-warn">
          {problems.map(({ title, kind }, index) => (
            <li key={index} className="flex gap-1.5">
              <CircleAlert aria-hidden size={14} className="shrink-0" />
              <span className="min-w-0 break-words">
                {title === "" ? t("slaSettings.ical.untitled") : t("slaSettings.ical.titled", { title })}:{" "}
                {t(`slaSettings.ical.problems.${kind}`)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

async function checkFile(file: File, daysOff: string, timezone: string): Promise<Checked> {
  if (file.size > MAX_FILE_BYTES) return { kind: "refused", file: file.name, reason: "too_large" };
  // Few ever need the reader: it comes with the first file.
  const { readIcalDays } = await import("./ical-days");
  const text = decodeText(new Uint8Array(await file.arrayBuffer()));
  const year = Number(localDay(Date.now(), timezone).date.slice(0, 4));
  const wanted = { timezone, from: `${year}-01-01`, to: `${year + YEARS_AHEAD + 1}-01-01` };
  return { file: file.name, ...compared(readIcalDays(text, wanted), daysOff) };
}

function compared(read: IcalDays, daysOff: string) {
  if (read.kind === "refused") return read;
  // The same time off is the same day off, whatever either calls it.
  const keyOf = ({ date, start, end }: Holiday) => `${date} ${start ?? "00:00"} ${end ?? "24:00"}`;
  const standing = new Set(readDaysOff(daysOff).values.map(keyOf));
  const fresh = read.days.filter((day) => !standing.has(keyOf(day)));
  return { ...read, fresh, known: read.days.length - fresh.length };
}
