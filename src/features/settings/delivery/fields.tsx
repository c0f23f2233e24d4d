import { useState } from "react";
import { useTranslation } from "react-i18next";
import { valueAt } from "../../../../convex/delivery/settings/defaults";
import { Checkbox } from "../../../components/ui/checkbox";
import { Select } from "../../../components/ui/select";
import { Switch } from "../../../components/ui/switch";
import { TextField } from "../../../components/ui/text-field";
import type { NumberPath, SettingsPath, SwitchPath } from "./paths";
import { SettingRow, type SettingText } from "./setting-row";
import { useSettings } from "./use-settings";

/** "1,5" and "1.5" mean the same; what is no number is refused by the server, with the field. */
const numberOf = (text: string) => (text.trim() === "" ? Number.NaN : Number(text.trim().replace(",", ".")));

/** A setting that is on or off. */
export function SwitchSetting({ path, text }: { path: SwitchPath; text: SettingText }) {
  const { t } = useTranslation();
  const { settings, mayChange, save } = useSettings();
  const name = t(`deliverySettings.fields.${text}.label`);
  return (
    <SettingRow text={text} path={path} place="close">
      <Switch
        label={name}
        isOn={valueAt(settings, path) === true}
        isDisabled={!mayChange}
        onChange={(isOn) => void save(path, isOn, name)}
      />
    </SettingRow>
  );
}

/** A setting that is a number, with its unit. */
export function NumberSetting({ path, text, unit }: { path: NumberPath; text: SettingText; unit: string }) {
  const { t } = useTranslation();
  const { defaults } = useSettings();
  const name = t(`deliverySettings.fields.${text}.label`);
  return (
    <SettingRow text={text} path={path} standard={`${String(valueAt(defaults, path))} ${unit}`}>
      <ValueField path={path} name={name} unit={unit} parse={numberOf} />
    </SettingRow>
  );
}

type NumbersSettingProps = {
  /** The branch the numbers hang on. */
  path: SettingsPath;
  text: SettingText;
  unit: string;
  parts: readonly { path: NumberPath; label: string }[];
};

/** Several numbers of one kind, such as one for each lane. */
export function NumbersSetting({ path, text, unit, parts }: NumbersSettingProps) {
  const { t } = useTranslation();
  const { defaults } = useSettings();
  const name = t(`deliverySettings.fields.${text}.label`);
  const standard = parts.map((part) => String(valueAt(defaults, part.path))).join(" · ");
  return (
    <SettingRow text={text} path={path} standard={`${standard} ${unit}`} place="below">
      <div className="grid grid-cols-3 gap-3 max-md:grid-cols-1">
        {parts.map((part) => (
          <ValueField
            key={part.path}
            path={part.path}
            name={`${name}: ${part.label}`}
            label={part.label}
            unit={unit}
            parse={numberOf}
          />
        ))}
      </div>
    </SettingRow>
  );
}

type ValueFieldProps = {
  path: SettingsPath;
  /** What it is called where its place does not say it. */
  name: string;
  /** Stands above it; absent where the row has the label. */
  label?: string;
  unit?: string;
  placeholder?: string;
  type?: "text" | "time" | "email";
  /** Value as typed → value as stored; undefined clears it. */
  parse: (text: string) => unknown;
  /** Value as stored → value as typed. */
  show?: (value: unknown) => string;
};

const asText = (value: unknown) => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** Takes a value and saves it when the person is done with it: Enter, or leaving the field. Esc gives the old one back. */
export function ValueField(props: ValueFieldProps) {
  const { path, name, label, unit, placeholder, type = "text", parse, show = asText } = props;
  const { settings, mayChange, save } = useSettings();
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const stored = show(valueAt(settings, path));
  const commit = async () => {
    if (draft === null) return;
    const problem = draft === stored ? null : await save(path, parse(draft), name);
    setError(problem);
    if (problem === null) setDraft(null);
  };
  const isNumber = parse === numberOf;
  return (
    <div className="flex items-start gap-2">
      <TextField
        label={label ?? name}
        aria-label={unit === undefined ? name : `${name} (${unit})`}
        hideLabel={label === undefined}
        type={type}
        inputMode={type === "email" ? "email" : isNumber ? "decimal" : "text"}
        placeholder={placeholder ?? ""}
        value={draft ?? stored}
        isDisabled={!mayChange}
        onChange={setDraft}
        onBlur={() => void commit()}
        onKeyDown={(event) => {
          if (event.key === "Enter") void commit();
          if (event.key !== "Escape") event.continuePropagation();
          else {
            setDraft(null);
            setError(null);
          }
        }}
        error={error}
        className={isNumber ? "w-28 tabular-nums" : "w-64 max-w-full"}
      />
      {unit !== undefined && (
        <span
          aria-hidden
          className={
            label === undefined ? "pt-2 text-xs text-faint max-md:pt-3.5" : "pt-7 text-xs text-faint max-md:pt-8.5"
          }
        >
          {unit}
        </span>
      )}
    </div>
  );
}

type ChoiceSettingProps<T extends string> = {
  path: SettingsPath;
  text: SettingText;
  options: readonly { id: T; label: string }[];
  /** Stored instead of this choice: nothing at all. */
  none?: T;
};

/** A setting that is one of several. */
export function ChoiceSetting<T extends string>({ path, text, options, none }: ChoiceSettingProps<T>) {
  const { t } = useTranslation();
  const { settings, defaults, mayChange, save } = useSettings();
  const name = t(`deliverySettings.fields.${text}.label`);
  const chosen = (from: unknown) => options.find(({ id }) => id === (valueAt(from, path) ?? none));
  const value = chosen(settings)?.id ?? options[0]?.id;
  if (value === undefined) return null;
  return (
    <SettingRow text={text} path={path} standard={chosen(defaults)?.label ?? "–"}>
      <Select
        label={name}
        hideLabel
        options={options}
        value={value}
        isDisabled={!mayChange}
        onChange={(next) => void save(path, next === none ? undefined : next, name)}
        className="w-64 max-w-full"
      />
    </SettingRow>
  );
}

type SetSettingProps<T extends string> = {
  path: SettingsPath;
  text: SettingText;
  options: readonly { id: T; label: string }[];
};

/** A setting that is any of several. */
export function SetSetting<T extends string>({ path, text, options }: SetSettingProps<T>) {
  const { t } = useTranslation();
  const { settings, mayChange, save } = useSettings();
  const name = t(`deliverySettings.fields.${text}.label`);
  const stored = valueAt(settings, path);
  const chosen: readonly unknown[] = Array.isArray(stored) ? stored : [];
  const toggle = (id: T, isOn: boolean) => {
    const next = options.filter((each) => (each.id === id ? isOn : chosen.includes(each.id)));
    void save(
      path,
      next.map((each) => each.id),
      name,
    );
  };
  return (
    <SettingRow text={text} path={path} place="below">
      <fieldset className="flex flex-wrap gap-x-5">
        <legend className="sr-only">{name}</legend>
        {options.map(({ id, label }) => (
          <Checkbox
            key={id}
            isSelected={chosen.includes(id)}
            isDisabled={!mayChange}
            onChange={(isOn) => toggle(id, isOn)}
          >
            {label}
          </Checkbox>
        ))}
      </fieldset>
    </SettingRow>
  );
}
