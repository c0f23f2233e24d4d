import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { toast, toastError } from "../../components/ui/toast";
import type { ThreadDetail } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useLanguage } from "../../lib/i18n";
import { useOrgMutation } from "../../lib/org";
import { dateTime } from "../../lib/time-format";
import { useInboxPlace } from "./inbox-context";
import { patchThread } from "./optimistic";

/** Putting a conversation off and bringing it back, at once, with the way back. */
export function useSnooze(thread: ThreadDetail) {
  const { t } = useTranslation();
  const language = useLanguage();
  const place = useInboxPlace();
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const snoozeMutation = useOrgMutation(api.inbox.snooze.mutations.snooze, (store, args) =>
    patchThread(store, args.threadId, { snoozedUntil: args.until }),
  );
  const unsnoozeMutation = useOrgMutation(api.inbox.snooze.mutations.unsnooze, (store, args) =>
    patchThread(store, args.threadId, { snoozedUntil: undefined }),
  );
  const put = (until: number | null | undefined) => {
    const done =
      until === undefined ? unsnoozeMutation({ threadId: thread.id }) : snoozeMutation({ threadId: thread.id, until });
    void done.catch(fail);
  };
  const snooze = (until: number | null) => {
    const before = thread.snoozedUntil;
    place.moveOn();
    put(until);
    const text =
      until === null ? t("snooze.doneReply") : t("snooze.done", { at: dateTime(until, language, Date.now()) });
    toast(text, { undo: () => put(before) });
  };
  const unsnooze = () => {
    const before = thread.snoozedUntil;
    put(undefined);
    toast(t("snooze.broughtBack"), { undo: () => put(before) });
  };
  return { snooze, unsnooze };
}
