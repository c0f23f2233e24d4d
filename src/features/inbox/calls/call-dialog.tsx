import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { wasTalkedTo } from "../../../../convex/inbox/calls/rules";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import type { MessageRow, ThreadDetail } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { localOfInstant } from "../../../lib/local-time";
import { useOrg, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { localZone } from "../../../lib/time-format";
import { type CallForm, callOfForm, lengthOf } from "./call-form";

const DIRECTIONS = ["outgoing", "incoming"] as const;
const OUTCOMES = ["answered", "callback_agreed", "no_answer", "voicemail", "busy"] as const;

/** An entry that is a phone call. */
export type CallMessage = MessageRow & { call: NonNullable<MessageRow["call"]> };

type CallDialogProps = {
  /** A new call of a conversation, or the entry that is changed. */
  of: { threadId: ThreadDetail["id"] } | { message: CallMessage };
  onClose: () => void;
};

/** Notes a phone call, or changes what was noted. */
export function CallDialog({ of, onClose }: CallDialogProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const log = useOrgMutation(api.inbox.calls.mutations.log);
  const change = useOrgMutation(api.inbox.calls.mutations.change);
  const [clientId] = useState(() => crypto.randomUUID());
  const [form, setForm] = useState(() => formOf("message" in of ? of.message : null, membership.memberId));
  const [isAsked, setIsAsked] = useState(false);
  const read = callOfForm(form, localZone());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsAsked(true);
    if (!read.ok) return;
    const speaker = members.find(({ memberId }) => memberId === form.memberId)?.memberId;
    const call = { ...read.call, ...(speaker === undefined ? {} : { memberId: speaker }) };
    try {
      if ("message" in of) await change({ messageId: of.message.id, ...call });
      else await log({ threadId: of.threadId, clientId, ...call });
      toast(t("calls.saved"));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={t("message" in of ? "calls.change" : "calls.log")} onClose={onClose} onSubmit={submit}>
      <Fields
        form={form}
        people={members
          .filter(({ status }) => status === "active")
          .map(({ memberId, name }) => ({ id: memberId, label: name }))}
        problem={isAsked && !read.ok ? read.field : null}
        onChange={(part) => setForm((before) => ({ ...before, ...part }))}
      />
    </FormDialog>
  );
}

function formOf(message: CallMessage | null, memberId: string): CallForm {
  const at = message?.at ?? Date.now();
  const { direction = "outgoing", outcome = "answered", seconds, callbackAt } = message?.call ?? {};
  return {
    direction,
    outcome,
    memberId: message?.call.speakerId ?? memberId,
    at: localOfInstant(at, localZone()),
    length: seconds === undefined ? "" : lengthOf(seconds),
    callback: callbackAt === undefined ? "" : localOfInstant(callbackAt, localZone()),
    text: message?.text ?? "",
  };
}

type FieldsProps = {
  form: CallForm;
  people: readonly { id: string; label: string }[];
  /** The field that cannot be as it is. */
  problem: "at" | "length" | "callback" | null;
  onChange: (part: Partial<CallForm>) => void;
};

function Fields({ form, people, problem, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const errorOf = (field: typeof problem) =>
    problem !== null && problem === field ? t(`calls.problems.${problem}`) : null;
  const mayCallBack = form.outcome === "callback_agreed" || !wasTalkedTo({ outcome: form.outcome });
  return (
    <>
      <div className="grid grid-cols-2 gap-4 max-md:grid-cols-1">
        <Select
          label={t("calls.direction")}
          options={DIRECTIONS.map((id) => ({ id, label: t(`calls.directions.${id}`) }))}
          value={form.direction}
          onChange={(direction) => onChange({ direction })}
        />
        <Select
          label={t("calls.outcome")}
          options={OUTCOMES.map((id) => ({ id, label: t(`calls.outcomes.${id}`) }))}
          value={form.outcome}
          onChange={(outcome) => onChange({ outcome })}
        />
        <Select
          label={t("calls.who")}
          options={people}
          value={form.memberId}
          onChange={(memberId) => onChange({ memberId })}
        />
        <TextField
          label={t("calls.length")}
          value={form.length}
          onChange={(length) => onChange({ length })}
          placeholder={t("calls.lengthExample")}
          error={errorOf("length")}
        />
        <TextField
          type="datetime-local"
          label={t("calls.at")}
          value={form.at}
          onChange={(at) => onChange({ at })}
          error={errorOf("at")}
        />
        {mayCallBack && (
          <TextField
            type="datetime-local"
            label={t("calls.callbackAt")}
            value={form.callback}
            onChange={(callback) => onChange({ callback })}
            error={errorOf("callback")}
          />
        )}
      </div>
      <TextField label={t("calls.note")} rows={4} value={form.text} onChange={(text) => onChange({ text })} />
    </>
  );
}
