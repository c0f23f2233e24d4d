import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { ACCOUNT_KINDS, type AccountKind } from "../../../convex/contacts/accounts/kinds";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import { FormDialog } from "../ui/form-dialog";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";
import { toast, toastError } from "../ui/toast";
import { AttributeFields } from "./attribute-fields";
import type { Contact } from "./contact-facts";

type Values = {
  name: string;
  locale: string;
  timezone: string;
  tags: string;
  account: string;
  kind: AccountKind;
  attributes: Record<string, string>;
};

/** What a member may say about somebody. */
export function ContactEdit({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const { t } = useTranslation();
  const fields = useOrgQuery(api.contacts.fields.queries.list, {});
  const [values, setValues] = useState<Values>(() => valuesOf(contact));
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const save = useSave(contact);
  const set = (change: Partial<Values>) => setValues({ ...values, ...change });
  const errorAt = (field: string) => (problem?.field === field ? problem.text : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await save(values);
      toast(t("person.saved"));
      onClose();
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field, text: describeError(thrown, t) });
    }
  };
  return (
    <FormDialog title={t("person.edit")} onClose={onClose} onSubmit={submit}>
      <TextField
        label={t("person.name")}
        value={values.name}
        onChange={(name) => set({ name })}
        error={errorAt("name")}
        autoFocus
      />
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <TextField
          label={t("context.language")}
          placeholder="de-DE"
          value={values.locale}
          onChange={(locale) => set({ locale })}
          error={errorAt("locale")}
        />
        <TextField
          label={t("context.timezone")}
          placeholder="Europe/Berlin"
          value={values.timezone}
          onChange={(timezone) => set({ timezone })}
          error={errorAt("timezone")}
        />
        <TextField
          label={t("person.account")}
          value={values.account}
          onChange={(account) => set({ account })}
          error={errorAt("accountId")}
        />
        <Select
          label={t("person.accountKind")}
          options={ACCOUNT_KINDS.map((id) => ({ id, label: t(`person.kinds.${id}`) }))}
          value={values.kind}
          onChange={(kind) => set({ kind })}
        />
      </div>
      <TextField
        label={t("person.tags")}
        description={t("person.tagsText")}
        value={values.tags}
        onChange={(tags) => set({ tags })}
        error={errorAt("tags")}
      />
      <AttributeFields
        fields={fields ?? []}
        values={values.attributes}
        onChange={(attributes) => set({ attributes })}
        errorAt={(key) => errorAt(`attributes.${key}`)}
      />
    </FormDialog>
  );
}

function useSave(contact: Contact) {
  const change = useOrgMutation(api.contacts.edits.mutations.change);
  const ensureAccount = useOrgMutation(api.contacts.accounts.mutations.ensure);
  return async (values: Values) => {
    const { account, kind } = values;
    const isSame = account.trim() === (contact.account?.name ?? "") && kind === (contact.account?.kind ?? kind);
    const accountId = account.trim() === "" ? null : await ensureAccount({ name: account, kind });
    const attributes = Object.entries(values.attributes).filter(
      ([key, value]) => value !== String(contact.attributes[key] ?? ""),
    );
    await change({
      contactId: contact.id,
      name: values.name,
      locale: values.locale,
      timezone: values.timezone,
      tags: values.tags.split(","),
      ...(isSame ? {} : { accountId }),
      attributes: Object.fromEntries(attributes),
    });
  };
}

function valuesOf({ name, locale = "", timezone = "", tags, account, attributes }: Contact): Values {
  const texts = Object.entries(attributes).map(([key, value]) => [key, String(value)] as const);
  return {
    name,
    locale,
    timezone,
    tags: tags.join(", "),
    account: account?.name ?? "",
    kind: account?.kind ?? "customer",
    attributes: Object.fromEntries(texts),
  };
}
