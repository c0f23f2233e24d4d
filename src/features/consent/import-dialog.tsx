import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { ReadCsv } from "../../../convex/contacts/suppressions/csv";
import { Dialog } from "../../components/ui/dialog";
import { FileButton } from "../../components/ui/file-button";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { DryRun } from "./dry-run";
import { readListFile } from "./read-file";

/** Lines sent at once; the server takes as many. */
const LINES_PER_CALL = 200;

type Step =
  | { kind: "choose"; problem: (ReadCsv & { ok: false })["problem"] | null }
  | { kind: "reading"; sent: number; all: number }
  | { kind: "checked"; importId: Id<"suppressionImports"> };

/** From a file to a dry run: nothing is suppressed before somebody has looked at it. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>({ kind: "choose", problem: null });
  const readFile = useReadFile(setStep);
  if (step.kind === "checked") return <DryRun importId={step.importId} onClose={onClose} />;
  return (
    <Dialog title={t("consent.import")} isOpen onClose={onClose} size="md">
      {step.kind === "reading" ? (
        <p role="status" className="py-6 text-center text-sm text-muted">
          {t("consent.reading", { sent: step.sent, all: step.all })}
        </p>
      ) : (
        <ChooseFile problem={step.problem} onFile={(file) => void readFile(file)} />
      )}
    </Dialog>
  );
}

function useReadFile(setStep: (step: Step) => void): (file: File) => Promise<void> {
  const { t } = useTranslation();
  const start = useOrgMutation(api.contacts.suppressions.mutations.startImport);
  const stage = useOrgMutation(api.contacts.suppressions.mutations.stageRows);
  const finish = useOrgMutation(api.contacts.suppressions.mutations.finishReading);
  return async (file) => {
    try {
      const read = readListFile(new Uint8Array(await file.arrayBuffer()));
      if (!read.ok) {
        setStep({ kind: "choose", problem: read.problem });
        return;
      }
      const all = read.rows.length;
      const importId = await start({ fileName: file.name });
      for (let sent = 0; sent < all; sent += LINES_PER_CALL) {
        setStep({ kind: "reading", sent, all });
        await stage({ importId, rows: read.rows.slice(sent, sent + LINES_PER_CALL) });
      }
      await finish({ importId });
      setStep({ kind: "checked", importId });
    } catch (thrown) {
      toastError(describeError(thrown, t));
      setStep({ kind: "choose", problem: null });
    }
  };
}

type ChooseFileProps = { problem: (ReadCsv & { ok: false })["problem"] | null; onFile: (file: File) => void };

function ChooseFile({ problem, onFile }: ChooseFileProps) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{t("consent.importText")}</p>
      <p className="text-sm text-muted">
        {t("consent.importColumns")}{" "}
        <code className="font-mono text-xs">channel, address, purpose, topic, reason, note</code>
      </p>
      {problem !== null && (
        <p role="alert" className="text-sm text-danger">
          {t(`consent.fileProblems.${problem}`)}
        </p>
      )}
      <FileButton label={t("consent.chooseFile")} accept=".csv,.txt,text/csv" onFile={onFile} />
    </div>
  );
}
