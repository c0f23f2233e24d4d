import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { countOrders, MAX_CONTACTS_AT_ONCE, withinOrders } from "../../../convex/contacts/imports/batches";
import { CONTACT_COLUMNS, writtenContact } from "../../../convex/contacts/imports/columns";
import { ColumnMapping, CountryField, isCountry } from "../../components/import/column-mapping";
import { ImportDialog as Frame, type FileTable } from "../../components/import/import-dialog";
import { useOrgMutation } from "../../lib/org";
import { useStored } from "../../lib/stored";
import { DryRun } from "./dry-run";

type Choices = { targets: Parameters<typeof writtenContact>[2]; country: string };

/** Contacts from a file. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const check = useCheck();
  return (
    <Frame<Choices, Id<"contactImports">>
      title={t("contacts.importTitle")}
      intro={t("contacts.importText")}
      mapping={(file, onDone) => <Mapping file={file} onDone={onDone} />}
      check={check}
      dryRun={(importId) => <DryRun importId={importId} onClose={onClose} />}
      onClose={onClose}
    />
  );
}

function Mapping({ file, onDone }: { file: FileTable; onDone: (choices: Choices) => void }) {
  const { t } = useTranslation();
  const [stored, setStored] = useStored<string>("contactCountry", "");
  const [country, setCountry] = useState(stored);
  return (
    <ColumnMapping
      table={file}
      fields={CONTACT_COLUMNS}
      labelOf={(target) => t(`contacts.targets.${target}`)}
      memory="contactColumns"
      isReady={isCountry(country)}
      onDone={(targets) => {
        setStored(country);
        onDone({ targets, country });
      }}
    >
      {() => <CountryField value={country} onChange={setCountry} />}
    </ColumnMapping>
  );
}

function useCheck() {
  const start = useOrgMutation(api.contacts.imports.mutations.start);
  const stage = useOrgMutation(api.contacts.imports.mutations.stageRows);
  const finish = useOrgMutation(api.contacts.imports.mutations.finishReading);
  return async (file: FileTable, { targets, country }: Choices, onSent: (sent: number) => void) => {
    const importId = await start({ fileName: file.fileName, clientId: crypto.randomUUID() });
    for (let sent = 0; sent < file.rows.length;) {
      onSent(sent);
      const next = file.rows
        .slice(sent, sent + MAX_CONTACTS_AT_ONCE)
        .map(({ line, cells }) => ({ line, written: writtenContact(cells, file.headings, targets) }));
      const rows = withinOrders(next, ({ written }) => countOrders(written));
      sent += rows.length;
      await stage({ importId, rows, ...(country === "" ? {} : { country }) });
    }
    await finish({ importId });
    return importId;
  };
}
