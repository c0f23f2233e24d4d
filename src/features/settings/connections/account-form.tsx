import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Settings } from "../../../../convex/connections/account";
import { CATALOGUE, type ProviderField } from "../../../../convex/connections/catalogue";
import type { Provider } from "../../../../convex/connections/providers";
import type { Channel } from "../../../../convex/lib/closedSets";
import { asAppError } from "../../../../convex/lib/errors";
import { Button } from "../../../components/ui/button";
import { Checkbox } from "../../../components/ui/checkbox";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import type { Connection } from "./connections";
import { microsOf, priceInput } from "./price";

const DEFAULT_RATE = 10;

type AccountFormProps = {
  channel: Channel;
  provider: Provider;
  /** Null: a new one. */
  connection: Connection | null;
  onClose: () => void;
};

type Draft = {
  name: string;
  settings: Settings;
  secrets: Record<string, string>;
  rate: string;
  price: string;
  weight: string;
};

export function AccountForm({ channel, provider, connection, onClose }: AccountFormProps) {
  const { t } = useTranslation();
  const add = useOrgMutation(api.connections.accounts.mutations.add);
  const change = useOrgMutation(api.connections.accounts.mutations.change);
  const { fields } = CATALOGUE[provider];
  const [draft, setDraft] = useState<Draft>(() => startingDraft(connection, fields, t(`providers.${provider}`)));
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setProblem(null);
    try {
      const values = valuesOf(draft, fields);
      if (connection === null) await add({ channel, provider, ...values });
      else await change({ connectionId: connection.id, ...values });
      toast(t("connections.saved", { name: draft.name }));
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field: error.field, message: error.message });
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4" noValidate>
      <TextField
        label={t("connections.name")}
        value={draft.name}
        onChange={(name) => setDraft({ ...draft, name })}
        error={errorOf("name")}
      />
      {fields.map((field) => (
        <AccountField
          key={field.name}
          field={field}
          draft={draft}
          onChange={setDraft}
          isStored={connection?.storedSecrets.includes(field.name) ?? false}
          error={errorOf(`${field.isSecret ? "secrets" : "settings"}.${field.name}`)}
        />
      ))}
      <div className="grid grid-cols-3 gap-3 max-md:grid-cols-1">
        <TextField
          label={t("connections.rate")}
          inputMode="numeric"
          value={draft.rate}
          onChange={(rate) => setDraft({ ...draft, rate })}
          error={errorOf("ratePerSecond")}
        />
        <TextField
          label={t("connections.price")}
          inputMode="decimal"
          placeholder="0"
          value={draft.price}
          onChange={(price) => setDraft({ ...draft, price })}
          error={errorOf("priceMicros")}
        />
        <TextField
          label={t("connections.weight")}
          inputMode="numeric"
          value={draft.weight}
          onChange={(weight) => setDraft({ ...draft, weight })}
          error={errorOf("weight")}
        />
      </div>
      <div className="flex justify-end gap-2">
        <Button onPress={onClose}>{t("common.cancel")}</Button>
        <Button type="submit" variant="primary" isPending={isBusy}>
          {t("common.save")}
        </Button>
      </div>
    </form>
  );
}

type AccountFieldProps = {
  field: ProviderField;
  draft: Draft;
  onChange: (draft: Draft) => void;
  isStored: boolean;
  error: string | null;
};

function AccountField({ field, draft, onChange, isStored, error }: AccountFieldProps) {
  const { t } = useTranslation();
  const name = t(`connectionFields.${field.name}`, { defaultValue: field.name });
  const label = field.isRequired ? name : t("connections.optional", { name });
  if (field.kind === "boolean") {
    return (
      <Checkbox
        isSelected={draft.settings[field.name] === true}
        onChange={(isOn) => onChange({ ...draft, settings: { ...draft.settings, [field.name]: isOn } })}
      >
        {name}
      </Checkbox>
    );
  }
  if (field.isSecret) {
    return (
      <TextField
        label={label}
        type="password"
        autoComplete="off"
        value={draft.secrets[field.name] ?? ""}
        onChange={(value) => onChange({ ...draft, secrets: { ...draft.secrets, [field.name]: value } })}
        description={t(isStored ? "connections.secretStored" : "connections.secretNew")}
        error={error}
      />
    );
  }
  return (
    <TextField
      label={label}
      inputMode={field.kind === "number" ? "numeric" : field.kind === "email" ? "email" : "text"}
      placeholder={field.fallback === undefined ? "" : String(field.fallback)}
      value={String(draft.settings[field.name] ?? "")}
      onChange={(value) => onChange({ ...draft, settings: { ...draft.settings, [field.name]: value } })}
      error={error}
    />
  );
}

function startingDraft(connection: Connection | null, fields: readonly ProviderField[], name: string): Draft {
  const settings: Settings = {};
  for (const { name: field, kind, fallback } of fields) {
    const value = connection?.settings[field] ?? (kind === "boolean" ? fallback : undefined);
    if (value !== undefined) settings[field] = value;
  }
  return {
    name: connection?.name ?? name,
    settings,
    secrets: {},
    rate: String(connection?.ratePerSecond ?? DEFAULT_RATE),
    price: priceInput(connection?.priceMicros ?? 0),
    weight: String(connection?.weight ?? 1),
  };
}

function valuesOf(draft: Draft, fields: readonly ProviderField[]) {
  const settings: Settings = {};
  for (const { name, kind, isSecret } of fields) {
    const value = draft.settings[name];
    if (isSecret || value === undefined || value === "") continue;
    settings[name] = kind === "number" ? Number(value) : value;
  }
  return {
    name: draft.name,
    settings,
    // Untouched secrets stay as they are.
    secrets: Object.fromEntries(Object.entries(draft.secrets).filter(([, value]) => value !== "")),
    ratePerSecond: Number(draft.rate),
    // What is no price is refused by the server, with the field.
    priceMicros: microsOf(draft.price) ?? -1,
    weight: Number(draft.weight),
  };
}
