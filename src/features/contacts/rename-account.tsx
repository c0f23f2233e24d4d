import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { FormDialog } from "../../components/ui/form-dialog";
import { TextField } from "../../components/ui/text-field";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

type RenameAccountProps = { accountId: Id<"accounts">; name: string; onClose: () => void };

/** Gives a customer or partner organisation another name. */
export function RenameAccount({ accountId, name: known, onClose }: RenameAccountProps) {
  const { t } = useTranslation();
  const rename = useOrgMutation(api.contacts.accounts.mutations.rename);
  const [name, setName] = useState(known);
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await rename({ accountId, name });
      onClose();
    } catch (thrown) {
      setError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={t("contacts.renameAccount")} onClose={onClose} onSubmit={submit}>
      <TextField label={t("person.name")} value={name} onChange={setName} error={error} autoFocus />
    </FormDialog>
  );
}
