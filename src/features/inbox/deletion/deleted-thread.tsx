import { Copy, Trash2 } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Button } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { useCopy } from "../../../components/ui/use-copy";
import { docText, parseDoc } from "../../../editor/doc-text";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useCan } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";
import { useInboxPlace } from "../inbox-context";
import { PurgeDialog } from "./purge-dialog";
import { useDeletion } from "./use-deletion";

type Deletion = NonNullable<FunctionReturnType<typeof api.inbox.deletion.queries.notice>>;
type DeletedThreadProps = { threadId: Id<"threads">; deletion: Deletion };

/** At the address of a deleted conversation: who deleted it, until when it comes back, and the way back. */
export function DeletedThread({ threadId, deletion }: DeletedThreadProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const { leave } = useInboxPlace();
  const mayDelete = useCan("threads.delete");
  const { restore, purge } = useDeletion();
  const [isAsking, setIsAsking] = useState(false);
  const { number, by: name, restorableUntil, unsent } = deletion;
  const until = restorableUntil === null ? "" : dateTime(restorableUntil, language, now);
  const text =
    restorableUntil === null
      ? t("deletion.removing")
      : t(mayDelete ? "deletion.text" : "deletion.textOnly", { name, until });
  return (
    <section aria-label={t("deletion.title", { number })} role="status" className="flex h-full bg-surface">
      <EmptyState
        icon={Trash2}
        title={t("deletion.title", { number })}
        text={text}
        action={
          mayDelete && restorableUntil !== null ? (
            <div className="flex flex-wrap justify-center gap-2">
              <Button variant="primary" onPress={() => restore(threadId)}>
                {t("deletion.restore")}
              </Button>
              <Button onPress={() => setIsAsking(true)}>{t("deletion.purge")}</Button>
            </div>
          ) : (
            <Button onPress={leave}>{t("errors.goToInbox")}</Button>
          )
        }
      >
        {unsent.map((one) => (
          <Unsent key={String(one.isNote)} {...one} />
        ))}
      </EmptyState>
      {isAsking && <PurgeDialog number={number} onClose={() => setIsAsking(false)} onPurge={() => purge(threadId)} />}
    </section>
  );
}

/** What one was writing when somebody deleted the conversation: nobody else has these words. */
function Unsent({ isNote, doc }: Deletion["unsent"][number]) {
  const { t } = useTranslation();
  const copy = useCopy();
  const parsed = parseDoc(doc);
  const text = parsed === null ? "" : docText(parsed);
  if (text === "") return null;
  const said = t(isNote ? "deletion.unsentNote" : "deletion.unsentReply");
  return (
    <figure className="mt-3 w-full max-w-120 rounded-lg border border-line bg-sunken text-left">
      <figcaption className="flex items-center justify-between gap-2 border-b border-line py-1 pr-1 pl-3 text-xs text-muted">
        {said}
        <Button size="sm" variant="quiet" icon={<Copy aria-hidden size={14} />} onPress={() => void copy(text)}>
          {t("deletion.copyUnsent")}
        </Button>
      </figcaption>
      <div
        tabIndex={0}
        role="region"
        aria-label={said}
        className="max-h-60 overflow-y-auto px-3 py-2 text-sm break-words whitespace-pre-wrap"
      >
        {text}
      </div>
    </figure>
  );
}
