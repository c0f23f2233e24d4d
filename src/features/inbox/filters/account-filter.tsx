import { useState } from "react";
import { ComboBox, Input, Label } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { NameList } from "../../../components/ui/name-list";
import { FIELD } from "../../../components/ui/text-field";
import { useOrgQuery } from "../../../lib/org";

const MAX_SUGGESTIONS = 8;

type AccountFilterProps = {
  accountId: Id<"accounts"> | undefined;
  onChange: (accountId: Id<"accounts"> | undefined) => void;
};

/** A customer or partner organisation the list is narrowed to; an empty field: any. */
export function AccountFilter({ accountId, onChange }: AccountFilterProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const chosen = useOrgQuery(api.inbox.mailboxes.queries.account, accountId === undefined ? "skip" : { accountId });
  const wanted = typed?.trim() ?? "";
  const found = useOrgQuery(
    api.contacts.accounts.queries.list,
    wanted === "" ? "skip" : { text: wanted, paginationOpts: { cursor: null, numItems: MAX_SUGGESTIONS } },
  );
  const known = found?.page ?? [];
  const type = (next: string) => {
    setTyped(next);
    if (next === "" && accountId !== undefined) onChange(undefined);
  };
  return (
    <ComboBox
      allowsCustomValue
      // What is found comes after the key was pressed.
      allowsEmptyCollection={wanted !== ""}
      menuTrigger="input"
      items={known}
      inputValue={typed ?? chosen?.name ?? ""}
      onInputChange={type}
      onBlur={() => setTyped(null)}
      selectedKey={null}
      onSelectionChange={(key) => {
        const account = known.find(({ id }) => id === key);
        if (account === undefined) return;
        onChange(account.id);
        setTyped(null);
      }}
      className="flex flex-col gap-1"
    >
      <Label className="text-xs font-medium text-muted">{t("filters.accountId")}</Label>
      <Input placeholder={t("filters.any")} className={`${FIELD} h-9 max-md:h-11`} />
      <NameList<(typeof known)[number]> empty={t(found === undefined ? "filters.looking" : "filters.noAccount")} />
    </ComboBox>
  );
}
