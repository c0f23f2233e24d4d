import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { useInboxPlace } from "./inbox-context";

type Place = { id: Id<"threads">; number: number };

/** Merging and splitting conversations, with the way back. */
export function useMerging() {
  const { t } = useTranslation();
  const place = useInboxPlace();
  const merge = useOrgMutation(api.inbox.merges.mutations.merge);
  const together = useOrgMutation(api.inbox.merges.mutations.mergeTogether);
  const undo = useOrgMutation(api.inbox.merges.mutations.undo);
  const split = useOrgMutation(api.inbox.merges.mutations.split);
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));

  const undoMerge = (mergeIds: Id<"threadMerges">[], back?: Id<"threads">) => {
    void undo({ mergeIds }).then(() => {
      toast(t("merging.undone"));
      if (back !== undefined) place.open(back);
    }, fail);
  };
  const mergeInto = (source: Place, target: Place) => {
    void merge({ sourceIds: [source.id], targetId: target.id }).then((mergeIds) => {
      place.open(target.id);
      toast(t("merging.merged", { number: target.number }), { undo: () => undoMerge(mergeIds, source.id) });
    }, fail);
  };
  const mergeTogether = (threadIds: readonly Id<"threads">[], target: Place) => {
    void together({ threadIds: [...threadIds], targetId: target.id }).then((mergeIds) => {
      place.open(target.id);
      toast(t("merging.merged", { number: target.number }), { undo: () => undoMerge(mergeIds) });
    }, fail);
  };
  const splitOff = (origin: Place, messageIds: Id<"messages">[], subject: string) => {
    void split({ threadId: origin.id, messageIds, subject }).then((partId) => {
      place.open(partId);
      const back = () =>
        void merge({ sourceIds: [partId], targetId: origin.id }).then(() => place.open(origin.id), fail);
      toast(t("merging.splitDone"), { undo: back });
    }, fail);
  };
  return { mergeInto, mergeTogether, undoMerge, splitOff };
}
