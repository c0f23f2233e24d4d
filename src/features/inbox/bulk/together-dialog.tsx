import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { MAX_SOURCES } from "../../../../convex/inbox/merges/rules";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { useOrgQuery } from "../../../lib/org";
import { Candidate } from "../merge-dialog";
import { useMerging } from "../use-merging";

type TogetherDialogProps = { threadIds: readonly Id<"threads">[]; onClose: () => void; onMerged: () => void };

/** Makes one of the chosen conversations: says which one stays, or why it cannot be done. */
export function TogetherDialog({ threadIds, onClose, onMerged }: TogetherDialogProps) {
  const { t } = useTranslation();
  const [picked, setPicked] = useState<Id<"threads"> | null>(null);
  const { mergeTogether } = useMerging();
  const preview = useOrgQuery(api.inbox.merges.queries.previewTogether, { threadIds: [...threadIds] });
  const threads = preview?.threads ?? [];
  const target = threads.find(({ id }) => id === (picked ?? preview?.stayingId));
  const problem = preview?.problem ?? null;
  const merge = () => {
    if (target === undefined) return;
    onMerged();
    mergeTogether(threadIds, target);
  };
  return (
    <Dialog
      title={t("merging.togetherTitle")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isDisabled={target === undefined || problem !== null} onPress={merge}>
            {target === undefined ? t("merging.merge") : t("merging.into", { number: target.number })}
          </Button>
        </>
      }
    >
      {preview === undefined ? (
        <SkeletonRows count={3} />
      ) : problem !== null ? (
        <p role="alert" className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {t(`merging.problems.${problem}`, { count: MAX_SOURCES + 1 })}
        </p>
      ) : (
        <div className="flex flex-col gap-3">
          <p className="text-sm text-muted">{t("merging.togetherHint")}</p>
          <ul aria-label={t("merging.stays")} className="flex flex-col gap-1">
            {threads.map((thread) => (
              <li key={thread.id}>
                <Candidate
                  candidate={thread}
                  isOther={false}
                  isChosen={thread.id === target?.id}
                  onChoose={() => setPicked(thread.id)}
                />
              </li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  );
}
