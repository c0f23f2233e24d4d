import { useMemo } from "react";
import { api } from "../../../../convex/_generated/api";
import { type Narrowing, NARROWINGS } from "../../../../convex/inbox/filters";
import type { TaskRow, ThreadRow } from "../../../lib/api-types";
import { useCan, useOrg, useOrgPaginatedQuery } from "../../../lib/org";
import type { InboxSearch } from "../../../lib/search-params";
import { filterOf, listsThreads } from "../filters/filter-state";
import { mergeLists } from "./merge-lists";

/** What the list shows: conversations and, among them or alone, tasks that wait for somebody. */
export type InboxRow =
  | { kind: "thread"; id: ThreadRow["id"]; place: number; thread: ThreadRow }
  | { kind: "task"; id: TaskRow["id"]; place: number; task: TaskRow };

const PAGE_SIZE = 40;
/** Tasks are few; a shorter page keeps the list light. */
const TASK_PAGE_SIZE = 20;
const PENDING = ["open", "in_progress", "waiting"] as const;
type PendingStatus = (typeof PENDING)[number];

type Loaded = { rows: InboxRow[]; isDone: boolean };

/** The rows an address asks for, live, with the way to more of them. */
export function useInboxRows(search: InboxSearch) {
  const isTasks = search.view === "tasks";
  const threads = useOrgPaginatedQuery(
    api.inbox.queries.listThreads,
    listsThreads(search) ? filterOf(search) : "skip",
    {
      initialNumItems: PAGE_SIZE,
    },
  );
  const open = usePendingTasks(search, "open");
  const inProgress = usePendingTasks(search, "in_progress");
  const waiting = usePendingTasks(search, "waiting");
  const late = useLateTasks(search);
  const { results, status } = threads;
  const rows = useMemo(() => {
    const conversations: Loaded = {
      rows: results.map((thread, index) => {
        // Only a list with tasks in it is sorted here; others have an order of their own.
        const place = open.isOn ? -thread.lastMessageAt : late.isOn ? (thread.responseDueAt ?? 0) : index;
        return { kind: "thread", id: thread.id, place, thread };
      }),
      isDone: isTasks || status === "Exhausted",
    };
    const tasks = open.isOn ? [open, inProgress, waiting] : late.isOn ? [late] : [];
    return tasks.length > 0 ? mergeLists([conversations, ...tasks], ({ place }) => place) : conversations.rows;
  }, [results, status, isTasks, open, inProgress, waiting, late]);
  const among = late.isOn ? [threads, late] : [threads];
  const parts = open.isOn ? [...(isTasks ? [] : [threads]), open, inProgress, waiting] : among;
  const can = parts.filter((part) => part.status === "CanLoadMore");
  return {
    rows,
    threads: results,
    isLoading: parts.some((part) => part.status === "LoadingFirstPage"),
    isDone: parts.every((part) => part.status === "Exhausted"),
    canLoadMore: can.length > 0,
    loadMore: () => {
      for (const part of can) part.loadMore(PAGE_SIZE);
    },
  };
}

// Tasks past their time stand among the conversations past theirs, what waits longest first in both.
function useLateTasks(search: InboxSearch) {
  const isOn = useCan("tasks.read") && search.view === "overdue" && !isNarrowed(search);
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.tasks.queries.inView,
    isOn ? { view: "overdue" } : "skip",
    { initialNumItems: TASK_PAGE_SIZE },
  );
  return useMemo(() => {
    const rows = results.map((task): InboxRow => ({ kind: "task", id: task.id, place: task.dueAt ?? 0, task }));
    return { isOn, status, loadMore, rows, isDone: status === "Exhausted" };
  }, [isOn, results, status, loadMore]);
}

function isNarrowed(search: InboxSearch): boolean {
  // Tasks come in one order only.
  return search.order !== undefined || NARROWINGS.some((name: keyof Narrowing) => search[name] !== undefined);
}

// Tasks stand among all conversations and among one's own, unless those are narrowed by what tasks do not have.
function usePendingTasks(search: InboxSearch, taskStatus: PendingStatus) {
  const { membership } = useOrg();
  const mayRead = useCan("tasks.read");
  const isAlone = search.view === "tasks";
  const isAmong = !isNarrowed(search) && (search.view === "all" || search.view === "mine");
  const isOn = mayRead && (isAlone || isAmong);
  const whose = search.view === "mine" ? { assigneeId: membership.memberId } : {};
  const byDue = useOrgPaginatedQuery(api.tasks.queries.list, isOn && isAlone ? { status: taskStatus } : "skip", {
    initialNumItems: TASK_PAGE_SIZE,
  });
  const latest = useOrgPaginatedQuery(
    api.tasks.queries.latest,
    isOn && isAmong ? { status: taskStatus, ...whose } : "skip",
    { initialNumItems: TASK_PAGE_SIZE },
  );
  const { results, status, loadMore } = isAlone ? byDue : latest;
  return useMemo(() => {
    const rows = results.map((task): InboxRow => {
      const place = isAlone ? (task.dueAt ?? -Infinity) : -task.lastAt;
      return { kind: "task", id: task.id, place, task };
    });
    return { isOn, status, loadMore, rows, isDone: status === "Exhausted" };
  }, [isOn, isAlone, results, status, loadMore]);
}
