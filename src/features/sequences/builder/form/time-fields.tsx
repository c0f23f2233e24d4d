import { useTranslation } from "react-i18next";
import { ANCHORS } from "../../../../../convex/sequences/closedSets";
import { Checkbox } from "../../../../components/ui/checkbox";
import { Select } from "../../../../components/ui/select";
import { useLanguage } from "../../../../lib/i18n";
import type { Anchor, MessageTiming, Rest, StepTiming } from "../../../../lib/api-types";
import { NumberField, TypedField } from "../../../../components/ui/typed-field";
import { SpanField } from "./fields";

const DAY_MINUTES = 24 * 60;
const WAYS = ["before", "same", "after"] as const;
type Way = (typeof WAYS)[number];

type Props<T> = { value: T; onChange: (value: T) => void; isDisabled: boolean };

const TIMING_KINDS = ["reached", "days", "minutes"] as const;

/** When a message leaves: by the booking, or as soon as the journey gets there (product.md 4.2 rules 1 and 2). */
export function MessageTimeFields({ value, onChange, isDisabled }: Props<MessageTiming>) {
  const { t } = useTranslation();
  const choose = (kind: (typeof TIMING_KINDS)[number]) => {
    if (kind !== value.kind) onChange(kind === "reached" ? { kind } : timingOf(kind, value));
  };
  return (
    <>
      <Select
        label={t("builder.when")}
        value={value.kind}
        isDisabled={isDisabled}
        options={TIMING_KINDS.map((id) => ({ id, label: t(`builder.timingKinds.${id}`) }))}
        onChange={choose}
      />
      {value.kind !== "reached" && <AnchorFields value={value} onChange={onChange} isDisabled={isDisabled} />}
    </>
  );
}

function timingOf(kind: "days" | "minutes", from: MessageTiming | Rest): StepTiming {
  const anchor: Anchor = "anchor" in from ? from.anchor : "start";
  return kind === "days" ? { kind, anchor, offsetDays: -1 } : { kind, anchor, offsetMinutes: -60 };
}

/** So long before or after something of the booking. */
function AnchorFields({ value, onChange, isDisabled }: Props<StepTiming>) {
  const { t } = useTranslation();
  const offset = value.kind === "days" ? value.offsetDays : value.offsetMinutes;
  const way: Way = offset === 0 ? "same" : offset < 0 ? "before" : "after";
  const set = (size: number, next: Way) => {
    const signed = next === "same" ? 0 : next === "before" ? -size : size;
    onChange(value.kind === "days" ? { ...value, offsetDays: signed } : { ...value, offsetMinutes: signed });
  };
  const size = Math.abs(offset);
  return (
    <>
      <div className="grid grid-cols-2 gap-2">
        <Select
          label={t("builder.way")}
          value={way}
          isDisabled={isDisabled}
          options={WAYS.map((id) => ({ id, label: t(`builder.wayNames.${id}`) }))}
          onChange={(next) => set(size === 0 ? (value.kind === "days" ? 1 : 60) : size, next)}
        />
        <Select
          label={t("builder.anchor")}
          value={value.anchor}
          isDisabled={isDisabled}
          options={ANCHORS.map((id) => ({ id, label: t(`anchors.${id}`) }))}
          onChange={(anchor) => onChange({ ...value, anchor })}
        />
      </div>
      {way !== "same" && value.kind === "minutes" && (
        <SpanField
          label={t("builder.howLong")}
          minutes={size}
          isDisabled={isDisabled}
          onCommit={(minutes) => set(minutes, way)}
        />
      )}
      {value.kind === "days" && (
        <div className="grid grid-cols-2 gap-2">
          {way !== "same" && (
            <NumberField
              label={t("builder.days")}
              value={size}
              min={1}
              isDisabled={isDisabled}
              onCommit={(days) => set(days, way)}
            />
          )}
          <ClockField
            value={value.at ?? ""}
            isDisabled={isDisabled}
            description={t("builder.clockText")}
            onChange={(at) => {
              const { at: _, ...bare } = value;
              onChange(at === "" ? bare : { ...value, at });
            }}
          />
        </div>
      )}
    </>
  );
}

function ClockField(props: Props<string> & { description?: string }) {
  const { t } = useTranslation();
  const { value, onChange, ...rest } = props;
  return <TypedField {...rest} type="time" label={t("builder.clock")} value={value} onCommit={onChange} />;
}

const REST_KINDS = ["for", "local", "days", "minutes", "date"] as const;

function restOf(kind: Rest["kind"], from: Rest): Rest {
  switch (kind) {
    case "for":
      return { kind, minutes: DAY_MINUTES };
    case "local":
      return { kind, days: 1, at: "09:00", weekdays: [] };
    case "date":
      return { kind, key: "", offsetDays: 0, at: "09:00" };
    default:
      return timingOf(kind, from);
  }
}

/** How long a path rests (product.md B-22). */
export function RestFields({ value, onChange, isDisabled }: Props<Rest>) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        label={t("builder.restUntil")}
        value={value.kind}
        isDisabled={isDisabled}
        options={REST_KINDS.map((id) => ({ id, label: t(`builder.restKinds.${id}`) }))}
        onChange={(kind) => kind !== value.kind && onChange(restOf(kind, value))}
      />
      {value.kind === "for" && (
        <SpanField
          label={t("builder.howLong")}
          minutes={value.minutes}
          isDisabled={isDisabled}
          onCommit={(minutes) => onChange({ ...value, minutes })}
        />
      )}
      {value.kind === "local" && <LocalFields value={value} onChange={onChange} isDisabled={isDisabled} />}
      {value.kind === "date" && <DateFields value={value} onChange={onChange} isDisabled={isDisabled} />}
      {(value.kind === "days" || value.kind === "minutes") && (
        <AnchorFields value={value} onChange={onChange} isDisabled={isDisabled} />
      )}
    </>
  );
}

/** Monday of some week, to name weekdays from. */
const A_MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = DAY_MINUTES * 60_000;

function LocalFields({ value, onChange, isDisabled }: Props<Extract<Rest, { kind: "local" }>>) {
  const { t } = useTranslation();
  const language = useLanguage();
  const format = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
  const nameOf = (day: number) => format.format(A_MONDAY + (day - 1) * DAY_MS);
  const toggle = (day: number, isOn: boolean) => {
    const others = value.weekdays.filter((known) => known !== day);
    onChange({ ...value, weekdays: isOn ? [...others, day].sort((a, b) => a - b) : others });
  };
  return (
    <>
      <div className="grid grid-cols-2 gap-2">
        <NumberField
          label={t("builder.atLeastDays")}
          value={value.days}
          isDisabled={isDisabled}
          onCommit={(days) => onChange({ ...value, days })}
        />
        <ClockField
          value={value.at}
          isDisabled={isDisabled}
          onChange={(at) => at !== "" && onChange({ ...value, at })}
        />
      </div>
      <div role="group" aria-label={t("builder.weekdays")} className="flex flex-col">
        <span className="text-xs font-medium text-muted">{t("builder.weekdays")}</span>
        <div className="grid grid-cols-2">
          {[1, 2, 3, 4, 5, 6, 7].map((day) => (
            <Checkbox
              key={day}
              isSelected={value.weekdays.includes(day)}
              isDisabled={isDisabled}
              onChange={(isOn) => toggle(day, isOn)}
            >
              {nameOf(day)}
            </Checkbox>
          ))}
        </div>
      </div>
    </>
  );
}

function DateFields({ value, onChange, isDisabled }: Props<Extract<Rest, { kind: "date" }>>) {
  const { t } = useTranslation();
  const way: Way = value.offsetDays === 0 ? "same" : value.offsetDays < 0 ? "before" : "after";
  const set = (days: number, next: Way) =>
    onChange({ ...value, offsetDays: next === "same" ? 0 : next === "before" ? -days : days });
  const days = Math.abs(value.offsetDays);
  return (
    <>
      <TypedField
        label={t("builder.dateKey")}
        value={value.key}
        placeholder="contact.attributes.birthday"
        isDisabled={isDisabled}
        onCommit={(key) => onChange({ ...value, key: key.trim() })}
      />
      <div className="grid grid-cols-2 gap-2">
        <Select
          label={t("builder.way")}
          value={way}
          isDisabled={isDisabled}
          options={WAYS.map((id) => ({ id, label: t(`builder.wayNames.${id}`) }))}
          onChange={(next) => set(days === 0 ? 1 : days, next)}
        />
        {way !== "same" && (
          <NumberField
            label={t("builder.days")}
            value={days}
            min={1}
            isDisabled={isDisabled}
            onCommit={(next) => set(next, way)}
          />
        )}
        <ClockField
          value={value.at}
          isDisabled={isDisabled}
          onChange={(at) => at !== "" && onChange({ ...value, at })}
        />
      </div>
    </>
  );
}
