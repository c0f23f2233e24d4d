import { Link, useNavigate } from "@tanstack/react-router";
import { Building2, Plus } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useCallback, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { ACCOUNT_KINDS } from "../../../convex/contacts/accounts/kinds";
import { Page } from "../../components/layout/page";
import { Badge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { Select } from "../../components/ui/select";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { VirtualList } from "../../components/ui/virtual-list";
import { useCan, useOrgPaginatedQuery } from "../../lib/org";
import type { AccountSearch } from "../../lib/search-params";
import { useShortcuts } from "../../lib/shortcuts";
import { useTitle } from "../../lib/title";
import { AccountDialog } from "./account-dialog";

type Account = FunctionReturnType<typeof api.contacts.accounts.queries.list>["page"][number];

const PAGE_SIZE = 50;
const ROW_HEIGHT_PX = 56;
const ANY = "any";
const NEW_KEYS = "c";

type AccountsScreenProps = { search: AccountSearch; onSearch: (search: AccountSearch) => void };

/** Every customer and partner organisation; what is looked for lies in the address. */
export function AccountsScreen({ search, onSearch }: AccountsScreenProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = useCan("contacts.edit");
  const [isNew, setIsNew] = useState(false);
  useTitle(t("accounts.title"));
  const add = () => setIsNew(true);
  useShortcuts(
    mayEdit ? [{ id: "newAccount", keys: NEW_KEYS, label: t("accounts.new"), group: "list", run: add }] : [],
  );
  const actions = mayEdit && (
    <Button variant="primary" keys={NEW_KEYS} icon={<Plus aria-hidden size={14} />} onPress={add}>
      {t("accounts.new")}
    </Button>
  );
  return (
    <Page title={t("accounts.title")} description={t("accounts.description")} actions={actions}>
      <Filters search={search} onSearch={onSearch} />
      <Rows search={search} />
      {isNew && (
        <AccountDialog
          account={null}
          onClose={() => setIsNew(false)}
          onSaved={(accountId) => void navigate({ to: "/accounts/$accountId", params: { accountId } })}
        />
      )}
    </Page>
  );
}

function Filters({ search: { kind, q = "" }, onSearch }: AccountsScreenProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(q);
  const [known, setKnown] = useState(q);
  // The address may change by itself: "back".
  if (known !== q) {
    setKnown(q);
    if (text.trim() !== q) setText(q);
  }
  const ofKind = kind === undefined ? {} : { kind };
  return (
    <div className="flex flex-wrap items-end gap-3 border-b border-line px-6 py-3 max-md:px-4">
      <TextField
        label={t("common.search")}
        type="search"
        placeholder={t("accounts.search")}
        value={text}
        onChange={(next) => {
          setText(next);
          onSearch({ ...ofKind, ...(next.trim() === "" ? {} : { q: next.trim() }) });
        }}
        className="w-80 max-md:w-full"
      />
      <Select
        label={t("person.accountKind")}
        options={[
          { id: ANY, label: t("accounts.any") },
          ...ACCOUNT_KINDS.map((id) => ({ id, label: t(`person.kinds.${id}`) })),
        ]}
        value={kind ?? ANY}
        onChange={(next) =>
          onSearch({ ...(next === ANY ? {} : { kind: next as typeof kind & string }), ...(q === "" ? {} : { q }) })
        }
        className="w-48 max-md:w-full"
      />
    </div>
  );
}

function Rows({ search: { kind, q = "" } }: { search: AccountSearch }) {
  const { t } = useTranslation();
  const text = useDeferredValue(q);
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.accounts.queries.list,
    { text, ...(kind === undefined ? {} : { kind }) },
    { initialNumItems: PAGE_SIZE },
  );
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  if (results.length === 0) {
    const isFiltered = text !== "" || kind !== undefined;
    return (
      <EmptyState
        icon={Building2}
        title={t(isFiltered ? "accounts.noneFound" : "accounts.none")}
        text={t(isFiltered ? "accounts.noneFoundText" : "accounts.noneText")}
      />
    );
  }
  return (
    <div className="flex min-h-0 grow flex-col">
      <VirtualList
        label={t("accounts.title")}
        rows={results}
        idOf={(row) => row.id}
        rowHeight={ROW_HEIGHT_PX}
        onEnd={more}
        renderRow={(row) => <Row row={row} />}
      />
    </div>
  );
}

function Row({ row }: { row: Account }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/accounts/$accountId"
      params={{ accountId: row.id }}
      data-testid="account-row"
      className="flex h-full items-center gap-3 border-b border-line px-6 hover:bg-hover max-md:px-4"
    >
      <Building2 aria-hidden size={16} className="shrink-0 text-faint" />
      <span className="flex min-w-0 grow flex-col">
        <span className="truncate text-sm font-medium">{row.name}</span>
        {row.domains.length > 0 && <span className="truncate text-xs text-muted">{row.domains.join(", ")}</span>}
      </span>
      <Badge tone={row.kind === "partner" ? "info" : "neutral"}>{t(`person.kinds.${row.kind}`)}</Badge>
    </Link>
  );
}
