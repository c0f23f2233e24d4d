import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { readTable, type Table, type TableProblem } from "../../../convex/lib/csv";
import { decodeText } from "../../lib/decode-text";
import { describeError } from "../../lib/errors";
import { Dialog } from "../ui/dialog";
import { FileButton } from "../ui/file-button";
import { toastError } from "../ui/toast";

export type FileTable = Table & { fileName: string };

type Step<ImportId> =
  | { kind: "choose"; problem: TableProblem | null }
  | { kind: "map"; file: FileTable }
  | { kind: "reading"; sent: number; all: number }
  | { kind: "checked"; importId: ImportId };

type ImportDialogProps<Choices, ImportId> = {
  title: string;
  intro: string;
  /** What the columns mean and whatever else the file leaves open. */
  mapping: (file: FileTable, onDone: (choices: Choices) => void) => ReactNode;
  /** Brings the file's lines to the server, and tells how far it is. */
  check: (file: FileTable, choices: Choices, onSent: (sent: number) => void) => Promise<ImportId>;
  dryRun: (importId: ImportId) => ReactNode;
  onClose: () => void;
};

/** From a file over the meaning of its columns to a dry run: nothing is written before somebody has looked at it. */
export function ImportDialog<Choices, ImportId>(props: ImportDialogProps<Choices, ImportId>) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step<ImportId>>({ kind: "choose", problem: null });
  const readFile = async (file: File) => {
    try {
      const read = readTable(decodeText(new Uint8Array(await file.arrayBuffer())));
      setStep(
        read.ok
          ? { kind: "map", file: { ...read.table, fileName: file.name } }
          : { kind: "choose", problem: read.problem },
      );
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const check = async (file: FileTable, choices: Choices) => {
    const all = file.rows.length;
    const tell = (sent: number) => setStep({ kind: "reading", sent, all });
    tell(0);
    try {
      setStep({ kind: "checked", importId: await props.check(file, choices, tell) });
    } catch (thrown) {
      toastError(describeError(thrown, t));
      setStep({ kind: "choose", problem: null });
    }
  };
  if (step.kind === "checked") return props.dryRun(step.importId);
  return (
    <Dialog title={props.title} isOpen onClose={props.onClose} size="md">
      {step.kind === "choose" && (
        <ChooseFile intro={props.intro} problem={step.problem} onFile={(file) => void readFile(file)} />
      )}
      {step.kind === "map" && props.mapping(step.file, (choices) => void check(step.file, choices))}
      {step.kind === "reading" && (
        <p role="status" className="py-6 text-center text-sm text-muted">
          {t("imports.reading", { sent: step.sent, all: step.all })}
        </p>
      )}
    </Dialog>
  );
}

type ChooseFileProps = { intro: string; problem: TableProblem | null; onFile: (file: File) => void };

function ChooseFile({ intro, problem, onFile }: ChooseFileProps) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-4">
      <p className="text-sm text-muted">{intro}</p>
      {problem !== null && (
        <p role="alert" className="text-sm text-danger">
          {t(`imports.fileProblems.${problem}`)}
        </p>
      )}
      <FileButton label={t("imports.chooseFile")} accept=".csv,.txt,text/csv" onFile={onFile} />
    </div>
  );
}
