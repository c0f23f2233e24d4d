import { Ban, CirclePause, PencilLine, Play, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { MEMBER_HOLD, REQUEUEABLE } from "../../../convex/delivery/groups";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { DiscardDialog } from "../../components/discard/discard-dialog";
import { Button } from "../../components/ui/button";
import { toast, toastError } from "../../components/ui/toast";
import type { QueueDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { EditDialog } from "./edit-dialog";

type ActionsProps = { message: QueueDetail; queueId: Id<"messageQueue"> };

export function QueueActions({ message, queueId }: ActionsProps) {
  const { t } = useTranslation();
  const run = useRun();
  const cancel = useOrgMutation(api.delivery.mutations.cancel);
  const requeue = useOrgMutation(api.delivery.mutations.requeue);
  const { kind } = message.state;
  if (kind === "pending" || kind === "held") {
    return (
      <div className="flex flex-wrap gap-2">
        {message.sourceKind !== "agent" && <HoldAction message={message} queueId={queueId} />}
        <Button
          variant="danger"
          icon={<Ban aria-hidden size={14} />}
          onPress={() => void run(cancel({ queueId }), t("queue.cancelled"))}
        >
          {t("queue.cancel")}
        </Button>
      </div>
    );
  }
  if (kind === "unknown") return <UnknownActions queueId={queueId} />;
  if (!REQUEUEABLE.includes(kind)) return null;
  return (
    <div className="flex flex-wrap gap-2">
      <Button
        icon={<RotateCcw aria-hidden size={14} />}
        onPress={() => void run(requeue({ queueId }), t("queue.requeued"))}
      >
        {t("queue.requeue")}
      </Button>
      {kind === "dead" && <DeadActions message={message} queueId={queueId} />}
    </div>
  );
}

/** One message is kept back, or goes on: at its time, or at once where that has passed. */
function HoldAction({ message: { state }, queueId }: ActionsProps) {
  const { t } = useTranslation();
  const run = useRun();
  const hold = useOrgMutation(api.sequences.lane.mutations.hold);
  const lift = useOrgMutation(api.sequences.lane.mutations.lift);
  return state.kind === "held" && state.reason === MEMBER_HOLD ? (
    <Button
      icon={<Play aria-hidden size={14} />}
      onPress={() => void run(lift({ queueId, at: null }), t("lane.lifted"))}
    >
      {t("lane.lift")}
    </Button>
  ) : (
    <Button icon={<CirclePause aria-hidden size={14} />} onPress={() => void run(hold({ queueId }), t("lane.heldNow"))}>
      {t("lane.hold")}
    </Button>
  );
}

function useRun() {
  const { t } = useTranslation();
  return async (work: Promise<null>, said: string) => {
    try {
      await work;
      toast(said);
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
}

function UnknownActions({ queueId }: Pick<ActionsProps, "queueId">) {
  const { t } = useTranslation();
  const run = useRun();
  const resolve = useOrgMutation(api.delivery.mutations.resolveUnknown);
  return (
    <div className="flex flex-wrap gap-2">
      <Button onPress={() => void run(resolve({ queueId, resolution: "sent" }), t("queue.resolved"))}>
        {t("queue.resolveSent")}
      </Button>
      <Button onPress={() => void run(resolve({ queueId, resolution: "resend" }), t("queue.requeued"))}>
        {t("queue.resolveResend")}
      </Button>
      <Button
        variant="danger"
        onPress={() => void run(resolve({ queueId, resolution: "discard" }), t("queue.resolved"))}
      >
        {t("queue.resolveDiscard")}
      </Button>
    </div>
  );
}

function DeadActions({ message, queueId }: ActionsProps) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<"edit" | "discard" | null>(null);
  const discard = useOrgMutation(api.delivery.deadLetters.mutations.discard);
  const restore = useOrgMutation(api.delivery.deadLetters.mutations.restore);
  const undo = () => {
    restore({ queueId }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const isEditable = message.purgedAt === undefined;
  return (
    <>
      {isEditable && (
        <Button icon={<PencilLine aria-hidden size={14} />} onPress={() => setDialog("edit")}>
          {t("deadLetters.edit")}
        </Button>
      )}
      <Button variant="danger" icon={<Trash2 aria-hidden size={14} />} onPress={() => setDialog("discard")}>
        {t("deadLetters.discard")}
      </Button>
      {dialog === "edit" && <EditDialog message={message} queueId={queueId} onClose={() => setDialog(null)} />}
      {dialog === "discard" && (
        <DiscardDialog
          title={t("deadLetters.discardOneTitle")}
          hint={t("deadLetters.becauseText")}
          action={t("deadLetters.discard")}
          onDiscard={async (reason) => {
            await discard({ queueId, reason });
            toast(t("deadLetters.discarded"), { undo });
          }}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}
