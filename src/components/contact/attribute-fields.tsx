import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import type { api } from "../../../convex/_generated/api";
import { readValue, type ValueProblem } from "../../../convex/contacts/fields/rules";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";

type Field = FunctionReturnType<typeof api.contacts.fields.queries.list>[number];

type AttributeFieldsProps = {
  fields: readonly Field[];
  values: Record<string, string>;
  onChange: (values: Record<string, string>) => void;
  errorAt: (key: string) => string | null;
};

/** One input for each attribute the organisation keeps, and for each the contact came with. */
export function AttributeFields({ fields, values, onChange, errorAt }: AttributeFieldsProps) {
  const offered = fields.filter(({ key, isArchived }) => !isArchived || (values[key] ?? "") !== "");
  const own = Object.keys(values).filter((key) => !fields.some((field) => field.key === key));
  const undefinedOnes: Field[] = own.map((key) => ({ key, label: key, kind: "text", options: [], isArchived: false }));
  const all = [...offered, ...undefinedOnes];
  if (all.length === 0) return null;
  return (
    <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      {all.map((field) => (
        <AttributeInput
          key={field.key}
          field={field}
          value={values[field.key] ?? ""}
          onChange={(value) => onChange({ ...values, [field.key]: value })}
          error={errorAt(field.key)}
        />
      ))}
    </div>
  );
}

/** What the inputs for text can be told; the others offer only what is right. */
const WORDS: Partial<Record<ValueProblem, "person.notANumber" | "person.notADate" | "person.valueTooLong">> = {
  not_a_number: "person.notANumber",
  not_a_date: "person.notADate",
  too_long: "person.valueTooLong",
};

/** Why a value was refused, by the rule that the server asked too. */
function wordsFor(field: Field, value: string) {
  const read = readValue(field, value);
  return read.ok ? undefined : WORDS[read.problem];
}

type InputProps = { field: Field; value: string; onChange: (value: string) => void; error: string | null };

function AttributeInput({ field, value, onChange, error }: InputProps) {
  const { t } = useTranslation();
  if (field.kind === "choice" || field.kind === "boolean") {
    const options =
      field.kind === "choice"
        ? field.options.map((id) => ({ id, label: id }))
        : ["true", "false"].map((id) => ({ id, label: t(id === "true" ? "person.yes" : "person.no") }));
    const none = { id: "", label: t("person.nothing") };
    return <Select label={field.label} options={[none, ...options]} value={value} onChange={onChange} />;
  }
  const words = wordsFor(field, value);
  return (
    <TextField
      label={field.label}
      type={field.kind === "date" ? "date" : "text"}
      {...(field.kind === "number" ? { inputMode: "decimal" as const } : {})}
      value={value}
      onChange={onChange}
      error={error === null || words === undefined ? error : t(words)}
    />
  );
}
