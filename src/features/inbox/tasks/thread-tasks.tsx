import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Section } from "../../../components/layout/page";
import { Avatar } from "../../../components/ui/avatar";
import { TaskDialog } from "../../../components/tasks/task-dialog";
import { Button } from "../../../components/ui/button";
import { Checkbox } from "../../../components/ui/checkbox";
import { cx } from "../../../components/ui/classes";
import { TextField } from "../../../components/ui/text-field";
import { toastError } from "../../../components/ui/toast";
import type { TaskRow } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useCan, useOrg, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";

/** The checklist of a conversation: tick off, add by Enter, open one for who, when and the reminder. */
export function ThreadTasks({ threadId }: { threadId: Id<"threads"> }) {
  const { t } = useTranslation();
  const mayEdit = useCan("tasks.edit");
  const tasks = useOrgQuery(api.collab.tasks.queries.list, { threadId });
  const [openId, setOpenId] = useState<Id<"tasks"> | null>(null);
  const open = tasks?.find(({ id }) => id === openId);
  return (
    <Section title={t("threadTasks.title")}>
      {tasks !== undefined && tasks.length === 0 && <p className="text-sm text-muted">{t("threadTasks.none")}</p>}
      {tasks !== undefined && tasks.length > 0 && (
        <ul aria-label={t("threadTasks.title")} className="flex flex-col">
          {tasks.map((task) => (
            <li key={task.id}>
              <Item task={task} mayEdit={mayEdit} onOpen={() => setOpenId(task.id)} />
            </li>
          ))}
        </ul>
      )}
      {mayEdit && <AddTask threadId={threadId} />}
      {open !== undefined && <TaskDialog task={open} onClose={() => setOpenId(null)} />}
    </Section>
  );
}

function Item({ task, mayEdit, onOpen }: { task: TaskRow; mayEdit: boolean; onOpen: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const { membership } = useOrg();
  const mayWork = useCan("tasks.work");
  const mayTick = mayEdit || (mayWork && task.assignee?.memberId === membership.memberId);
  const change = useOrgMutation(mayEdit ? api.tasks.mutations.change : api.tasks.mutations.progress);
  const isDone = task.status === "completed" || task.status === "cancelled";
  const tick = (isOn: boolean) => {
    const to = { taskId: task.id, status: isOn ? ("completed" as const) : ("open" as const) };
    void change(to).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 grow">
        <Checkbox isSelected={isDone} isDisabled={!mayTick} onChange={tick}>
          <span className={cx("flex min-w-0 flex-col", isDone && "text-muted line-through")}>
            <span className="break-words">{task.title}</span>
            {task.dueAt !== undefined && !isDone && (
              <span className={cx("text-xs", task.dueAt < now ? "text-danger" : "text-muted")}>
                {t("threadTasks.due", { at: dateTime(task.dueAt, language, now) })}
              </span>
            )}
          </span>
        </Checkbox>
      </div>
      {task.assignee !== null && (
        <span title={task.assignee.name} className="mt-1">
          <Avatar name={task.assignee.name} size="sm" tone="accent" />
          <span className="sr-only">{task.assignee.name}</span>
        </span>
      )}
      {mayEdit && (
        <Button variant="quiet" size="sm" aria-label={t("threadTasks.editOf", { title: task.title })} onPress={onOpen}>
          {t("threadTasks.edit")}
        </Button>
      )}
    </div>
  );
}

function AddTask({ threadId }: { threadId: Id<"threads"> }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState("");
  const create = useOrgMutation(api.collab.tasks.mutations.create);
  const add = (event: FormEvent) => {
    event.preventDefault();
    const words = title.trim();
    if (words === "") return;
    setTitle("");
    void create({ threadId, title: words, taskType: "other", priority: "normal" }).catch((thrown: unknown) => {
      // The words are not lost with the refusal.
      setTitle(words);
      toastError(describeError(thrown, t));
    });
  };
  return (
    <form onSubmit={add} className="mt-2 flex items-end gap-2">
      <div className="min-w-0 grow">
        <TextField label={t("threadTasks.add")} value={title} onChange={setTitle} />
      </div>
      <Button type="submit" size="md" aria-label={t("threadTasks.addDo")} icon={<Plus aria-hidden size={14} />}>
        {t("threadTasks.addShort")}
      </Button>
    </form>
  );
}
