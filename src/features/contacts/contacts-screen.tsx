import { Link } from "@tanstack/react-router";
import { Download, FileUp, Users } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useCallback, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Page } from "../../components/layout/page";
import { ChannelIcon } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { TextField } from "../../components/ui/text-field";
import { VirtualList } from "../../components/ui/virtual-list";
import { useCan, useOrgPaginatedQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { ExportDialog } from "./export-dialog";
import { ImportDialog } from "./import-dialog";
import { ImportList } from "./import-list";

type Contact = FunctionReturnType<typeof api.contacts.queries.list>["page"][number];

const PAGE_SIZE = 50;
const ROW_HEIGHT_PX = 56;

/** Everybody the organisation knows: found, exported, imported. */
export function ContactsScreen() {
  const { t } = useTranslation();
  const mayImport = useCan("consent.manage");
  const [tab, setTab] = useState<"contacts" | "imports">("contacts");
  const [text, setText] = useState("");
  const [dialog, setDialog] = useState<"import" | "export" | null>(null);
  const search = useDeferredValue(text.trim());
  useTitle(t("contacts.title"));
  const actions = (
    <span className="flex gap-2">
      <Button icon={<Download aria-hidden size={14} />} onPress={() => setDialog("export")}>
        {t("contacts.export")}
      </Button>
      {mayImport && (
        <Button variant="primary" icon={<FileUp aria-hidden size={14} />} onPress={() => setDialog("import")}>
          {t("contacts.import")}
        </Button>
      )}
    </span>
  );
  return (
    <Page title={t("contacts.title")} actions={actions}>
      <Tabs
        label={t("contacts.tabsLabel")}
        tabs={[
          { id: "contacts", label: t("contacts.contactsTab") },
          { id: "imports", label: t("contacts.imports") },
        ]}
        value={tab}
        onChange={setTab}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        {tab === "imports" ? <ImportList /> : <People text={text} onText={setText} search={search} />}
      </Tabs>
      {dialog === "export" && <ExportDialog text={search} onClose={() => setDialog(null)} />}
      {dialog === "import" && <ImportDialog onClose={() => setDialog(null)} />}
    </Page>
  );
}

function People({ text, onText, search }: { text: string; onText: (text: string) => void; search: string }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="border-b border-line px-6 py-3 max-md:px-4">
        <TextField
          label={t("common.search")}
          hideLabel
          placeholder={t("contacts.search")}
          value={text}
          onChange={onText}
          className="w-80 max-md:w-full"
        />
      </div>
      <Rows text={search} />
    </>
  );
}

function Rows({ text }: { text: string }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.queries.list,
    { text },
    { initialNumItems: PAGE_SIZE },
  );
  const more = useCallback(() => {
    if (status === "CanLoadMore") loadMore(PAGE_SIZE);
  }, [status, loadMore]);
  if (status === "LoadingFirstPage") return <SkeletonRows />;
  if (results.length === 0) {
    const isFiltered = text !== "";
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
      <span className="min-w-0 basis-56 truncate text-sm font-medium">{row.name}</span>
      <span className="flex min-w-0 grow flex-wrap gap-x-4 overflow-hidden text-xs text-muted">
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
