import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { toast, toastError } from "../../components/ui/toast";
import type { ThreadDetail, ThreadStatus } from "../../lib/api-types";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { useOrg, useOrgMutation, useOrgQuery } from "../../lib/org";
import { useInboxPlace } from "./inbox-context";
import { isOpenStatus, patchThread } from "./optimistic";

/** What can be done with a conversation as a whole. Every action shows at once and says so when it was refused. */
export function useThreadActions(thread: ThreadDetail) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const place = useInboxPlace();
  const fail = (thrown: unknown) => toastError(describeError(thrown, t));

  const assignMutation = useOrgMutation(api.inbox.mutations.assign, (store, args) => {
    const member = members.find(({ memberId }) => memberId === args.assigneeId);
    const assignee = member === undefined ? null : { memberId: member.memberId, name: member.name };
    patchThread(store, args.threadId, { assignee });
  });
  const setStatusMutation = useOrgMutation(api.inbox.mutations.setStatus, (store, args) =>
    patchThread(store, args.threadId, { status: args.status, isOpen: isOpenStatus(args.status) }),
  );

  const assign = (assigneeId: Id<"members"> | null) => {
    void assignMutation({ threadId: thread.id, assigneeId }).catch(fail);
  };
  // Only from whom one sees: of two who take it at once, the second is told instead of taking it away unseen.
  const claim = () => {
    void assignMutation({
      threadId: thread.id,
      assigneeId: membership.memberId,
      fromId: thread.assignee?.memberId ?? null,
    }).catch((thrown: unknown) => {
      if (asAppError(thrown)?.code !== "conflict") return fail(thrown);
      toast(t("thread.claimLost", { number: thread.number }));
    });
  };
  const setStatus = (status: ThreadStatus) => {
    void setStatusMutation({ threadId: thread.id, status }).catch(fail);
  };
  const close = () => {
    const before = thread.status;
    const hasMoved = place.step(1);
    if (!hasMoved && place.isSingle) place.leave();
    setStatus("closed");
    toast(t("thread.closed"), { undo: () => setStatus(before) });
  };
  const reopen = () => {
    const before = thread.status;
    setStatus("open");
    toast(t("thread.reopened"), { undo: () => setStatus(before) });
  };
  return { members, assign, assignToMe: claim, setStatus, close, reopen };
}

export type ThreadActions = ReturnType<typeof useThreadActions>;
