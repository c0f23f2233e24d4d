import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { readContactTable, writtenContact } from "../../../convex/contacts/imports/columns";
import { Dialog } from "../../components/ui/dialog";
import { FileButton } from "../../components/ui/file-button";
import { toastError } from "../../components/ui/toast";
import { decodeText } from "../../lib/decode-text";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { ColumnMapping, type Mapping, type Table } from "./column-mapping";
import { DryRun } from "./dry-run";

/** Lines sent at once; the server takes as many. */
const LINES_PER_CALL = 100;

type Step =
  | { kind: "choose"; problem: "empty" | "too_many_rows" | null }
  | { kind: "map"; fileName: string; table: Table }
  | { kind: "reading"; sent: number; all: number }
  | { kind: "checked"; importId: Id<"contactImports"> };

/** From a file over the meaning of its columns to a dry run: nothing is written before somebody has looked at it. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>({ kind: "choose", problem: null });
  const check = useCheck(setStep);
  const readFile = async (file: File) => {
    try {
      const table = readContactTable(decodeText(new Uint8Array(await file.arrayBuffer())));
      setStep(table.ok ? { kind: "map", fileName: file.name, table } : { kind: "choose", problem: table.problem });
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  if (step.kind === "checked") return <DryRun importId={step.importId} onClose={onClose} />;
  return (
    <Dialog title={t("contacts.importTitle")} isOpen onClose={onClose} size="md">
      {step.kind === "choose" && <ChooseFile problem={step.problem} onFile={(file) => void readFile(file)} />}
      {step.kind === "map" && <ColumnMapping table={step.table} onDone={(mapping) => void check(step, mapping)} />}
      {step.kind === "reading" && (
        <p role="status" className="py-6 text-center text-sm text-muted">
          {t("contacts.reading", { sent: step.sent, all: step.all })}
        </p>
      )}
    </Dialog>
  );
}

function useCheck(setStep: (step: Step) => void) {
  const { t } = useTranslation();
  const start = useOrgMutation(api.contacts.imports.mutations.start);
  const stage = useOrgMutation(api.contacts.imports.mutations.stageRows);
  const finish = useOrgMutation(api.contacts.imports.mutations.finishReading);
  return async ({ fileName, table }: { fileName: string; table: Table }, { targets, country }: Mapping) => {
    try {
      const all = table.rows.length;
      const importId = await start({ fileName, clientId: crypto.randomUUID() });
      for (let sent = 0; sent < all; sent += LINES_PER_CALL) {
        setStep({ kind: "reading", sent, all });
        const rows = table.rows
          .slice(sent, sent + LINES_PER_CALL)
          .map(({ line, cells }) => ({ line, written: writtenContact(cells, table.headings, targets) }));
        await stage({ importId, rows, ...(country === "" ? {} : { country }) });
      }
      await finish({ importId });
      setStep({ kind: "checked", importId });
    } catch (thrown) {
      toastError(describeError(thrown, t));
      setStep({ kind: "choose", problem: null });
    }
  };
}

type ChooseFileProps = { problem: "empty" | "too_many_rows" | null; onFile: (file: File) => void };

function ChooseFile({ problem, onFile }: ChooseFileProps) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("contacts.importText")}</p>
      {problem !== null && (
        <p role="alert" className="text-sm text-danger">
          {t(`contacts.fileProblems.${problem}`)}
        </p>
      )}
      <FileButton label={t("contacts.chooseFile")} accept=".csv,.txt,text/csv" onFile={onFile} />
    </div>
  );
}
