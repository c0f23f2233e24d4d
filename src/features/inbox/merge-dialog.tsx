import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { threadName } from "../../lib/thread-name";
import { api } from "../../../convex/_generated/api";
import { ChannelIcon } from "../../components/status";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { Dialog } from "../../components/ui/dialog";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import { RelativeTime } from "../../components/ui/time";
import type { MergeCandidate, ThreadDetail } from "../../lib/api-types";
import { useOrgQuery } from "../../lib/org";
import { useMerging } from "./use-merging";

/** Chooses the conversation that this one is merged into: the customer's others first, any other by words. */
export function MergeDialog({ thread, onClose }: { thread: ThreadDetail; onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<MergeCandidate | null>(null);
  const { mergeInto } = useMerging();
  const words = useDeferredValue(text);
  const found = useOrgQuery(api.inbox.merges.queries.candidates, { threadId: thread.id, text: words });
  const merge = (target: MergeCandidate) => {
    onClose();
    mergeInto(thread, target);
  };
  return (
    <Dialog
      title={t("merging.mergeTitle")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isDisabled={chosen === null} onPress={() => chosen !== null && merge(chosen)}>
            {chosen === null ? t("merging.merge") : t("merging.into", { number: chosen.number })}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">{t("merging.hint")}</p>
        <TextField label={t("merging.search")} value={text} onChange={setText} autoFocus />
        {found === undefined ? (
          <SkeletonRows count={3} />
        ) : found.length === 0 ? (
          <p className="text-sm text-muted">{t(words === "" ? "merging.none" : "merging.noneFound")}</p>
        ) : (
          <ul aria-label={t("merging.search")} className="flex flex-col gap-1">
            {found.map((candidate) => (
              <li key={candidate.id}>
                <Candidate
                  candidate={candidate}
                  isOther={candidate.contact?.id !== thread.contact?.id}
                  isChosen={chosen?.id === candidate.id}
                  onChoose={() => setChosen(candidate)}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

type CandidateProps = { candidate: MergeCandidate; isOther: boolean; isChosen: boolean; onChoose: () => void };

export function Candidate({ candidate, isOther, isChosen, onChoose }: CandidateProps) {
  const { t } = useTranslation();
  const name = threadName(candidate, t);
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={onChoose}
      className={cx(
        "flex w-full min-w-0 flex-col gap-0.5 rounded-md border px-3 py-2 text-left text-sm transition-colors",
        isChosen ? "border-accent bg-selected" : "border-line hover:bg-hover",
      )}
    >
      <span className="flex min-w-0 items-center gap-2">
        <ChannelIcon channel={candidate.channel} size={13} />
        <span className="min-w-0 grow truncate font-medium">{name}</span>
        <span className="shrink-0 text-xs text-faint">
          {t("thread.number", { number: candidate.number })}
          {!candidate.isOpen && ` · ${t("merging.closed")}`}
        </span>
        <RelativeTime at={candidate.lastMessageAt} className="shrink-0 text-xs text-faint" />
      </span>
      <span className="truncate text-xs text-muted">
        {[candidate.subject, candidate.lastMessagePreview].filter((part) => part !== "").join(" · ")}
      </span>
      {isOther && <span className="text-xs text-warn">{t("merging.other", { name })}</span>}
    </button>
  );
}
