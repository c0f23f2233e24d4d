import { Copy, Download } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { headersOfSource, senderChecks, type SenderCheck } from "../../../convex/intake/email/source";
import { Badge } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { SkeletonRows } from "../../components/ui/skeleton";
import { useCopy } from "../../components/ui/use-copy";
import { fileSize } from "../../lib/file-size";
import { useLanguage } from "../../lib/i18n";
import { useOrgQuery } from "../../lib/org";
import { useSource, type Source } from "./use-source";

/** The headers people look for, in this order; all of them stand in the source. */
const SHOWN = ["From", "Reply-To", "To", "Cc", "Date", "Subject", "Message-ID", "In-Reply-To", "Return-Path"] as const;

type OriginalDialogProps = { messageId: Id<"messages">; onClose: () => void };

/** A customer's mail as it came: what its headers say, what was found out about its sender, and its source as text. */
export function OriginalDialog({ messageId, onClose }: OriginalDialogProps) {
  const { t } = useTranslation();
  const original = useOrgQuery(api.inbox.originals.queries.get, { messageId });
  const source = useSource(original);
  return (
    <Dialog
      title={t("original.title")}
      isOpen
      onClose={onClose}
      size="lg"
      footer={source.kind === "here" ? <Footer source={source} isMime={original?.isMime ?? true} /> : undefined}
    >
      {original === null ? (
        <p className="text-sm text-muted">{t("original.gone")}</p>
      ) : source.kind === "failed" ? (
        <p className="text-sm text-danger">{t("original.failed")}</p>
      ) : original === undefined || source.kind === "coming" ? (
        <SkeletonRows />
      ) : (
        <Shown
          text={source.text}
          hint={
            original.isBeginning
              ? t("original.beginning")
              : source.isCut
                ? t("original.cut")
                : original.isMime
                  ? null
                  : t("original.posted")
          }
          sizeBytes={original.sizeBytes}
        />
      )}
    </Dialog>
  );
}

type ShownProps = { text: string; hint: string | null; sizeBytes: number };

function Shown({ text, hint, sizeBytes }: ShownProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const headers = useMemo(() => headersOfSource(text), [text]);
  const checks = useMemo(() => senderChecks(headers), [headers]);
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
        {SHOWN.flatMap((name) => {
          const value = headers.find((header) => header.name.toLowerCase() === name.toLowerCase())?.value;
          return value === undefined || value === "" ? [] : [<Fact key={name} name={name} value={value} />];
        })}
        <dt className="text-muted">{t("original.checks")}</dt>
        <dd className="flex min-w-0 flex-wrap gap-1.5">
          {checks.length === 0 ? (
            <span className="text-muted">{t("original.unchecked")}</span>
          ) : (
            checks.map((check) => <Check key={check.method} {...check} />)
          )}
        </dd>
      </dl>
      <div className="flex flex-col gap-1">
        <h3 className="text-xs font-semibold text-faint">
          {t("original.source")} · {fileSize(sizeBytes, language)}
        </h3>
        {hint !== null && <p className="text-xs text-muted">{hint}</p>}
        <pre
          tabIndex={0}
          aria-label={t("original.source")}
          className="max-h-80 overflow-auto rounded-md bg-neutral-soft p-3 font-mono text-xs break-all whitespace-pre-wrap"
        >
          {text}
        </pre>
      </div>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{value}</dd>
    </>
  );
}

function Check({ method, result }: SenderCheck) {
  const tone = result === "pass" ? "ok" : result === "fail" || result === "permerror" ? "danger" : "neutral";
  return (
    <Badge tone={tone}>
      {method.toUpperCase()}: {result}
    </Badge>
  );
}

function Footer({ source, isMime }: { source: Extract<Source, { kind: "here" }>; isMime: boolean }) {
  const { t } = useTranslation();
  const copy = useCopy();
  return (
    <>
      <Button icon={<Copy size={14} />} onPress={() => void copy(source.text, t("original.copied"))}>
        {t("original.copy")}
      </Button>
      <a
        href={source.url}
        download={isMime ? "original.eml" : "original.txt"}
        rel="noopener noreferrer"
        className="inline-flex h-8 items-center gap-1.5 rounded-md border border-edge/60 px-3 text-sm font-medium text-text hover:bg-hover max-md:h-11"
      >
        <Download aria-hidden size={14} />
        {t("original.download")}
      </a>
    </>
  );
}
