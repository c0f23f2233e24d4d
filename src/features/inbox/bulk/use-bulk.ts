import type { OptimisticLocalStore } from "convex/browser";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { ThreadFilter } from "../../../../convex/inbox/filters";
import type { Priority, ThreadType } from "../../../../convex/lib/closedSets";
import { toast, toastError } from "../../../components/ui/toast";
import type { ThreadStatus } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { changeOpenDrafts } from "../draft-desk";
import { isOpenStatus, patchThread, type ThreadPatch } from "../optimistic";
import type { ListSelection } from "./use-selection";

export type BulkTarget = { kind: "threads"; threadIds: Id<"threads">[] } | { kind: "matching"; filter: ThreadFilter };

/** A macro that was looked over; `writesDrafts`: the answer fields that are open have to be read anew. */
export type MacroRun = { macroId: Id<"macros">; target: BulkTarget; writesDrafts: boolean };

/** Shows a change on chosen rows at once; of "all matching" the job's progress is shown instead. */
function patchChosen(store: OptimisticLocalStore, target: BulkTarget, patch: ThreadPatch): void {
  if (target.kind === "threads") for (const id of target.threadIds) patchThread(store, id, patch);
}

/** What can be done with the chosen conversations; `ordered` is the order that is shown as under way. */
export function useBulk(selection: ListSelection, filter: ThreadFilter) {
  const { t } = useTranslation();
  const [ordered, setOrdered] = useState<Id<"bulkOperations"> | null>(null);
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const teams = (useOrgQuery(api.inbox.teams.queries.list, {}) ?? []).filter(({ isArchived }) => !isArchived);
  const assign = useOrgMutation(api.inbox.bulk.mutations.assign, (store, { target, assigneeId }) => {
    const member = members.find(({ memberId }) => memberId === assigneeId);
    patchChosen(store, target, {
      assignee: member === undefined ? null : { memberId: member.memberId, name: member.name },
    });
  });
  const setStatus = useOrgMutation(api.inbox.bulk.mutations.setStatus, (store, { target, status }) =>
    patchChosen(store, target, { status, isOpen: isOpenStatus(status) }),
  );
  const setPriority = useOrgMutation(api.inbox.bulk.mutations.setPriority, (store, { target, priority }) =>
    patchChosen(store, target, { priority }),
  );
  const setType = useOrgMutation(api.inbox.bulk.mutations.setType, (store, { target, threadType }) =>
    patchChosen(store, target, { threadType }),
  );
  const snooze = useOrgMutation(api.inbox.bulk.mutations.snooze, (store, { target, until }) =>
    patchChosen(store, target, { snoozedUntil: until }),
  );
  const setTag = useOrgMutation(api.inbox.bulk.mutations.setTag);
  const markRead = useOrgMutation(api.inbox.bulk.mutations.markRead, (store, { target }) =>
    patchChosen(store, target, { isUnread: false }),
  );
  const markUnread = useOrgMutation(api.inbox.bulk.mutations.markUnread, (store, { target }) =>
    patchChosen(store, target, { isUnread: true }),
  );
  const markSpam = useOrgMutation(api.inbox.bulk.mutations.markSpam, (store, { target }) =>
    patchChosen(store, target, { isOpen: false }),
  );
  const remove = useOrgMutation(api.inbox.bulk.mutations.remove, (store, { target }) =>
    patchChosen(store, target, { isDeleted: true }),
  );
  const follow = useOrgMutation(api.inbox.bulk.mutations.follow, (store, { target, isOn }) =>
    patchChosen(store, target, { isFollowing: isOn }),
  );
  const assignTeam = useOrgMutation(api.inbox.bulk.mutations.assignTeam);
  const reply = useOrgMutation(api.inbox.bulk.mutations.reply);
  const runMacro = useOrgMutation(api.inbox.macros.mutations.run);
  type Order = { target: BulkTarget; clientId: string };
  const chosen: BulkTarget = selection.isAllMatching
    ? { kind: "matching", filter }
    : { kind: "threads", threadIds: [...selection.ids] as Id<"threads">[] };
  const order = (call: (order: Order) => Promise<Id<"bulkOperations">>, target = chosen) => {
    selection.clear();
    call({ target, clientId: crypto.randomUUID() }).then(setOrdered, (thrown: unknown) =>
      toastError(describeError(thrown, t)),
    );
  };
  return {
    members,
    teams,
    target: chosen,
    ordered,
    forget: () => setOrdered(null),
    assign: (assigneeId: Id<"members"> | null) => order((asked) => assign({ ...asked, assigneeId })),
    setStatus: (status: ThreadStatus) => order((asked) => setStatus({ ...asked, status })),
    setPriority: (priority: Priority) => order((asked) => setPriority({ ...asked, priority })),
    setType: (threadType: ThreadType) => order((asked) => setType({ ...asked, threadType })),
    snooze: (until: number | null) => order((asked) => snooze({ ...asked, until })),
    setTag: (tag: string, isOn: boolean) => order((asked) => setTag({ ...asked, tag, isOn })),
    markRead: () => order(markRead),
    markUnread: () => order(markUnread),
    follow: (isOn: boolean) => order((asked) => follow({ ...asked, isOn })),
    clear: selection.clear,
    markSpam: () => order(markSpam),
    remove: () => order(remove),
    assignTeam: (teamId: Id<"teams"> | null) => order((asked) => assignTeam({ ...asked, teamId })),
    reply: (target: BulkTarget, text: string, close: boolean) =>
      order((asked) => reply({ ...asked, text, close }), target),
    runMacro: ({ macroId, target, writesDrafts }: MacroRun) =>
      order((asked) => {
        const run = () => runMacro({ ...asked, macroId });
        return writesDrafts ? changeOpenDrafts(run) : run();
      }, target),
  };
}

export type Bulk = ReturnType<typeof useBulk>;

/** Undoes an order about many, and says so; then calls `onUndone`. */
export function useUndoBulk(
  onUndone: () => void,
  { said, writesDrafts }: { said: string; writesDrafts: boolean },
): (operationId: Id<"bulkOperations">) => void {
  const { t } = useTranslation();
  const undo = useOrgMutation(api.inbox.bulk.mutations.undo);
  return (operationId) => {
    const takeBack = () => undo({ operationId });
    (writesDrafts ? changeOpenDrafts(takeBack) : takeBack()).then(
      () => {
        toast(said);
        onUndone();
      },
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
}
