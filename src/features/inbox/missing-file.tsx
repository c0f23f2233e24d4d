import { FileX2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { MAX_MEDIA_BYTES } from "../../../convex/inbox/inbound/mediaTypes";
import type { MessageRow } from "../../lib/api-types";
import { fileSize } from "../../lib/file-size";
import { useLanguage } from "../../lib/i18n";

/** A file the customer sent and we do not have: what it was, why it is not here, and whether it is tried again. */
export function MissingFile({ file }: { file: MessageRow["missingFiles"][number] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { name, contentType, code, reason, isFinal } = file;
  const words = {
    too_large: t("thread.missingFile.too_large", { size: fileSize(MAX_MEDIA_BYTES, language) }),
    too_many: t("thread.missingFile.too_many"),
    "404": t("thread.missingFile.gone"),
    "410": t("thread.missingFile.gone"),
  };
  const known = Object.entries(words).find(([each]) => each === code)?.[1];
  const why = known ?? `${t("thread.missingFile.failed")} (${reason})`;
  return (
    <div className="flex max-w-96 items-start gap-1.5 rounded-md border border-dashed border-line-strong px-2 py-1 text-xs">
      <FileX2 aria-hidden size={13} className="mt-0.5 shrink-0 text-warn" />
      <p className="min-w-0 break-words">
        <span className="sr-only">{t("thread.missingFile.title")}: </span>
        <span className="font-medium">{name ?? contentType}</span>
        <span className="text-muted">
          {" – "}
          {why}
          {!isFinal && `; ${t("thread.missingFile.again")}`}
        </span>
      </p>
    </div>
  );
}
