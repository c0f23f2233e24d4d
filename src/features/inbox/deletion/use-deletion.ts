import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import { useInboxPlace } from "../inbox-context";
import { patchThread } from "../optimistic";

/** As in other inboxes. */
export const DELETE_KEYS = "#";

/** Deleting a conversation, bringing it back, and removing it for good. */
export function useDeletion() {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const removeOne = useOrgMutation(api.inbox.deletion.mutations.remove, (store, { threadId }) =>
    patchThread(store, threadId, { isDeleted: true }),
  );
  const restoreOne = useOrgMutation(api.inbox.deletion.mutations.restore);
  const purgeOne = useOrgMutation(api.inbox.deletion.mutations.purge);
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));
  const restore = (threadId: Id<"threads">) => {
    restoreOne({ threadId }).then(() => toast(t("deletion.restored")), fail);
  };
  const remove = (threadId: Id<"threads">) => {
    const next = place.next();
    removeOne({ threadId }).then(() => {
      if (next === null) place.leave();
      else place.open(next, { replace: true });
      toast(t("deletion.done"), { undo: () => restore(threadId) });
    }, fail);
  };
  const purge = (threadId: Id<"threads">) => {
    purgeOne({ threadId }).then(() => {
      place.leave();
      toast(t("deletion.purged"));
    }, fail);
  };
  return { remove, restore, purge };
}
