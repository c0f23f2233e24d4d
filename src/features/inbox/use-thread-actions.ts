import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { toast, toastError } from "../../components/ui/toast";
import type { ThreadDetail, ThreadStatus } from "../../lib/api-types";
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
  const claimMutation = useOrgMutation(api.inbox.assignment.mutations.claim, (store, args) => {
    const me = members.find(({ memberId }) => memberId === membership.memberId);
    if (me !== undefined) patchThread(store, args.threadId, { assignee: { memberId: me.memberId, name: me.name } });
  });
  const teamMutation = useOrgMutation(api.inbox.assignment.mutations.assignToTeam);
  const rulesMutation = useOrgMutation(api.inbox.assignment.mutations.assignByRules);
  const setStatusMutation = useOrgMutation(api.inbox.mutations.setStatus, (store, args) =>
    patchThread(store, args.threadId, { status: args.status, isOpen: isOpenStatus(args.status) }),
  );

  const assign = (assigneeId: Id<"members"> | null) => {
    void assignMutation({ threadId: thread.id, assigneeId }).catch(fail);
  };
  // Only from whom one sees: of two who take it at once, the second is told, and shown what is next (product.md O-15).
  const claim = async () => {
    try {
      const fromId = thread.assignee?.memberId ?? null;
      const claimed = await claimMutation({ threadId: thread.id, fromId });
      if (claimed.kind === "yours") return;
      const name = claimed.holder?.name ?? t("common.nobody");
      toast(t(claimed.nextId === null ? "thread.claimLost" : "thread.claimLostNext", { number: thread.number, name }));
      if (claimed.nextId !== null) place.open(claimed.nextId);
    } catch (thrown) {
      fail(thrown);
    }
  };
  const assignToTeam = (teamId: Id<"teams"> | null) => {
    void teamMutation({ threadId: thread.id, teamId }).catch(fail);
  };
  const assignByRules = async () => {
    try {
      if (!(await rulesMutation({ threadId: thread.id }))) toast(t("assignment.noRuleFits"));
    } catch (thrown) {
      fail(thrown);
    }
  };
  const setStatus = (status: ThreadStatus) => {
    void setStatusMutation({ threadId: thread.id, status }).catch(fail);
  };
  const close = () => {
    const before = thread.status;
    place.moveOn();
    setStatus("closed");
    toast(t("thread.closed"), { undo: () => setStatus(before) });
  };
  const reopen = () => {
    const before = thread.status;
    setStatus("open");
    toast(t("thread.reopened"), { undo: () => setStatus(before) });
  };
  return { members, assign, assignToMe: () => void claim(), assignToTeam, assignByRules, setStatus, close, reopen };
}

export type ThreadActions = ReturnType<typeof useThreadActions>;
