import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import { Checkbox } from "../../components/ui/checkbox";
import { Dialog } from "../../components/ui/dialog";
import { SkeletonRows } from "../../components/ui/skeleton";
import { TextField } from "../../components/ui/text-field";
import type { ThreadDetail } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrgPaginatedQuery } from "../../lib/org";
import { dateTime } from "../../lib/time-format";
import { useMerging } from "./use-merging";

const PAGE_SIZE = 50;

type SplitDialogProps = {
  thread: ThreadDetail;
  /** Where another matter may begin: that message and what came after it are chosen beforehand. */
  from?: Id<"messages"> | undefined;
  onClose: () => void;
};

/** Chooses the messages that become a conversation of their own; at least one stays. */
export function SplitDialog({ thread, from, onClose }: SplitDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const messages = useOrgPaginatedQuery(
    api.inbox.queries.listMessages,
    { threadId: thread.id },
    { initialNumItems: PAGE_SIZE },
  );
  const shown = messages.results.filter(({ messageType }) => messageType !== "system_notification").toReversed();
  const start = shown.findIndex(({ id }) => id === from);
  const suggested = new Set(start === -1 ? [] : shown.slice(start).map(({ id }) => id));
  const [picked, setPicked] = useState<ReadonlySet<Id<"messages">> | null>(null);
  const chosen = picked ?? suggested;
  const [typed, setTyped] = useState<string | null>(null);
  const subject =
    typed ?? shown[start]?.subject ?? shown.findLast((message) => message.subject)?.subject ?? thread.subject;
  const { splitOff } = useMerging();
  const toggle = (id: Id<"messages">, isOn: boolean) => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    setPicked(next);
  };
  const isComplete = chosen.size > 0 && chosen.size < shown.length && subject.trim() !== "";
  const submit = () => {
    onClose();
    splitOff(thread, [...chosen], subject);
  };
  return (
    <Dialog
      title={t("merging.splitTitle")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isDisabled={!isComplete} onPress={submit}>
            {t("merging.splitDo", { count: chosen.size })}
          </Button>
        </>
      }
    >
      {messages.status === "LoadingFirstPage" ? (
        <SkeletonRows count={3} />
      ) : shown.length < 2 ? (
        <p className="text-sm text-muted">{t("merging.nothing")}</p>
      ) : (
        <div className="flex flex-col gap-4">
          <p className="text-sm text-muted">{t("merging.splitHint")}</p>
          <TextField label={t("merging.subject")} value={subject} onChange={setTyped} />
          <fieldset className="flex flex-col gap-1">
            <legend className="text-xs font-medium text-muted">{t("merging.choose")}</legend>
            {messages.status === "CanLoadMore" && (
              <Button size="sm" className="self-start" onPress={() => messages.loadMore(PAGE_SIZE)}>
                {t("thread.earlier")}
              </Button>
            )}
            {shown.map((message) => (
              <Checkbox
                key={message.id}
                isSelected={chosen.has(message.id)}
                onChange={(isOn) => toggle(message.id, isOn)}
              >
                <span className="flex min-w-0 flex-col">
                  <span className="text-xs text-muted">
                    {message.senderName} · {dateTime(message.at, language, now)}
                  </span>
                  <span className="line-clamp-2">{message.text}</span>
                </span>
              </Checkbox>
            ))}
          </fieldset>
        </div>
      )}
    </Dialog>
  );
}
