import { ChevronLeft, ChevronRight, Download } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Skeleton } from "../../components/ui/skeleton";
import { fileSize } from "../../lib/file-size";
import { useLanguage } from "../../lib/i18n";
import { kindOf, type MessageFile } from "./file-kinds";
import { usePdf } from "./use-pdf";

type FileViewerProps = { files: readonly MessageFile[]; startAt: number; onClose: () => void };

/** The pictures and PDFs of one message, one at a time; the arrow keys go from one to the next. */
export function FileViewer({ files, startAt, onClose }: FileViewerProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [at, setAt] = useState(startAt);
  const step = (by: number) => setAt((now) => Math.min(files.length - 1, Math.max(0, now + by)));
  useArrowKeys(step);
  const file = files[at];
  if (file === undefined) return null;
  return (
    <Dialog
      title={file.name}
      isOpen
      onClose={onClose}
      size="xl"
      footer={
        <div className="flex w-full items-center gap-2 text-xs text-muted">
          <span role="status" className="grow">
            {files.length > 1 && `${t("files.position", { at: at + 1, count: files.length })} · `}
            {fileSize(file.sizeBytes, language)}
          </span>
          {files.length > 1 && (
            <>
              <IconButton
                label={t("files.previous")}
                keys="arrowleft"
                icon={<ChevronLeft size={16} />}
                isDisabled={at === 0}
                onPress={() => step(-1)}
              />
              <IconButton
                label={t("files.next")}
                keys="arrowright"
                icon={<ChevronRight size={16} />}
                isDisabled={at === files.length - 1}
                onPress={() => step(1)}
              />
            </>
          )}
          <a
            href={file.url ?? undefined}
            download={file.name}
            rel="noopener noreferrer"
            className="inline-flex h-8 items-center gap-1.5 rounded-md border border-edge/60 px-3 text-sm font-medium text-text hover:bg-hover max-md:h-11"
          >
            <Download aria-hidden size={14} />
            {t("files.download")}
          </a>
        </div>
      }
    >
      <div className="flex h-[62vh] items-center justify-center">
        {kindOf(file) === "pdf" ? <Pdf key={at} file={file} /> : <Picture key={at} file={file} />}
      </div>
    </Dialog>
  );
}

function Picture({ file }: { file: MessageFile }) {
  return <img src={file.url ?? undefined} alt={file.name} className="max-h-full max-w-full object-contain" />;
}

function Pdf({ file }: { file: MessageFile }) {
  const { t } = useTranslation();
  const pdf = usePdf(file.url);
  if (pdf.kind === "coming") return <Skeleton className="size-full" />;
  if (pdf.kind === "not_here") return <p className="text-sm text-muted">{t("files.notShown")}</p>;
  return <iframe title={file.name} src={pdf.url} className="size-full rounded-md border border-line" />;
}

function useArrowKeys(step: (by: number) => void): void {
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === "ArrowLeft") step(-1);
      if (key === "ArrowRight") step(1);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
