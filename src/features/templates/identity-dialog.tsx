import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { BUSINESS_ENTITIES, THREAD_TYPES } from "../../../convex/lib/closedSets";
import { asAppError } from "../../../convex/lib/errors";
import { Checkbox } from "../../components/ui/checkbox";
import { FormDialog } from "../../components/ui/form-dialog";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { toastError } from "../../components/ui/toast";
import type { TemplateIdentity } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { CATEGORIES, CHANNEL_TYPES } from "./sets";

type IdentityDialogProps = {
  title: string;
  saveLabel: string;
  initial: TemplateIdentity;
  onSave: (identity: TemplateIdentity) => Promise<void>;
  onClose: () => void;
};

/** What a template is: its name, channel, language, category and brand. */
export function IdentityDialog({ title, saveLabel, initial, onSave, onClose }: IdentityDialogProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(initial);
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const errorAt = (field: string) => (problem?.field === field ? problem.text : null);
  const set = (changes: Partial<TemplateIdentity>) => setDraft({ ...draft, ...changes });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      await onSave(draft);
      onClose();
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === "name" || field === "locale") setProblem({ field, text: t(`templates.problems.${field}`) });
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={title} saveLabel={saveLabel} onClose={onClose} onSubmit={submit}>
      <TextField
        label={t("texts.name")}
        value={draft.name}
        onChange={(name) => set({ name })}
        error={errorAt("name")}
        autoFocus
      />
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select
          label={t("texts.channel")}
          options={CHANNEL_TYPES.map((id) => ({ id, label: t(`texts.channels.${id}`) }))}
          value={draft.channelType}
          onChange={(channelType) => set({ channelType })}
        />
        <TextField
          label={t("texts.locale")}
          value={draft.locale}
          onChange={(locale) => set({ locale })}
          error={errorAt("locale")}
        />
        <Select
          label={t("texts.category")}
          options={CATEGORIES.map((id) => ({ id, label: t(`texts.categories.${id}`) }))}
          value={draft.category}
          onChange={(category) => set({ category })}
        />
        <Select
          label={t("texts.brand")}
          options={BUSINESS_ENTITIES.map((id) => ({ id, label: t(`texts.brands.${id}`) }))}
          value={draft.businessEntity}
          onChange={(businessEntity) => set({ businessEntity })}
        />
      </div>
      <fieldset>
        <legend className="pb-1 text-xs font-medium text-muted">{t("texts.threadTypes")}</legend>
        <div className="grid grid-cols-2 max-md:grid-cols-1">
          {THREAD_TYPES.map((type) => (
            <Checkbox
              key={type}
              isSelected={draft.threadTypes.includes(type)}
              onChange={(isOn) =>
                set({
                  threadTypes: THREAD_TYPES.filter((each) => (each === type ? isOn : draft.threadTypes.includes(each))),
                })
              }
            >
              {t(`slaSettings.types.${type}`)}
            </Checkbox>
          ))}
        </div>
      </fieldset>
    </FormDialog>
  );
}
