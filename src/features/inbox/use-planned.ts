import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useLanguage } from "../../lib/i18n";
import { useOrgMutation } from "../../lib/org";
import { dateTime } from "../../lib/time-format";
import { changeDraft } from "./draft-desk";
import { useInboxPlace } from "./inbox-context";
import type { Plan } from "./use-send";

/** Soon enough to be "now", late enough that the server agrees it is to come. */
const NOW_MS = 1_000;

/** What can be done with an answer that leaves later. Refusals are said. */
export function usePlanned() {
  const { t } = useTranslation();
  const language = useLanguage();
  const place = useInboxPlace();
  const change = useOrgMutation(api.inbox.sending.mutations.changePlanned);
  const cancel = useOrgMutation(api.inbox.sending.mutations.cancelPlanned);
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const takeBack = (threadId: Id<"threads">, messageId: Id<"messages">) =>
    changeDraft(threadId, () => cancel({ messageId }));
  return {
    move: (messageId: Id<"messages">, plan: Plan) =>
      void change({ messageId, ...plan }).then(
        () => toast(t("answering.planned", { at: dateTime(plan.sendAt, language, Date.now()) })),
        fail,
      ),
    sendNow: (messageId: Id<"messages">) => void change({ messageId, sendAt: Date.now() + NOW_MS }).catch(fail),
    /** It is a draft again, and the draft is on the screen. */
    edit: (threadId: Id<"threads">, messageId: Id<"messages">) =>
      void takeBack(threadId, messageId).then((isShown) => isShown || place.open(threadId), fail),
    cancel: (threadId: Id<"threads">, messageId: Id<"messages">) =>
      void takeBack(threadId, messageId).then(() => toast(t("answering.plannedCancelled")), fail),
  };
}
