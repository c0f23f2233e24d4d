import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { ACCOUNT_KINDS, type AccountKind } from "../../../convex/contacts/accounts/kinds";
import { asAppError } from "../../../convex/lib/errors";
import { FormDialog } from "../../components/ui/form-dialog";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

type Values = {
  name: string;
  email: string;
  phone: string;
  locale: string;
  tags: string;
  account: string;
  kind: AccountKind;
};
type Problem = { field: string; text: string; owner?: { contactId: Id<"contacts">; name: string } };

const BLANK: Values = { name: "", email: "", phone: "", locale: "", tags: "", account: "", kind: "customer" };

/** Somebody who has neither written nor booked yet. Who has the address already is named, with the way there. */
export function NewContactDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [values, setValues] = useState(BLANK);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const enter = useEnter(onClose);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setIsBusy(true);
    setProblem(await enter(values));
    setIsBusy(false);
  };
  return (
    <FormDialog title={t("contacts.new")} onClose={onClose} onSubmit={submit} saveLabel={t("contacts.create")}>
      <Fields values={values} onChange={setValues} problem={problem} />
    </FormDialog>
  );
}

/** Writes somebody down and goes there; else says what is the matter. */
function useEnter(onClose: () => void): (values: Values) => Promise<Problem | null> {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const create = useOrgMutation(api.contacts.edits.mutations.create);
  return async ({ account, kind, tags, ...said }) => {
    try {
      const entered = await create({ ...said, tags: tags.split(","), account: { name: account, kind } });
      if (entered.kind === "taken") {
        return { field: entered.field, text: t("contacts.taken", { name: entered.name }), owner: entered };
      }
      toast(t("contacts.created"));
      onClose();
      void navigate({ to: "/contacts/$contactId", params: { contactId: entered.contactId } });
      return null;
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field !== undefined) return { field, text: describeError(thrown, t) };
      toastError(describeError(thrown, t));
      return null;
    }
  };
}

type FieldsProps = { values: Values; onChange: (values: Values) => void; problem: Problem | null };

function Fields({ values, onChange, problem }: FieldsProps) {
  const { t } = useTranslation();
  const set = (change: Partial<Values>) => onChange({ ...values, ...change });
  const errorAt = (field: string) => (problem?.field === field ? <ProblemText problem={problem} /> : null);
  return (
    <>
      <TextField
        label={t("person.name")}
        value={values.name}
        onChange={(name) => set({ name })}
        error={errorAt("name")}
        autoFocus
      />
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <TextField
          label={t("contacts.targets.email")}
          inputMode="email"
          autoComplete="off"
          value={values.email}
          onChange={(email) => set({ email })}
          error={errorAt("email")}
        />
        <TextField
          label={t("contacts.targets.phone")}
          inputMode="tel"
          autoComplete="off"
          value={values.phone}
          onChange={(phone) => set({ phone })}
          error={errorAt("phone")}
        />
        <TextField
          label={t("person.account")}
          value={values.account}
          onChange={(account) => set({ account })}
          error={errorAt("account")}
        />
        <Select
          label={t("person.accountKind")}
          options={ACCOUNT_KINDS.map((id) => ({ id, label: t(`person.kinds.${id}`) }))}
          value={values.kind}
          onChange={(kind) => set({ kind })}
        />
        <TextField
          label={t("context.language")}
          placeholder="de-DE"
          value={values.locale}
          onChange={(locale) => set({ locale })}
          error={errorAt("locale")}
        />
        <TextField
          label={t("person.tags")}
          description={t("person.tagsText")}
          value={values.tags}
          onChange={(tags) => set({ tags })}
          error={errorAt("tags")}
        />
      </div>
      <p className="text-xs text-muted">{t("addresses.hint")}</p>
    </>
  );
}

function ProblemText({ problem: { text, owner } }: { problem: Problem }) {
  const { t } = useTranslation();
  if (owner === undefined) return text;
  return (
    <>
      {text}{" "}
      <Link
        to="/contacts/$contactId"
        params={{ contactId: owner.contactId }}
        className="font-medium text-accent-text underline"
      >
        {t("contacts.openTaken", { name: owner.name })}
      </Link>
    </>
  );
}
