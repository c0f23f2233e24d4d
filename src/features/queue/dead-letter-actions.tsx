import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { DiscardDialog } from "../../components/discard/discard-dialog";
import { Button } from "../../components/ui/button";
import { toast, toastError } from "../../components/ui/toast";
import type { DeadGroupRow } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

/** What can be done with a whole group, or with all of them. It begins when the time to undo is over. */
export function DeadLetterActions({ group, count }: { group: DeadGroupRow | null; count: number }) {
  const { t } = useTranslation();
  const [isDiscarding, setIsDiscarding] = useState(false);
  const requeueAll = useOrgMutation(api.delivery.deadLetters.mutations.requeueAll);
  const discardAll = useOrgMutation(api.delivery.deadLetters.mutations.discardAll);
  const stop = useOrgMutation(api.delivery.deadLetters.mutations.stopJob);
  const wanted = group === null ? {} : { group: { reason: group.reason, connectionId: group.connectionId } };
  const offerUndo = (jobId: Id<"deadLetterJobs">, said: string) => {
    const undo = () => {
      stop({ jobId }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
    };
    toast(said, { undo });
  };
  const sendAgain = async () => {
    try {
      offerUndo(await requeueAll(wanted), t("deadLetters.requeuing", { count }));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const discard = async (reason: string) => {
    offerUndo(await discardAll({ ...wanted, reason }), t("deadLetters.discarding", { count }));
  };
  return (
    <div className="flex flex-wrap gap-2">
      <Button icon={<RotateCcw aria-hidden size={14} />} onPress={() => void sendAgain()}>
        {t("deadLetters.requeueAll", { count })}
      </Button>
      <Button variant="danger" icon={<Trash2 aria-hidden size={14} />} onPress={() => setIsDiscarding(true)}>
        {t("deadLetters.discardAll", { count })}
      </Button>
      {isDiscarding && (
        <DiscardDialog
          title={t("deadLetters.discardTitle", { count })}
          hint={t("deadLetters.becauseText")}
          action={t("deadLetters.discard")}
          onDiscard={discard}
          onClose={() => setIsDiscarding(false)}
        />
      )}
    </div>
  );
}
