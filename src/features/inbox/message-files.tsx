import { FileText, Paperclip } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageRow } from "../../lib/api-types";
import { fileSize } from "../../lib/file-size";
import { useLanguage } from "../../lib/i18n";
import { DIALOG_COMING, later } from "../../lib/later";
import { inOrder, kindOf, type MessageFile, THUMB_PX, typeName } from "./file-kinds";
import { isInMail } from "./mail-body";
import { MissingFile } from "./missing-file";

const FileViewer = later(async () => (await import("./file-viewer")).FileViewer, { meanwhile: DIALOG_COMING });

/** What came or goes with a message: pictures small, sounds to play, the rest by name. */
export function MessageFiles({ message }: { message: MessageRow }) {
  const { t } = useTranslation();
  const [openAt, setOpenAt] = useState<number | null>(null);
  const files = inOrder(message.files.filter((file) => !isInMail(file, message.html)));
  if (files.length === 0 && message.missingFiles.length === 0) return null;
  const shown = files.filter((file) => ["picture", "pdf"].includes(kindOf(file)));
  return (
    <>
      <ul aria-label={t("thread.files")} className="mt-2 flex flex-wrap items-start gap-2">
        {files.map((file, index) => (
          <li key={index} className="max-w-full min-w-0">
            <OneFile file={file} onOpen={() => setOpenAt(shown.indexOf(file))} />
          </li>
        ))}
        {message.missingFiles.map((file, index) => (
          <li key={`missing-${index}`}>
            <MissingFile file={file} />
          </li>
        ))}
      </ul>
      {openAt !== null && <FileViewer files={shown} startAt={openAt} onClose={() => setOpenAt(null)} />}
    </>
  );
}

function OneFile({ file, onOpen }: { file: MessageFile; onOpen: () => void }) {
  // A file that says it is a picture and is none stays what it is: a file.
  const [isUnreadable, setIsUnreadable] = useState(false);
  const kind = isUnreadable ? "other" : kindOf(file);
  if (kind === "picture") return <Thumbnail file={file} onOpen={onOpen} onFail={() => setIsUnreadable(true)} />;
  if (kind === "sound") return <Sound file={file} />;
  return <FileChip file={file} onOpen={kind === "pdf" ? onOpen : null} />;
}

type ThumbnailProps = { file: MessageFile; onOpen: () => void; onFail: () => void };

function Thumbnail({ file, onOpen, onFail }: ThumbnailProps) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      aria-label={t("files.open", { name: file.name })}
      title={file.name}
      onClick={onOpen}
      style={THUMB_PX}
      className="block max-w-full cursor-zoom-in overflow-hidden rounded-md border border-line bg-sunken hover:border-edge"
    >
      <img
        src={file.url ?? undefined}
        alt={file.name}
        loading="lazy"
        decoding="async"
        onError={onFail}
        className="size-full object-cover"
      />
    </button>
  );
}

function Sound({ file }: { file: MessageFile }) {
  const { t } = useTranslation();
  return (
    <div className="flex w-72 max-w-full flex-col gap-1">
      <audio
        controls
        preload="metadata"
        src={file.url ?? undefined}
        aria-label={t("files.sound", { name: file.name })}
        className="h-10 w-full"
      />
      <FileLink file={file} className="truncate text-xs text-muted hover:text-text" />
    </div>
  );
}

const CHIP =
  "flex max-w-64 items-center gap-1.5 rounded-md border border-line bg-surface px-2 py-1 text-left text-xs max-md:min-h-11";

function FileChip({ file, onOpen }: { file: MessageFile; onOpen: (() => void) | null }) {
  const { t } = useTranslation();
  const Icon = onOpen === null ? Paperclip : FileText;
  const words = (
    <>
      <Icon aria-hidden size={13} className="shrink-0 text-muted" />
      <FileWords file={file} />
    </>
  );
  if (file.url === null) return <span className={CHIP}>{words}</span>;
  if (onOpen === null) {
    // Saved and not opened: what strangers sent is no page of ours.
    return (
      <a href={file.url} download={file.name} rel="noopener noreferrer" className={`${CHIP} hover:bg-hover`}>
        {words}
      </a>
    );
  }
  return (
    <button
      type="button"
      title={t("files.open", { name: file.name })}
      onClick={onOpen}
      className={`${CHIP} hover:bg-hover`}
    >
      {words}
    </button>
  );
}

function FileLink({ file, className }: { file: MessageFile; className: string }) {
  return (
    <a
      href={file.url ?? undefined}
      download={file.name}
      rel="noopener noreferrer"
      className={`flex min-w-0 items-center gap-1.5 ${className}`}
    >
      <FileWords file={file} />
    </a>
  );
}

function FileWords({ file }: { file: MessageFile }) {
  const language = useLanguage();
  return (
    <>
      <span className="truncate">{file.name}</span>
      <span className="shrink-0 text-faint">
        {[typeName(file), fileSize(file.sizeBytes, language)].filter((word) => word !== "").join(" · ")}
      </span>
    </>
  );
}
