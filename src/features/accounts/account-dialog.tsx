import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { ACCOUNT_KINDS, type AccountKind } from "../../../convex/contacts/accounts/kinds";
import { asAppError } from "../../../convex/lib/errors";
import { FormDialog } from "../../components/ui/form-dialog";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

type Known = { id: Id<"accounts">; name: string; kind: AccountKind; domains: readonly string[] };
type AccountDialogProps = {
  /** null: a new one. */
  account: Known | null;
  onClose: () => void;
  onSaved?: (accountId: Id<"accounts">) => void;
};

/** What an organisation is called, what it is to us, and whose mail addresses belong to it. */
export function AccountDialog({ account, onClose, onSaved }: AccountDialogProps) {
  const { t } = useTranslation();
  const ensure = useOrgMutation(api.contacts.accounts.mutations.ensure);
  const change = useOrgMutation(api.contacts.accounts.mutations.change);
  const [name, setName] = useState(account?.name ?? "");
  const [kind, setKind] = useState<AccountKind>(account?.kind ?? "customer");
  const [domains, setDomains] = useState(account?.domains.join(", ") ?? "");
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const errorAt = (field: string) => (problem?.field === field ? problem.text : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const accountId = account?.id ?? (await ensure({ name, kind }));
      // The name of one that is there already finds it: its domains stay unless some were typed.
      const said = { name, kind, domains: domains.split(/[\s,;]+/) };
      if (account !== null || domains.trim() !== "") await change({ accountId, ...said });
      onClose();
      onSaved?.(accountId);
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field, text: describeError(thrown, t) });
    }
  };
  return (
    <FormDialog title={t(account === null ? "accounts.new" : "accounts.edit")} onClose={onClose} onSubmit={submit}>
      <TextField label={t("person.name")} value={name} onChange={setName} error={errorAt("name")} autoFocus />
      <Select
        label={t("person.accountKind")}
        options={ACCOUNT_KINDS.map((id) => ({ id, label: t(`person.kinds.${id}`) }))}
        value={kind}
        onChange={setKind}
      />
      <TextField
        label={t("accounts.domains")}
        description={t("accounts.domainsText")}
        placeholder="firma.de"
        value={domains}
        onChange={setDomains}
        error={errorAt("domains")}
      />
    </FormDialog>
  );
}
