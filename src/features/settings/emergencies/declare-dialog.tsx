import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";
import { PeoplePicker, type Person } from "./people-picker";

const HOURS = ["1", "2", "4", "8", "24"] as const;

type Field = "contactIds" | "subject" | "text" | "reason" | "hours";
const FIELDS: readonly string[] = ["contactIds", "subject", "text", "reason", "hours"] satisfies Field[];

/** Declares an emergency: to whom, what, why, until when; nothing goes before the number of people is typed. */
export function DeclareDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const formId = useId();
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [subject, setSubject] = useState("");
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState<(typeof HOURS)[number]>("2");
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const send = useOrgMutation(api.delivery.emergencies.mutations.send);
  const isConfirmed = people.length > 0 && typed.trim() === String(people.length);
  const errorOf = (field: Field) => (problem === field ? t(`emergencies.problems.${field}`) : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isConfirmed) return;
    setIsBusy(true);
    setProblem(null);
    try {
      const contactIds = people.map(({ id }) => id);
      await send({ contactIds, subject, text, reason, hours: Number(hours) });
      toast(t("emergencies.sent", { count: people.length }));
      onClose();
    } catch (thrown) {
      const field = asAppError(thrown)?.field;
      if (field !== undefined && FIELDS.includes(field)) setProblem(field);
      else toastError(describeError(thrown, t));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      title={t("emergencies.declare")}
      isOpen
      onClose={onClose}
      size="lg"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" form={formId} variant="danger" isDisabled={!isConfirmed || isBusy}>
            {t("emergencies.send", { count: people.length })}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <p className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">{t("emergencies.warning")}</p>
        <PeoplePicker people={people} onChange={setPeople} error={errorOf("contactIds")} />
        <TextField label={t("emergencies.subject")} value={subject} onChange={setSubject} error={errorOf("subject")} />
        <TextField label={t("emergencies.text")} value={text} onChange={setText} rows={4} error={errorOf("text")} />
        <div className="grid grid-cols-[1fr_12rem] gap-3 max-md:grid-cols-1">
          <TextField
            label={t("emergencies.why")}
            description={t("emergencies.whyHint")}
            value={reason}
            onChange={setReason}
            error={errorOf("reason")}
          />
          <Select
            label={t("emergencies.for")}
            options={HOURS.map((id) => ({ id, label: t("emergencies.hours", { count: Number(id) }) }))}
            value={hours}
            onChange={setHours}
          />
        </div>
        <TextField
          label={t("emergencies.confirm", { count: people.length })}
          inputMode="numeric"
          autoComplete="off"
          value={typed}
          onChange={setTyped}
          isDisabled={people.length === 0}
          className="max-w-xs"
        />
      </form>
    </Dialog>
  );
}
