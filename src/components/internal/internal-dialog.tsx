import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { PRIORITIES, THREAD_TYPES, type Priority, type ThreadType } from "../../../convex/lib/closedSets";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { useOrg, useOrgMutation, useOrgQuery } from "../../lib/org";
import { FormDialog } from "../ui/form-dialog";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";
import { toastError } from "../ui/toast";
import { PeopleField } from "./people-field";

export type InternalKind = "discussion" | "ticket";

type Draft = {
  subject: string;
  text: string;
  /** Separated by commas. */
  orders: string;
  teamId: Id<"teams"> | "none";
  memberIds: readonly Id<"members">[];
  threadType: ThreadType;
  priority: Priority;
  category: string;
};

type InternalDialogProps = {
  kind: InternalKind;
  /** What it is about from the start. */ order?: string;
  onClose: () => void;
};

/** Begins what the team does without a customer: a discussion, or a ticket. */
export function InternalDialog({ kind, order = "", onClose }: InternalDialogProps) {
  const { t } = useTranslation();
  const { draft, set, errorAt, submit } = useBeginning(kind, order, onClose);
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  const isTicket = kind === "ticket";
  return (
    <FormDialog
      title={t(isTicket ? "actions.newInternalTicket" : "actions.newDiscussion")}
      onClose={onClose}
      onSubmit={submit}
      saveLabel={t(`internal.${kind}.begin`)}
    >
      <TextField
        autoFocus
        label={t("internal.subject")}
        value={draft.subject}
        onChange={(subject) => set({ subject })}
        error={errorAt("subject")}
      />
      <TextField
        label={t(`internal.${kind}.text`)}
        rows={4}
        value={draft.text}
        onChange={(text) => set({ text })}
        error={errorAt("text")}
      />
      {!isTicket && (
        <PeopleField
          chosen={draft.memberIds}
          onChange={(memberIds) => set({ memberIds })}
          error={errorAt("memberIds")}
        />
      )}
      {isTicket && <TicketFacts draft={draft} onChange={set} error={errorAt("category")} />}
      <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
        <Select<Draft["teamId"]>
          label={t("internal.team")}
          options={[
            { id: "none", label: t("internal.noTeam") },
            ...teams.filter(({ isArchived }) => !isArchived).map(({ id, name }) => ({ id, label: name })),
          ]}
          value={draft.teamId}
          onChange={(teamId) => set({ teamId })}
        />
        <TextField
          label={t("internal.orders")}
          placeholder={t("internal.ordersHint")}
          value={draft.orders}
          onChange={(orders) => set({ orders })}
          error={errorAt("orders")}
        />
      </div>
      <p className="text-xs text-muted">{t("internal.hint")}</p>
    </FormDialog>
  );
}

type TicketFactsProps = { draft: Draft; onChange: (change: Partial<Draft>) => void; error: string | null };

function TicketFacts({ draft, onChange, error }: TicketFactsProps) {
  const { t } = useTranslation();
  return (
    <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
      <Select
        label={t("filters.threadType")}
        options={THREAD_TYPES.map((id) => ({ id, label: t(`slaSettings.types.${id}`) }))}
        value={draft.threadType}
        onChange={(threadType) => onChange({ threadType })}
      />
      <Select
        label={t("filters.priority")}
        options={PRIORITIES.map((id) => ({ id, label: t(`priorities.${id}`) }))}
        value={draft.priority}
        onChange={(priority) => onChange({ priority })}
      />
      <TextField
        label={t("tickets.category")}
        placeholder={t("tickets.categoryHint")}
        value={draft.category}
        onChange={(category) => onChange({ category })}
        error={error}
      />
    </div>
  );
}

const FIELDS: readonly string[] = ["subject", "text", "memberIds", "orders", "category"];

function useBeginning(kind: InternalKind, order: string, onClose: () => void) {
  const { t } = useTranslation();
  const begin = useBegin(kind);
  const navigate = useNavigate();
  const [draft, setDraft] = useState<Draft>({
    subject: order === "" ? "" : t("internal.aboutOrder", { order }),
    text: "",
    orders: order,
    teamId: "none",
    memberIds: [],
    threadType: "internal_task",
    priority: "normal",
    category: "",
  });
  const [problem, setProblem] = useState<{ field: string; text: string } | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const threadId = await begin(draft);
      onClose();
      void navigate({ to: "/inbox/$threadId", params: { threadId }, search: { view: "all" } });
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field === undefined || !FIELDS.includes(field)) toastError(describeError(thrown, t));
      else setProblem({ field, text: describeError(thrown, t) });
    }
  };
  return {
    draft,
    submit,
    set: (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change })),
    errorAt: (field: string) => (problem?.field === field ? problem.text : null),
  };
}

function useBegin(kind: InternalKind) {
  const { membership } = useOrg();
  const discuss = useOrgMutation(api.inbox.internal.mutations.beginDiscussion);
  const ticket = useOrgMutation(api.inbox.internal.mutations.beginTicket);
  // One conversation a dialog, however often it is sent.
  const [clientId] = useState(() => crypto.randomUUID());
  return async ({ subject, text, orders, teamId, memberIds, threadType, priority, category }: Draft) => {
    const beginning = {
      subject,
      text,
      orders: orders.split(","),
      teamId: teamId === "none" ? null : teamId,
      clientId,
    };
    if (kind === "ticket") return await ticket({ ...beginning, threadType, priority, category });
    return await discuss({ ...beginning, memberIds: memberIds.filter((id) => id !== membership.memberId) });
  };
}
