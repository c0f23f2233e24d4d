import { Link } from "@tanstack/react-router";
import { ArrowDown, ArrowUp, Check, CircleAlert, Minus, Pencil, TriangleAlert, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { TaskDialog } from "../../components/tasks/task-dialog";
import { StatusBadge, type Tone } from "../../components/ui/badge";
import { Button } from "../../components/ui/button";
import { ExactTime, RelativeTime } from "../../components/ui/time";
import { toast, toastError } from "../../components/ui/toast";
import type { TaskRow } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrg, useOrgMutation, type OrgArgs } from "../../lib/org";

type Change = Omit<OrgArgs<typeof api.tasks.mutations.change>, "taskId">;

const PRIORITIES: Record<TaskRow["priority"], { tone: Tone; icon: LucideIcon }> = {
  low: { tone: "neutral", icon: ArrowDown },
  normal: { tone: "neutral", icon: Minus },
  high: { tone: "warn", icon: ArrowUp },
  urgent: { tone: "danger", icon: CircleAlert },
  critical: { tone: "danger", icon: TriangleAlert },
};

/** One task: what it is about, how urgent, whose it is, and the way to the messages that caused it. */
export function TaskCard({ task }: { task: TaskRow }) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const mayEdit = useCan("tasks.edit");
  const mayWork = useCan("tasks.work");
  const isMine = task.assignee?.memberId === membership.memberId;
  return (
    <li data-testid="task" className="flex flex-col gap-2 rounded-lg border border-line px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusBadge {...PRIORITIES[task.priority]} label={t(`priorities.${task.priority}`)} />
        <h2 className="min-w-0 grow text-sm font-medium break-words">{task.title}</h2>
        <RelativeTime at={task.lastAt} className="text-xs text-faint" />
      </div>
      {task.description !== "" && (
        <p className="text-sm break-words whitespace-pre-wrap text-muted">{task.description}</p>
      )}
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <span>{task.assignee === null ? t("tasks.nobody") : t("tasks.assignedTo", { name: task.assignee.name })}</span>
        {task.dueAt !== undefined && (
          <span>
            {t("tasks.due")} <ExactTime at={task.dueAt} />
          </span>
        )}
        {task.order !== null && (
          <span>
            {t("tasks.order")} {task.order.number}
            {task.order.status !== undefined && ` · ${task.order.status}`}
          </span>
        )}
        {task.occurrences > 1 && <span>{t("tasks.occurrences", { count: task.occurrences })}</span>}
        {task.completedAt !== undefined && (
          <span>
            {t("tasks.completed")} <ExactTime at={task.completedAt} />
          </span>
        )}
      </p>
      {task.completionNotes !== undefined && task.completionNotes !== "" && (
        <p className="border-l-2 border-line pl-2 text-sm break-words whitespace-pre-wrap text-muted">
          {task.completionNotes}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <TaskLinks task={task} />
        {(mayEdit || (mayWork && isMine)) && <TaskActions task={task} isMine={isMine} mayEdit={mayEdit} />}
      </div>
    </li>
  );
}

const LINK = "text-sm text-accent-text underline underline-offset-2 max-md:py-2";

function TaskLinks({ task: { links } }: { task: TaskRow }) {
  const { t } = useTranslation();
  const latest = links.queueIds.at(-1);
  return (
    <>
      {latest !== undefined && (
        <Link to="/queue" search={{ group: "dead", message: latest }} className={LINK}>
          {t("tasks.toMessage")}
        </Link>
      )}
      {links.threadId !== undefined && (
        <Link to="/inbox/$threadId" params={{ threadId: links.threadId }} search={{ view: "all" }} className={LINK}>
          {t("tasks.toThread")}
        </Link>
      )}
      {links.contactId !== undefined && (
        <Link to="/contacts/$contactId" params={{ contactId: links.contactId }} className={LINK}>
          {t("tasks.toContact")}
        </Link>
      )}
    </>
  );
}

type TaskActionsProps = { task: TaskRow; isMine: boolean; mayEdit: boolean };

/** Who may only work on what is theirs says how far it is. */
function TaskActions({ task, isMine, mayEdit }: TaskActionsProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const [isEditing, setIsEditing] = useState(false);
  const progress = useOrgMutation(api.tasks.mutations.progress);
  const change = useOrgMutation(api.tasks.mutations.change);
  const isOver = task.status === "completed" || task.status === "cancelled";
  const before: Change = { status: task.status, assigneeId: task.assignee?.memberId ?? null };
  const set = async (to: Change) =>
    mayEdit
      ? await change({ taskId: task.id, ...to })
      : await progress({ taskId: task.id, status: to.status ?? task.status });
  const run = async (to: Change, said: string) => {
    const undo = () => {
      set(before).catch((thrown: unknown) => toastError(describeError(thrown, t)));
    };
    try {
      await set(to);
      toast(said, { undo });
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  if (isOver) {
    return (
      <Button size="sm" className="ml-auto" onPress={() => void run({ status: "open" }, t("tasks.reopened"))}>
        {t("tasks.reopen")}
      </Button>
    );
  }
  return (
    <div className="ml-auto flex gap-2">
      {mayEdit && (
        <Button
          size="sm"
          aria-label={t("threadTasks.editOf", { title: task.title })}
          icon={<Pencil aria-hidden size={14} />}
          onPress={() => setIsEditing(true)}
        >
          {t("threadTasks.edit")}
        </Button>
      )}
      {isEditing && <TaskDialog task={task} onClose={() => setIsEditing(false)} />}
      {!isMine && (
        <Button
          size="sm"
          onPress={() => void run({ assigneeId: membership.memberId, status: "in_progress" }, t("tasks.taken"))}
        >
          {t("tasks.take")}
        </Button>
      )}
      <Button
        size="sm"
        variant="primary"
        icon={<Check aria-hidden size={14} />}
        onPress={() => void run({ status: "completed" }, t("tasks.doneToast"))}
      >
        {t("tasks.done")}
      </Button>
    </div>
  );
}
