import { Trash2 } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Button } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
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
  const { number, by: name, restorableUntil } = deletion;
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
      />
      {isAsking && <PurgeDialog number={number} onClose={() => setIsAsking(false)} onPurge={() => purge(threadId)} />}
    </section>
  );
}
