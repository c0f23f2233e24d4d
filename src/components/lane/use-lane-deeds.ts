import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { describeError } from "../../lib/errors";
import { useLanguage } from "../../lib/i18n";
import { useCan, useOrgMutation } from "../../lib/org";
import type { LaneMessage } from "../../lib/api-types";
import { dateTime } from "../../lib/time-format";
import { toast, toastError } from "../ui/toast";

/** Soon enough to be "now", late enough that the server agrees it is to come. */
const NOW_MS = 1_000;

/**
 * What a member may do with a message ahead. Answers of the team go the inbox's way, so that the conversation and the queue
 * agree; all others the queue's. Refusals are said.
 */
export function useLaneDeeds() {
  const { t } = useTranslation();
  const language = useLanguage();
  const mayOperate = useCan("delivery.operate");
  const mayReply = useCan("inbox.reply");
  const move = useOrgMutation(api.sequences.lane.mutations.move);
  const sendNow = useOrgMutation(api.sequences.lane.mutations.sendNow);
  const hold = useOrgMutation(api.sequences.lane.mutations.hold);
  const lift = useOrgMutation(api.sequences.lane.mutations.lift);
  const cancel = useOrgMutation(api.delivery.mutations.cancel);
  const changePlanned = useOrgMutation(api.inbox.sending.mutations.changePlanned);
  const cancelPlanned = useOrgMutation(api.inbox.sending.mutations.cancelPlanned);

  const say = (done: Promise<unknown>, text: string, undo?: () => void) =>
    done.then(
      () => void toast(text, undo === undefined ? {} : { undo }),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  const put = ({ id, answer }: LaneMessage, at: number): Promise<unknown> =>
    answer === null ? move({ queueId: id, at }) : changePlanned({ messageId: answer.messageId, sendAt: at });
  const back = (message: LaneMessage) => say(put(message, message.dueAt), t("lane.putBack"));
  const liftNow = ({ id }: LaneMessage, at: number | null) =>
    say(lift({ queueId: id, at }), t("lane.lifted"), () => void say(hold({ queueId: id }), t("lane.heldNow")));

  return {
    /** Nothing can be done with what is on its way, in doubt, or still to be taken back with "Undo". */
    mayChange: ({ foreseen, answer, sourceKind }: LaneMessage) => {
      if (foreseen === null) return false;
      return sourceKind === "agent" ? answer !== null && mayReply : mayOperate;
    },
    move: (message: LaneMessage, at: number) =>
      say(
        put(message, at),
        t("lane.moved", { at: dateTime(at, language, Date.now()) }),
        message.dueAt > Date.now() ? () => void back(message) : undefined,
      ),
    sendNow: (message: LaneMessage) =>
      say(
        message.answer === null ? sendNow({ queueId: message.id }) : put(message, Date.now() + NOW_MS),
        t("lane.sentNow"),
      ),
    hold: (message: LaneMessage) =>
      say(hold({ queueId: message.id }), t("lane.heldNow"), () => void liftNow(message, null)),
    lift: liftNow,
    cancel: ({ id, answer }: LaneMessage) =>
      say(
        answer === null ? cancel({ queueId: id }) : cancelPlanned({ messageId: answer.messageId }),
        t(answer === null ? "lane.cancelled" : "lane.becameDraft"),
      ),
  };
}

export type LaneDeeds = ReturnType<typeof useLaneDeeds>;
