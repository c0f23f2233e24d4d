import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toastError } from "../../../components/ui/toast";
import type { TaskRow } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { instantOfLocal, localOfInstant } from "../../../lib/local-time";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { localZone } from "../../../lib/time-format";

const TYPES = [
  "follow_up",
  "callback",
  "send_email",
  "schedule_visit",
  "escalate",
  "research",
  "documentation",
  "approval_request",
  "other",
] as const satisfies readonly TaskRow["taskType"][];
const PRIORITIES = ["low", "normal", "high", "urgent", "critical"] as const satisfies readonly TaskRow["priority"][];
const STATUSES = [
  "open",
  "in_progress",
  "waiting",
  "completed",
  "cancelled",
] as const satisfies readonly TaskRow["status"][];
/** Minutes before a task is due. */
const REMINDERS = ["none", "0", "15", "60", "1440"] as const;
type Reminder = (typeof REMINDERS)[number];

/** Who does a task, when it is due and what it came to. */
export function TaskDialog({ task, onClose }: { task: TaskRow; onClose: () => void }) {
  const { t } = useTranslation();
  const zone = localZone();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const change = useOrgMutation(api.tasks.mutations.change);
  const [title, setTitle] = useState(task.title);
  const [taskType, setTaskType] = useState(task.taskType);
  const [priority, setPriority] = useState(task.priority);
  const [status, setStatus] = useState(task.status);
  const [assignee, setAssignee] = useState<string>(task.assignee?.memberId ?? "nobody");
  const [due, setDue] = useState(task.dueAt === undefined ? "" : localOfInstant(task.dueAt, zone));
  const [reminder, setReminder] = useState<Reminder>(
    REMINDERS.find((each) => each === String(task.remindMinutes)) ?? "none",
  );
  const [notes, setNotes] = useState(task.completionNotes ?? "");
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const member = members.find(({ memberId }) => memberId === assignee);
    try {
      await change({
        taskId: task.id,
        title,
        taskType,
        priority,
        status,
        assigneeId: member === undefined ? null : (member.memberId as Id<"members">),
        dueAt: due === "" ? null : instantOfLocal(due, zone),
        remindMinutes: reminder === "none" ? null : Number(reminder),
        completionNotes: notes,
      });
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={t("threadTasks.editTitle")} onClose={onClose} onSubmit={submit}>
      <TextField label={t("threadTasks.what")} value={title} onChange={setTitle} />
      <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
        <Select
          label={t("threadTasks.type")}
          options={TYPES.map((id) => ({ id, label: t(`threadTasks.types.${id}`) }))}
          value={taskType}
          onChange={setTaskType}
        />
        <Select
          label={t("threadTasks.priority")}
          options={PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) }))}
          value={priority}
          onChange={setPriority}
        />
        <Select
          label={t("threadTasks.status")}
          options={STATUSES.map((id) => ({ id, label: t(`tasks.status.${id}`) }))}
          value={status}
          onChange={setStatus}
        />
        <Select
          label={t("threadTasks.assignee")}
          options={[
            { id: "nobody", label: t("common.nobody") },
            ...members
              .filter(({ status: of }) => of === "active")
              .map(({ memberId, name }) => ({ id: memberId as string, label: name })),
          ]}
          value={assignee}
          onChange={setAssignee}
        />
        <TextField
          type="datetime-local"
          label={t("threadTasks.dueAt")}
          value={due}
          onChange={setDue}
          description={t("threadTasks.zone", { zone })}
        />
        <Select
          label={t("threadTasks.reminder")}
          options={REMINDERS.map((id) => ({ id, label: t(`threadTasks.reminders.${id}`) }))}
          value={reminder}
          onChange={setReminder}
        />
      </div>
      <TextField label={t("threadTasks.notes")} value={notes} onChange={setNotes} rows={3} />
    </FormDialog>
  );
}
