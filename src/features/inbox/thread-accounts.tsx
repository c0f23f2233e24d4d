import { Link } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { ComboBox, Input, Label } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { ACCOUNT_KINDS, type AccountKind } from "../../../convex/contacts/accounts/kinds";
import { Button } from "../../components/ui/button";
import { FormDialog } from "../../components/ui/form-dialog";
import { NameList } from "../../components/ui/name-list";
import { FIELD } from "../../components/ui/text-field";
import { toastError } from "../../components/ui/toast";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../lib/org";

const MAX_SUGGESTIONS = 6;

/** Which customer and partner organisations a conversation is about (product.md A-16). */
export function ThreadAccounts({ thread }: { thread: ThreadDetail }) {
  const { t } = useTranslation();
  const mayChange = [useCan("inbox.reply"), useCan("contacts.edit")].every(Boolean);
  const [isOpen, setIsOpen] = useState(false);
  const accounts = { customer: thread.customerAccount, partner: thread.partnerAccount };
  if (!mayChange && ACCOUNT_KINDS.every((kind) => accounts[kind] === null)) return null;
  return (
    <div data-testid="thread-accounts" className="flex flex-col gap-1.5">
      <h3 className="text-xs font-medium text-muted">{t("person.accounts")}</h3>
      {ACCOUNT_KINDS.map((kind) => {
        const account = accounts[kind];
        if (account === null) return null;
        return (
          <p key={kind} className="flex min-w-0 gap-2 text-sm">
            <span className="shrink-0 text-faint">{t(`person.kinds.${kind}`)}</span>
            <Link
              to="/accounts/$accountId"
              params={{ accountId: account.id }}
              className="min-w-0 truncate rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-current"
            >
              {account.name}
            </Link>
          </p>
        );
      })}
      {mayChange && (
        <Button
          size="sm"
          className="self-start"
          icon={<Building2 aria-hidden size={13} />}
          onPress={() => setIsOpen(true)}
        >
          {t("person.changeAccounts")}
        </Button>
      )}
      {isOpen && <AccountsDialog thread={thread} onClose={() => setIsOpen(false)} />}
    </div>
  );
}

function AccountsDialog({ thread, onClose }: { thread: ThreadDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const ensure = useOrgMutation(api.contacts.accounts.mutations.ensure);
  const setAccounts = useOrgMutation(api.inbox.ofContact.mutations.setAccounts);
  const [names, setNames] = useState({
    customer: thread.customerAccount?.name ?? "",
    partner: thread.partnerAccount?.name ?? "",
  });
  const idOf = async (kind: AccountKind) => {
    const name = names[kind].trim();
    return name === "" ? null : await ensure({ name, kind });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const customerAccountId = await idOf("customer");
      await setAccounts({ threadId: thread.id, customerAccountId, partnerAccountId: await idOf("partner") });
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={t("person.changeAccounts")} onClose={onClose} onSubmit={submit}>
      {ACCOUNT_KINDS.map((kind) => (
        <AccountField
          key={kind}
          kind={kind}
          value={names[kind]}
          onChange={(name) => setNames({ ...names, [kind]: name })}
        />
      ))}
      <p className="text-xs text-faint">{t("person.accountsText")}</p>
    </FormDialog>
  );
}

type AccountFieldProps = { kind: AccountKind; value: string; onChange: (name: string) => void };

/** The name of an organisation: one that is known, or a new one. */
function AccountField({ kind, value, onChange }: AccountFieldProps) {
  const { t } = useTranslation();
  const text = value.trim();
  const found = useOrgQuery(
    api.contacts.accounts.queries.list,
    text === "" ? "skip" : { text, kind, paginationOpts: { cursor: null, numItems: MAX_SUGGESTIONS } },
  );
  const known = found?.page ?? [];
  return (
    <ComboBox
      allowsCustomValue
      menuTrigger="input"
      items={known}
      inputValue={value}
      onInputChange={onChange}
      selectedKey={null}
      onSelectionChange={(key) => {
        const chosen = known.find(({ id }) => id === key);
        if (chosen !== undefined) onChange(chosen.name);
      }}
      className="flex flex-col gap-1"
    >
      <Label className="text-xs font-medium text-muted">{t(`person.kinds.${kind}`)}</Label>
      <Input className={`${FIELD} h-9 max-md:h-11`} />
      <NameList<(typeof known)[number]> />
    </ComboBox>
  );
}
