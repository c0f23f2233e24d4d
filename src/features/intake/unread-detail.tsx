import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { DiscardDialog } from "../../components/discard/discard-dialog";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { SkeletonRows } from "../../components/ui/skeleton";
import { ExactTime } from "../../components/ui/time";
import type { UnreadDetail as Detail } from "../../lib/api-types";
import { fileSize } from "../../lib/file-size";
import { useLanguage } from "../../lib/i18n";
import { useOrgQuery } from "../../lib/org";
import { whyText } from "./unread-text";
import { useUnread } from "./use-unread";

type UnreadDetailProps = { rawEventId: Id<"rawEvents">; onClose: () => void };

/** One delivery: what is kept of it, why it was not read, and what can be done. */
export function UnreadDetail({ rawEventId, onClose }: UnreadDetailProps) {
  const { t } = useTranslation();
  const { replay, discard } = useUnread();
  const [isDiscarding, setIsDiscarding] = useState(false);
  const found = useOrgQuery(api.intake.unread.queries.get, { rawEventId });
  if (isDiscarding) {
    return (
      <DiscardDialog
        title={t("intake.discardTitle", { count: 1 })}
        hint={t("intake.becauseText")}
        action={t("intake.discard")}
        onDiscard={async (reason) => await discard([rawEventId], reason)}
        onClose={() => {
          setIsDiscarding(false);
          onClose();
        }}
      />
    );
  }
  const isOpen = found !== undefined && found.group !== "processed";
  return (
    <Dialog
      title={found?.subject ?? found?.from ?? t("intake.detail")}
      isOpen
      onClose={onClose}
      size="lg"
      footer={
        <>
          {isOpen && found.group !== "discarded" && (
            <Button variant="danger" onPress={() => setIsDiscarding(true)}>
              {t("intake.discardOne")}
            </Button>
          )}
          {isOpen && (
            <Button
              variant="primary"
              onPress={() => {
                void replay([rawEventId]);
                onClose();
              }}
            >
              {t("intake.replay")}
            </Button>
          )}
        </>
      }
    >
      {found === undefined ? <SkeletonRows /> : <Facts found={found} />}
    </Dialog>
  );
}

function Facts({ found }: { found: Detail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className="flex flex-col gap-4">
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1.5 text-sm">
        <Fact name={t("intake.why.label")}>{whyText(found, t)}</Fact>
        <Fact name={t("intake.when")}>
          <ExactTime at={found.receivedAt} />
        </Fact>
        <Fact name={t("intake.over")}>
          {t(`intake.kinds.${found.kind}`)} · {found.source ?? t("intake.noSource")}
        </Fact>
        {found.from !== null && <Fact name={t("intake.from")}>{found.from}</Fact>}
        {found.subject !== null && <Fact name={t("intake.subject")}>{found.subject}</Fact>}
        <Fact name={t("intake.size")}>{fileSize(found.sizeBytes, language)}</Fact>
        <Fact name={t("intake.attempts")}>{found.attempts}</Fact>
      </dl>
      {found.text !== null && (
        <div className="flex flex-col gap-1">
          <h3 className="text-xs font-semibold text-faint">{t("intake.kept")}</h3>
          <pre className="max-h-80 overflow-auto rounded-md bg-neutral-soft p-3 font-mono text-xs break-words whitespace-pre-wrap">
            {found.text}
          </pre>
          <p className="text-xs text-muted">{t("intake.keysHidden")}</p>
        </div>
      )}
      {found.originalUrl !== null && (
        <a href={found.originalUrl} download className="text-sm underline underline-offset-2 max-md:py-3">
          {t(found.isBeginning ? "intake.beginning" : "intake.original")}
        </a>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
