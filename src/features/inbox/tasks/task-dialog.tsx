import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
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

type TaskForm = Pick<TaskRow, "title" | "taskType" | "priority" | "status"> & {
  /** A member's id, or "nobody". */
  assignee: string;
  /** As the field has it, by the clock of the browser's zone; empty: none. */
  due: string;
  reminder: Reminder;
  notes: string;
};

function formOf(task: TaskRow): TaskForm {
  const { title, taskType, priority, status, dueAt, remindMinutes, completionNotes: notes = "" } = task;
  return {
    title,
    taskType,
    priority,
    status,
    assignee: task.assignee?.memberId ?? "nobody",
    due: dueAt === undefined ? "" : localOfInstant(dueAt, localZone()),
    reminder: REMINDERS.find((each) => each === String(remindMinutes)) ?? "none",
    notes,
  };
}

/** Who does a task, when it is due and what it came to. */
export function TaskDialog({ task, onClose }: { task: TaskRow; onClose: () => void }) {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const change = useOrgMutation(api.tasks.mutations.change);
  const [form, setForm] = useState(() => formOf(task));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { assignee, due, reminder, notes: completionNotes, ...fields } = form;
    try {
      await change({
        taskId: task.id,
        ...fields,
        assigneeId: members.find(({ memberId }) => memberId === assignee)?.memberId ?? null,
        dueAt: due === "" ? null : instantOfLocal(due, localZone()),
        remindMinutes: reminder === "none" ? null : Number(reminder),
        completionNotes,
      });
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const active = members.filter(({ status }) => status === "active");
  return (
    <FormDialog title={t("threadTasks.editTitle")} onClose={onClose} onSubmit={submit}>
      <Fields
        form={form}
        people={active.map(({ memberId, name }) => ({ id: memberId, label: name }))}
        onChange={(part) => setForm((before) => ({ ...before, ...part }))}
      />
    </FormDialog>
  );
}

type FieldsProps = {
  form: TaskForm;
  people: readonly { id: string; label: string }[];
  onChange: (part: Partial<TaskForm>) => void;
};

function Fields({ form, people, onChange }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextField label={t("threadTasks.what")} value={form.title} onChange={(title) => onChange({ title })} />
      <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
        <Select
          label={t("threadTasks.type")}
          options={TYPES.map((id) => ({ id, label: t(`threadTasks.types.${id}`) }))}
          value={form.taskType}
          onChange={(taskType) => onChange({ taskType })}
        />
        <Select
          label={t("threadTasks.priority")}
          options={PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) }))}
          value={form.priority}
          onChange={(priority) => onChange({ priority })}
        />
        <Select
          label={t("threadTasks.status")}
          options={STATUSES.map((id) => ({ id, label: t(`tasks.status.${id}`) }))}
          value={form.status}
          onChange={(status) => onChange({ status })}
        />
        <Select
          label={t("threadTasks.assignee")}
          options={[{ id: "nobody", label: t("common.nobody") }, ...people]}
          value={form.assignee}
          onChange={(assignee) => onChange({ assignee })}
        />
        <TextField
          type="datetime-local"
          label={t("threadTasks.dueAt")}
          value={form.due}
          onChange={(due) => onChange({ due })}
          description={t("threadTasks.zone", { zone: localZone() })}
        />
        <Select
          label={t("threadTasks.reminder")}
          options={REMINDERS.map((id) => ({ id, label: t(`threadTasks.reminders.${id}`) }))}
          value={form.reminder}
          onChange={(reminder) => onChange({ reminder })}
        />
      </div>
      <TextField label={t("threadTasks.notes")} value={form.notes} onChange={(notes) => onChange({ notes })} rows={3} />
    </>
  );
}
