import { Link } from "@tanstack/react-router";
import { Flag, ListChecks } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../../../components/ui/avatar";
import { cx } from "../../../components/ui/classes";
import { RelativeTime } from "../../../components/ui/time";
import type { TaskRow } from "../../../lib/api-types";
import { DueMark } from "../due-mark";

/** A task among the conversations; it leads to the conversation it is about, or to the tasks. */
export const TaskListRow = memo(function TaskListRow({ task, isOpen }: { task: TaskRow; isOpen: boolean }) {
  const { t } = useTranslation();
  const className = cx(
    "flex h-full gap-3 border-b border-line px-4 py-2.5 outline-offset-[-2px] transition-colors",
    isOpen ? "bg-selected" : "hover:bg-hover",
  );
  const { threadId } = task.links;
  const content = <TaskContent task={task} />;
  return threadId === undefined ? (
    <Link to="/tasks" search={{ status: viewOf(task) }} data-testid="task-row" className={className}>
      {content}
    </Link>
  ) : (
    <Link
      to="/inbox/$threadId"
      params={{ threadId }}
      search={{ view: "tasks" }}
      data-testid="task-row"
      aria-label={t("inboxTasks.toThread", { title: task.title })}
      className={className}
    >
      {content}
    </Link>
  );
});

const viewOf = ({ status }: TaskRow) => (status === "completed" || status === "cancelled" ? status : "open");

function TaskContent({ task }: { task: TaskRow }) {
  const { t } = useTranslation();
  const isPressing = task.priority !== "normal" && task.priority !== "low";
  return (
    <>
      <span className="mt-0.5 flex size-10 shrink-0 items-center justify-center self-start rounded-full bg-accent-soft text-accent-text">
        <ListChecks aria-hidden size={16} />
      </span>
      <span className="flex min-w-0 grow flex-col">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 grow truncate text-sm font-medium">{task.title}</span>
          <RelativeTime at={task.lastAt} className="shrink-0 text-xs text-faint" />
        </span>
        <span className="truncate text-sm">{t(`tasks.status.${task.status}`)}</span>
        <span className="mt-0.5 flex items-center gap-1.5 text-xs text-muted">
          <span className="min-w-0 grow truncate">{task.description}</span>
          {task.dueAt !== undefined && <DueMark at={task.dueAt} isAlwaysShown />}
          {isPressing && (
            <span
              className={cx("inline-flex items-center gap-1", task.priority === "high" ? "text-warn" : "text-danger")}
            >
              <Flag aria-hidden size={12} />
              {t(`priorities.${task.priority}`)}
            </span>
          )}
          {task.assignee !== null && (
            <span title={t("inbox.assignedTo", { name: task.assignee.name })} className="inline-flex">
              <Avatar name={task.assignee.name} size="sm" tone="accent" />
              <span className="sr-only">{t("inbox.assignedTo", { name: task.assignee.name })}</span>
            </span>
          )}
        </span>
      </span>
    </>
  );
}
