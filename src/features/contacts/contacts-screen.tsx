import { Link } from "@tanstack/react-router";
import { Download, FileUp, Plus, Users, X } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useCallback, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Page } from "../../components/layout/page";
import { ChannelIcon } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { TextField } from "../../components/ui/text-field";
import { VirtualList } from "../../components/ui/virtual-list";
import { useCan, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import type { ContactTab } from "../../lib/search-params";
import { useShortcuts } from "../../lib/shortcuts";
import { useTitle } from "../../lib/title";
import { ExportDialog } from "./export-dialog";
import { ImportDialog } from "./import-dialog";
import { ImportList } from "./import-list";
import { NewContactDialog } from "./new-contact-dialog";
import { SegmentList } from "./segments/segment-list";

type Contact = FunctionReturnType<typeof api.contacts.queries.list>["page"][number];

const PAGE_SIZE = 50;
const ROW_HEIGHT_PX = 56;

const NEW_KEYS = "c";
const EXPORT_KEYS = "shift+x";
const IMPORT_KEYS = "shift+i";

type OpenDialog = "new" | "import" | "export";

/** Which people are shown: found by words, of one organisation, or everybody. */
type Filter = { text: string; accountId?: Id<"accounts"> };

type ContactsScreenProps = {
  /** Only people of this customer or partner organisation. */
  accountId: Id<"accounts"> | null;
  onAllAccounts: () => void;
  tab: ContactTab;
  onTab: (tab: ContactTab) => void;
};

/** Everybody the organisation knows: found, exported, imported. */
export function ContactsScreen({ accountId, onAllAccounts, tab, onTab }: ContactsScreenProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const search = useDeferredValue(text.trim());
  const filter = accountId === null ? { text: search } : { text: "", accountId };
  useTitle(t("contacts.title"));
  const actions = tab !== "segments" && <Actions onOpen={setDialog} />;
  return (
    <Page title={t("contacts.title")} actions={actions}>
      <Tabs
        label={t("contacts.tabsLabel")}
        tabs={[
          { id: "contacts", label: t("contacts.contactsTab") },
          { id: "segments", label: t("contacts.segments") },
          { id: "imports", label: t("contacts.imports") },
        ]}
        value={tab}
        onChange={onTab}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        {tab === "imports" && <ImportList />}
        {tab === "segments" && <SegmentList />}
        {tab === "contacts" && (
          <>
            {accountId === null ? (
              <SearchBar text={text} onText={setText} />
            ) : (
              <AccountBar accountId={accountId} onAll={onAllAccounts} />
            )}
            <Rows filter={filter} />
          </>
        )}
      </Tabs>
      {dialog === "new" && <NewContactDialog onClose={() => setDialog(null)} />}
      {dialog === "export" && <ExportDialog filter={filter} onClose={() => setDialog(null)} />}
      {dialog === "import" && <ImportDialog onClose={() => setDialog(null)} />}
    </Page>
  );
}

/** What is done with contacts as a whole; each with its key. */
function Actions({ onOpen }: { onOpen: (dialog: OpenDialog) => void }) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const mayImport = useCan("consent.manage");
  const group = "list" as const;
  const run = (dialog: OpenDialog) => () => onOpen(dialog);
  useShortcuts([
    { id: "export", keys: EXPORT_KEYS, label: t("contacts.exportTitle"), group, run: run("export") },
    ...(mayImport
      ? [{ id: "import", keys: IMPORT_KEYS, label: t("contacts.importTitle"), group, run: run("import") }]
      : []),
    ...(mayEdit ? [{ id: "newContact", keys: NEW_KEYS, label: t("contacts.new"), group, run: run("new") }] : []),
  ]);
  return (
    <span className="flex flex-wrap gap-2">
      <Button icon={<Download aria-hidden size={14} />} keys={EXPORT_KEYS} onPress={run("export")}>
        {t("contacts.export")}
      </Button>
      {mayImport && (
        <Button icon={<FileUp aria-hidden size={14} />} keys={IMPORT_KEYS} onPress={run("import")}>
          {t("contacts.import")}
        </Button>
      )}
      {mayEdit && (
        <Button variant="primary" icon={<Plus aria-hidden size={14} />} keys={NEW_KEYS} onPress={run("new")}>
          {t("contacts.new")}
        </Button>
      )}
    </span>
  );
}

const BAR = "flex min-h-15 items-center border-b border-line px-6 py-3 max-md:px-4";

function SearchBar({ text, onText }: { text: string; onText: (text: string) => void }) {
  const { t } = useTranslation();
  return (
    <div className={BAR}>
      <TextField
        label={t("common.search")}
        hideLabel
        placeholder={t("contacts.search")}
        value={text}
        onChange={onText}
        className="w-80 max-md:w-full"
      />
    </div>
  );
}

function AccountBar({ accountId, onAll }: { accountId: Id<"accounts">; onAll: () => void }) {
  const { t } = useTranslation();
  const account = useOrgQuery(api.contacts.accounts.queries.get, { accountId });
  return (
    <div className={BAR}>
      <Button icon={<X aria-hidden size={14} />} onPress={onAll}>
        {t("contacts.ofAccount", { name: account?.name ?? "…" })}
      </Button>
    </div>
  );
}

function Rows({ filter }: { filter: Filter }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(api.contacts.queries.list, filter, {
    initialNumItems: PAGE_SIZE,
  });
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  if (results.length === 0) {
    const isFiltered = filter.text !== "" || filter.accountId !== undefined;
    return (
      <EmptyState
        icon={Users}
        title={t(isFiltered ? "contacts.noneFound" : "contacts.none")}
        text={t(isFiltered ? "contacts.noneFoundText" : "contacts.noneText")}
      />
    );
  }
  return (
    <div className="flex min-h-0 grow flex-col">
      <VirtualList
        label={t("contacts.title")}
        rows={results}
        idOf={(row) => row.id}
        rowHeight={ROW_HEIGHT_PX}
        onEnd={more}
        renderRow={(row) => <Row row={row} />}
      />
    </div>
  );
}

function Row({ row }: { row: Contact }) {
  return (
    <Link
      to="/contacts/$contactId"
      params={{ contactId: row.id }}
      data-testid="contact-row"
      className="flex h-full items-center gap-3 border-b border-line px-6 hover:bg-hover max-md:px-4"
    >
      <Avatar name={row.name} />
      <span className="min-w-0 basis-56 truncate max-md:w-1/3 max-md:shrink-0 max-md:basis-auto text-sm font-medium">
        {row.name}
      </span>
      <span className="flex min-w-0 grow flex-wrap gap-x-4 overflow-hidden max-md:basis-0 max-md:flex-col max-md:flex-nowrap text-xs text-muted">
        {row.addresses.map(({ channel, address }) => (
          <span key={`${channel}-${address}`} className="flex min-w-0 items-center gap-1">
            <ChannelIcon channel={channel} />
            <span className="truncate">{address}</span>
          </span>
        ))}
      </span>
    </Link>
  );
}
