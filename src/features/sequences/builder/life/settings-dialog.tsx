import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import { asAppError } from "../../../../../convex/lib/errors";
import { LONGEST_WAIT_DAYS } from "../../../../../convex/sequences/flow/problems";
import { wrongSetting } from "../../../../../convex/sequences/settings/rules";
import { useLifeError } from "../../../../components/journey/life-error";
import { FormDialog } from "../../../../components/ui/form-dialog";
import { toast } from "../../../../components/ui/toast";
import type { SequenceBuilderView, SequenceSettings as Settings } from "../../../../lib/api-types";
import { useOrgMutation, useOrgQuery } from "../../../../lib/org";
import { CapFields, PurposeField } from "./cap-fields";
import { EntryFields, ExitFields, GoalFields, QuietFields, ReentryFields, SETTING_NAMES } from "./settings-fields";

type SettingsProps = { view: SequenceBuilderView; onClose: () => void };

/** What holds for the whole journey, in every version (product.md 4.3, B-24, B-25, B-27, B-28). */
export function SettingsDialog(props: SettingsProps) {
  const settings = useOrgQuery(api.sequences.settings.queries.get, { sequenceId: props.view.id });
  return settings === undefined ? null : <SettingsForm {...props} initial={settings} />;
}

function SettingsForm({ view, onClose, initial }: SettingsProps & { initial: Settings }) {
  const { t } = useTranslation();
  const save = useOrgMutation(api.sequences.settings.mutations.save);
  const textOf = useLifeError();
  const [settings, setSettings] = useState(initial);
  const [wrong, setWrong] = useState<keyof Settings | null>(null);
  const [error, setError] = useState<string | null>(null);
  const latest = useRef(settings);
  const change = (fields: Partial<Settings>) => {
    latest.current = { ...latest.current, ...fields };
    setSettings(latest.current);
    setWrong(null);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    handOn(document.activeElement);
    const field = wrongSetting(latest.current);
    setWrong(field);
    setError(null);
    if (field !== null) return;
    try {
      await save({ sequenceId: view.id, settings: latest.current });
      toast(t("builder.settings.saved", { name: view.name }));
      onClose();
    } catch (thrown) {
      const named = SETTING_NAMES.find((name) => name === asAppError(thrown)?.field);
      if (named === undefined) setError(textOf(thrown));
      else setWrong(named);
    }
  };
  const errorAt = (field: (typeof SETTING_NAMES)[number]) =>
    wrong === field ? t(`builder.settings.wrong.${field}`, { most: LONGEST_WAIT_DAYS }) : null;
  return (
    <FormDialog title={t("builder.settings.title", { name: view.name })} onClose={onClose} onSubmit={submit}>
      <p className="text-sm text-muted">{t("builder.settings.intro")}</p>
      <EntryFields settings={settings} onChange={change} error={errorAt("entry")} />
      <ReentryFields settings={settings} onChange={change} error={errorAt("reentry")} />
      <GoalFields settings={settings} onChange={change} error={errorAt("goal")} />
      <ExitFields settings={settings} onChange={change} error={errorAt("exits")} />
      <QuietFields settings={settings} onChange={change} error={errorAt("quietHours")} />
      <CapFields settings={settings} onChange={change} errorAt={errorAt} />
      <PurposeField settings={settings} onChange={change} />
      {error !== null && (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      )}
    </FormDialog>
  );
}

/** A field hands on what is typed when it is left; Enter saves without leaving it. */
function handOn(element: Element | null): void {
  if (!(element instanceof HTMLElement)) return;
  element.blur();
  element.focus();
}
