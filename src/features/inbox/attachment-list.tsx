import type { TFunction } from "i18next";
import { CircleAlert, Paperclip, RotateCw, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AttachmentProblem } from "../../../convex/inbox/attachments/limits";
import { IconButton } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { fileSize } from "../../lib/file-size";
import { useLanguage } from "../../lib/i18n";
import type { AttachedFile, PendingFile, useUploads } from "./use-uploads";

type AttachmentListProps = { files: readonly AttachedFile[]; uploads: ReturnType<typeof useUploads> };

/** The files of an answer that is being written: on the server, on their way, or refused with the reason. */
export function AttachmentList({ files, uploads }: AttachmentListProps) {
  const { t } = useTranslation();
  if (files.length === 0 && uploads.pending.length === 0) return null;
  return (
    <ul aria-label={t("answering.files")} className="flex flex-wrap gap-1.5 px-3 pt-2">
      {files.map((file) => (
        <Chip key={file.fileId} name={file.name} sizeBytes={file.sizeBytes} onRemove={() => uploads.remove(file)} />
      ))}
      {uploads.pending.map((pending) => (
        <PendingChip key={pending.key} pending={pending} uploads={uploads} />
      ))}
    </ul>
  );
}

function PendingChip({ pending, uploads }: { pending: PendingFile; uploads: AttachmentListProps["uploads"] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { file, state } = pending;
  const common = { name: file.name, sizeBytes: file.size, onRemove: () => uploads.dismiss(pending) };
  if (state.kind === "uploading") {
    const percent = Math.round(state.share * 100);
    return (
      <Chip {...common}>
        <span
          role="progressbar"
          aria-label={t("answering.uploading", { name: file.name })}
          aria-valuenow={percent}
          className="tabular-nums text-muted"
        >
          {percent} %
        </span>
      </Chip>
    );
  }
  if (state.kind === "refused") return <Chip {...common} problem={problemWords(state.problem, t, language)} />;
  return (
    <Chip {...common} problem={t("answering.uploadFailed")}>
      <IconButton
        size="sm"
        label={t("answering.retry", { name: file.name })}
        icon={<RotateCw size={12} />}
        onPress={() => uploads.retry(pending)}
      />
    </Chip>
  );
}

type ChipProps = { name: string; sizeBytes: number; problem?: string; onRemove: () => void; children?: ReactNode };

function Chip({ name, sizeBytes, problem, onRemove, children }: ChipProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const Icon = problem === undefined ? Paperclip : CircleAlert;
  return (
    <li
      className={cx(
        "flex max-w-full items-center gap-1.5 rounded-md border py-0.5 pr-0.5 pl-2 text-xs",
        problem === undefined ? "border-line bg-surface" : "border-danger/40 bg-danger-soft",
      )}
    >
      <Icon aria-hidden size={13} className={cx("shrink-0", problem === undefined ? "text-muted" : "text-danger")} />
      <span className="max-w-48 truncate">{name}</span>
      <span className="shrink-0 text-muted">{fileSize(sizeBytes, language)}</span>
      {problem !== undefined && (
        <span role="alert" className="min-w-0 text-danger">
          {problem}
        </span>
      )}
      {children}
      <IconButton size="sm" label={t("answering.removeFile", { name })} icon={<X size={12} />} onPress={onRemove} />
    </li>
  );
}

function problemWords(problem: AttachmentProblem, t: TFunction, language: string): string {
  switch (problem.kind) {
    case "too_large":
      return t("answering.problems.too_large", { size: fileSize(problem.maxBytes, language) });
    case "too_many":
      return t("answering.problems.too_many", { count: problem.max });
    case "program":
      return t("answering.problems.program");
    case "empty":
      return t("answering.problems.empty");
    case "no_files":
      return t("answering.problems.no_files");
  }
}
