import type { FunctionArgs, FunctionReturnType } from "convex/server";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { FIELD_KINDS } from "../../../../convex/contacts/fields/kinds";
import { asAppError } from "../../../../convex/lib/errors";
import { Checkbox } from "../../../components/ui/checkbox";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";

type List = typeof api.contacts.fields.queries.list;
export type Field = FunctionReturnType<List>[number];
/** What a field is of; undefined: of contacts. */
export type FieldSubject = FunctionArgs<List>["subject"];

type FieldDialogProps = { subject: FieldSubject; field: Field | null; onClose: () => void };

/** A new attribute, or another name, other options or the end of one that is there. */
export function FieldDialog({ subject, field, onClose }: FieldDialogProps) {
  const { t } = useTranslation();
  const save = useOrgMutation(api.contacts.fields.mutations.save);
  const [label, setLabel] = useState(field?.label ?? "");
  const [kind, setKind] = useState(field?.kind ?? "text");
  const [options, setOptions] = useState((field?.options ?? []).join("\n"));
  const [isArchived, setIsArchived] = useState(field?.isArchived ?? false);
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const key = field === null ? {} : { key: field.key };
    try {
      await save({ ...key, subject, label, kind, options: options.split("\n"), isArchived });
      toast(t("fields.saved"));
      onClose();
    } catch (thrown) {
      const at = asAppError(thrown)?.field;
      if (at === undefined) toastError(describeError(thrown, t));
      else setProblem({ field: at, text: describeError(thrown, t) });
    }
  };
  return (
    <FormDialog title={t(field === null ? "fields.add" : "fields.change")} onClose={onClose} onSubmit={submit}>
      <TextField
        label={t("fields.name")}
        value={label}
        onChange={setLabel}
        error={problem?.field === "label" ? problem.text : null}
        autoFocus
      />
      <Select
        label={t("fields.kind")}
        options={FIELD_KINDS.map((id) => ({ id, label: t(`fields.kinds.${id}`) }))}
        value={kind}
        onChange={setKind}
        isDisabled={field !== null}
      />
      {kind === "choice" && (
        <TextField
          label={t("fields.options")}
          rows={4}
          value={options}
          onChange={setOptions}
          error={problem?.field === "options" ? problem.text : null}
        />
      )}
      {field !== null && (
        <Checkbox isSelected={isArchived} onChange={setIsArchived}>
          {t("fields.archive")}
        </Checkbox>
      )}
    </FormDialog>
  );
}
