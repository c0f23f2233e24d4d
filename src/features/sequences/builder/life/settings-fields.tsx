import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Checkbox } from "../../../../components/ui/checkbox";
import { Select } from "../../../../components/ui/select";
import { TextField } from "../../../../components/ui/text-field";
import type { SequenceSettings as Settings } from "../../../../lib/api-types";
import { ConditionFields } from "../form/condition-fields";
import { FieldGroup } from "../form/fields";

type FieldsProps = {
  settings: Settings;
  onChange: (fields: Partial<Settings>) => void;
  error: string | null;
};

/** Settings that can be wrong. */
export const SETTING_NAMES = ["entry", "reentry", "goal", "exits", "quietHours", "entryCap", "sendCap"] as const;

const NEW_CONDITION: NonNullable<Settings["goal"]> = {
  match: "all",
  groups: [{ match: "all", tests: [{ kind: "fact", key: "booking.title", comparison: "contains", value: "" }] }],
};

const ENTRIES = ["all", "some"] as const;

export function EntryFields({ settings: { entry, exits }, onChange, error }: FieldsProps) {
  const { t } = useTranslation();
  // Without an entry condition there is nothing to stop matching.
  const choose = (id: (typeof ENTRIES)[number]) =>
    onChange(
      id === "all" ? { entry: null, exits: { ...exits, onStopMatching: false } } : { entry: entry ?? NEW_CONDITION },
    );
  return (
    <FieldGroup title={t("builder.settings.entry")}>
      <Select
        label={t("builder.settings.entry")}
        hideLabel
        value={entry === null ? "all" : "some"}
        options={ENTRIES.map((id) => ({ id, label: t(`builder.settings.entries.${id}`) }))}
        onChange={choose}
      />
      {entry !== null && (
        <ConditionFields value={entry} isDisabled={false} onChange={(next) => onChange({ entry: next })} />
      )}
      <GroupError text={error} />
    </FieldGroup>
  );
}

const REENTRIES: readonly Settings["reentry"]["kind"][] = ["each_booking", "never", "after_days"];
/** A month: most guests who come back do so later. */
const USUAL_DAYS = 30;

export function ReentryFields({ settings: { reentry }, onChange, error }: FieldsProps) {
  const { t } = useTranslation();
  const [days, setDays] = useState(String(reentry.kind === "after_days" ? reentry.days : USUAL_DAYS));
  const numberIn = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : NaN);
  return (
    <FieldGroup title={t("builder.settings.again")}>
      <Select
        label={t("builder.settings.again")}
        hideLabel
        value={reentry.kind}
        options={REENTRIES.map((id) => ({ id, label: t(`builder.settings.reentry.${id}`) }))}
        onChange={(kind) => onChange({ reentry: kind === "after_days" ? { kind, days: numberIn(days) } : { kind } })}
      />
      {reentry.kind === "after_days" && (
        <TextField
          label={t("builder.settings.days")}
          inputMode="numeric"
          value={days}
          error={error}
          onChange={(text) => {
            setDays(text);
            onChange({ reentry: { kind: "after_days", days: numberIn(text) } });
          }}
        />
      )}
    </FieldGroup>
  );
}

const GOALS = ["none", "some"] as const;

export function GoalFields({ settings: { goal }, onChange, error }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <FieldGroup title={t("builder.settings.goal")}>
      <Select
        label={t("builder.settings.goal")}
        hideLabel
        value={goal === null ? "none" : "some"}
        options={GOALS.map((id) => ({ id, label: t(`builder.settings.goals.${id}`) }))}
        onChange={(id) => onChange({ goal: id === "none" ? null : (goal ?? NEW_CONDITION) })}
      />
      {goal !== null && (
        <>
          <p className="text-xs text-faint">{t("builder.settings.goalText")}</p>
          <ConditionFields value={goal} isDisabled={false} onChange={(next) => onChange({ goal: next })} />
        </>
      )}
      <GroupError text={error} />
    </FieldGroup>
  );
}

const EXITS = ["onReply", "onComplaint", "onStopMatching"] as const;

export function ExitFields({ settings: { exits, entry }, onChange, error }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <FieldGroup title={t("builder.settings.exits")}>
      <div className="flex flex-col">
        {EXITS.map((name) => (
          <Checkbox
            key={name}
            isSelected={exits[name]}
            isDisabled={name === "onStopMatching" && entry === null}
            onChange={(isOn) => onChange({ exits: { ...exits, [name]: isOn } })}
          >
            {t(`builder.settings.${name}`)}
          </Checkbox>
        ))}
      </div>
      <GroupError text={error} />
    </FieldGroup>
  );
}

type QuietHours = NonNullable<Settings["quietHours"]>;

const NIGHT: QuietHours = { start: "21:00", end: "08:00", within: "shift" };
const WITHINS: readonly QuietHours["within"][] = ["shift", "drop"];

export function QuietFields({ settings: { quietHours }, onChange, error }: FieldsProps) {
  const { t } = useTranslation();
  const set = (fields: Partial<QuietHours>) => onChange({ quietHours: { ...NIGHT, ...quietHours, ...fields } });
  return (
    <FieldGroup title={t("builder.settings.quiet")}>
      <Checkbox isSelected={quietHours !== null} onChange={(isOn) => (isOn ? set({}) : onChange({ quietHours: null }))}>
        {t("builder.settings.quietOn")}
      </Checkbox>
      {quietHours !== null && (
        <>
          <div className="grid grid-cols-2 gap-2">
            {(["start", "end"] as const).map((name) => (
              <TextField
                key={name}
                type="time"
                label={t(`builder.settings.${name}`)}
                value={quietHours[name]}
                onChange={(at) => set({ [name]: at })}
              />
            ))}
          </div>
          <p className="text-xs text-faint">{t("builder.settings.quietText")}</p>
          <Select
            label={t("builder.settings.within")}
            value={quietHours.within}
            options={WITHINS.map((id) => ({ id, label: t(`builder.settings.withins.${id}`) }))}
            onChange={(within) => set({ within })}
          />
        </>
      )}
      <GroupError text={error} />
    </FieldGroup>
  );
}

function GroupError({ text }: { text: string | null }) {
  if (text === null) return null;
  return (
    <p role="alert" className="text-xs text-danger">
      {text}
    </p>
  );
}
