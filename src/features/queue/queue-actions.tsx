import { Ban, RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { REQUEUEABLE } from "../../../convex/delivery/groups";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import { toast, toastError } from "../../components/ui/toast";
import type { QueueDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

export function QueueActions({ message, queueId }: { message: QueueDetail; queueId: Id<"messageQueue"> }) {
  const { t } = useTranslation();
  const cancel = useOrgMutation(api.delivery.mutations.cancel);
  const requeue = useOrgMutation(api.delivery.mutations.requeue);
  const resolve = useOrgMutation(api.delivery.mutations.resolveUnknown);
  const run = async (work: Promise<null>, said: string) => {
    try {
      await work;
      toast(said);
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const { kind } = message.state;
  if (kind === "pending") {
    return (
      <Button
        variant="danger"
        className="self-start"
        icon={<Ban aria-hidden size={14} />}
        onPress={() => void run(cancel({ queueId }), t("queue.cancelled"))}
      >
        {t("queue.cancel")}
      </Button>
    );
  }
  if (kind === "unknown") {
    return (
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => void run(resolve({ queueId, resolution: "sent" }), t("queue.resolved"))}>
          {t("queue.resolveSent")}
        </Button>
        <Button onPress={() => void run(resolve({ queueId, resolution: "resend" }), t("queue.requeued"))}>
          {t("queue.resolveResend")}
        </Button>
      </div>
    );
  }
  if (!REQUEUEABLE.includes(kind)) return null;
  return (
    <Button
      className="self-start"
      icon={<RotateCcw aria-hidden size={14} />}
      onPress={() => void run(requeue({ queueId }), t("queue.requeued"))}
    >
      {t("queue.requeue")}
    </Button>
  );
}
