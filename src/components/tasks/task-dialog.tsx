import { useConvex } from "convex/react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { appError, asAppError } from "../../../convex/lib/errors";
import { FormDialog } from "../ui/form-dialog";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";
import { toastError } from "../ui/toast";
import type { TaskRow } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { instantOfLocal, localOfInstant } from "../../lib/local-time";
import { useOrg, useOrgMutation, useOrgQuery } from "../../lib/org";
import { localZone } from "../../lib/time-format";

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

type TaskForm = Pick<TaskRow, "title" | "description" | "taskType" | "priority" | "status"> & {
  /** Of a new one: the number of the conversation it is about; empty: none. */
  thread: string;
  /** A member's id, or "nobody". */
  assignee: string;
  /** As the field has it, by the clock of the browser's zone; empty: none. */
  due: string;
  reminder: Reminder;
  /** An order's id, or "none". */
  order: string;
  notes: string;
};

function formOf(task: TaskRow): TaskForm {
  const { title, description, taskType, priority, status, dueAt, remindMinutes, completionNotes: notes = "" } = task;
  return {
    title,
    description,
    thread: "",
    taskType,
    priority,
    status,
    assignee: task.assignee?.memberId ?? "nobody",
    due: dueAt === undefined ? "" : localOfInstant(dueAt, localZone()),
    reminder: REMINDERS.find((each) => each === String(remindMinutes)) ?? "none",
    order: task.links.orderId ?? "none",
    notes,
  };
}

const NEW: TaskForm = {
  title: "",
  description: "",
  thread: "",
  taskType: "other",
  priority: "normal",
  status: "open",
  assignee: "nobody",
  due: "",
  reminder: "none",
  order: "none",
  notes: "",
};

type Problem = { field: string; text: string };
type TaskDialogProps = { /** null: a new one. */ task: TaskRow | null; onClose: () => void };

/** What is to be done, who does it, when it is due and what it came to. */
export function TaskDialog({ task, onClose }: TaskDialogProps) {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const save = useSaveTask(task);
  const [form, setForm] = useState(() => (task === null ? NEW : formOf(task)));
  const orders = useOrdersOf(task, form.thread);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { assignee } = form;
    try {
      const orderId = orders.find(({ id }) => id === form.order)?.id ?? null;
      await save(form, members.find(({ memberId }) => memberId === assignee)?.memberId ?? null, orderId);
      onClose();
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field, text: describeError(thrown, t) });
    }
  };
  const active = members.filter(({ status }) => status === "active");
  return (
    <FormDialog
      title={t(task === null ? "tasks.new" : "threadTasks.editTitle")}
      onClose={onClose}
      onSubmit={submit}
      {...(task === null ? { saveLabel: t("threadTasks.addDo") } : {})}
    >
      <Fields
        form={form}
        isNew={task === null}
        errorAt={(field) => (problem?.field === field ? problem.text : null)}
        orders={orders}
        people={active.map(({ memberId, name }) => ({ id: memberId, label: name }))}
        onChange={(part) => setForm((before) => ({ ...before, ...part }))}
      />
    </FormDialog>
  );
}

/** The orders of the contact a task is about; of a new one, those of the conversation that was named. */
function useOrdersOf(task: TaskRow | null, typed: string): readonly { id: Id<"orders">; label: string }[] {
  const number = task === null ? numberIn(typed) : null;
  const threads = useOrgQuery(api.inbox.queries.searchThreads, number === null ? "skip" : { text: `#${number}` });
  const threadId = threads?.find((thread) => thread.number === number)?.id;
  const ofThread = useOrgQuery(api.collab.tasks.queries.orders, threadId === undefined ? "skip" : { threadId });
  const ofTask = useOrgQuery(api.tasks.queries.orders, task === null ? "skip" : { taskId: task.id });
  const found = (task === null ? ofThread : ofTask) ?? [];
  return found.map(({ id, number, status }) => ({ id, label: status === null ? number : `${number} · ${status}` }));
}

/** The number of a conversation as it was typed, with or without "#"; null: none. */
function numberIn(typed: string): number | null {
  const digits = typed.replace("#", "").trim();
  return /^\d{1,9}$/.test(digits) ? Number(digits) : null;
}

/** Makes or changes the task. Throws what the server says, and `invalid` for a conversation that is none. */
function useSaveTask(task: TaskRow | null) {
  const { t } = useTranslation();
  const { orgId } = useOrg();
  const convex = useConvex();
  const change = useOrgMutation(api.tasks.mutations.change);
  const create = useOrgMutation(api.tasks.mutations.create);
  const createOfThread = useOrgMutation(api.collab.tasks.mutations.create);
  const threadOf = async (typed: string) => {
    const number = numberIn(typed);
    const found =
      number === null ? [] : await convex.query(api.inbox.queries.searchThreads, { orgId, text: `#${number}` });
    const thread = found.find((each) => each.number === number);
    if (thread === undefined) throw appError("invalid", t("tasks.noSuchThread"), { field: "thread" });
    return thread.id;
  };
  return async (form: TaskForm, assigneeId: Id<"members"> | null, orderId: Id<"orders"> | null): Promise<void> => {
    const { assignee: _, order, due, reminder, notes: completionNotes, thread, status, ...fields } = form;
    const dueAt = due === "" ? null : instantOfLocal(due, localZone());
    const remindMinutes = reminder === "none" ? null : Number(reminder);
    if (task !== null) {
      const about = order === (task.links.orderId ?? "none") ? {} : { orderId };
      await change({ taskId: task.id, ...fields, ...about, status, assigneeId, dueAt, remindMinutes, completionNotes });
      return;
    }
    const said = {
      ...fields,
      ...(assigneeId === null ? {} : { assigneeId }),
      ...(dueAt === null ? {} : { dueAt }),
      ...(remindMinutes === null ? {} : { remindMinutes }),
    };
    if (thread.trim() === "") await create(said);
    else {
      const about = orderId === null ? {} : { orderId };
      await createOfThread({ ...said, ...about, threadId: await threadOf(thread) });
    }
  };
}

type FieldsProps = {
  form: TaskForm;
  isNew: boolean;
  errorAt: (field: string) => string | null;
  people: readonly { id: string; label: string }[];
  orders: readonly { id: string; label: string }[];
  onChange: (part: Partial<TaskForm>) => void;
};

function Fields({ form, isNew, errorAt, people, orders, onChange }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextField
        label={t("threadTasks.what")}
        value={form.title}
        onChange={(title) => onChange({ title })}
        error={errorAt("title")}
        autoFocus
      />
      <TextField
        label={t("tasks.descriptionField")}
        value={form.description}
        onChange={(description) => onChange({ description })}
        error={errorAt("description")}
        rows={3}
      />
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
        {isNew ? (
          <TextField
            label={t("tasks.thread")}
            placeholder="#12"
            value={form.thread}
            onChange={(thread) => onChange({ thread })}
            error={errorAt("thread")}
          />
        ) : (
          <Select
            label={t("threadTasks.status")}
            options={STATUSES.map((id) => ({ id, label: t(`tasks.status.${id}`) }))}
            value={form.status}
            onChange={(status) => onChange({ status })}
          />
        )}
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
          description={isNew ? t("tasks.dueByPriority") : t("threadTasks.zone", { zone: localZone() })}
        />
        <Select
          label={t("threadTasks.reminder")}
          options={REMINDERS.map((id) => ({ id, label: t(`threadTasks.reminders.${id}`) }))}
          value={form.reminder}
          onChange={(reminder) => onChange({ reminder })}
        />
        {orders.length > 0 && <OrderField {...{ form, orders, onChange }} />}
      </div>
      {!isNew && (
        <TextField
          label={t("threadTasks.notes")}
          value={form.notes}
          onChange={(notes) => onChange({ notes })}
          rows={3}
        />
      )}
    </>
  );
}

function OrderField({ form, orders, onChange }: Pick<FieldsProps, "form" | "orders" | "onChange">) {
  const { t } = useTranslation();
  return (
    <Select
      label={t("tasks.order")}
      options={[{ id: "none", label: t("tasks.noOrder") }, ...orders]}
      value={form.order}
      onChange={(order) => onChange({ order })}
    />
  );
}
