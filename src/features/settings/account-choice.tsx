import { useState } from "react";
import { ComboBox, Input, Label } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { NameList } from "../../components/ui/name-list";
import { FIELD } from "../../components/ui/text-field";
import { useOrgQuery } from "../../lib/org";

const MAX_SUGGESTIONS = 8;

type AccountChoiceProps = { value: Id<"accounts"> | null; onChange: (value: Id<"accounts"> | null) => void };

/** A customer organisation that is known, or none. */
export function AccountChoice({ value, onChange }: AccountChoiceProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const chosen = useOrgQuery(api.contacts.accounts.queries.get, value === null ? "skip" : { accountId: value });
  const text = typed ?? chosen?.name ?? "";
  const wanted = typed?.trim() ?? "";
  const found = useOrgQuery(
    api.contacts.accounts.queries.list,
    wanted === ""
      ? "skip"
      : { text: wanted, kind: "customer", paginationOpts: { cursor: null, numItems: MAX_SUGGESTIONS } },
  );
  const known = found?.page ?? [];
  const type = (next: string) => {
    setTyped(next);
    // What is typed is none until one of the list is chosen.
    if (next !== chosen?.name) onChange(null);
  };
  return (
    <ComboBox
      allowsCustomValue
      menuTrigger="input"
      items={known}
      inputValue={text}
      onInputChange={type}
      onBlur={() => value === null && setTyped(null)}
      selectedKey={null}
      onSelectionChange={(key) => {
        const account = known.find(({ id }) => id === key);
        if (account === undefined) return;
        onChange(account.id);
        setTyped(account.name);
      }}
      className="flex flex-col gap-1"
    >
      <Label className="text-xs font-medium text-muted">{t("sorting.account")}</Label>
      <Input placeholder={t("assignment.any")} className={`${FIELD} h-9 max-md:h-11`} />
      <NameList<(typeof known)[number]> />
    </ComboBox>
  );
}

/** The name of a customer organisation that a rule is for. */
export function AccountName({ accountId }: { accountId: Id<"accounts"> }) {
  return <>{useOrgQuery(api.contacts.accounts.queries.get, { accountId })?.name ?? "…"}</>;
}
