import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { FormDialog } from "../../components/ui/form-dialog";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useLanguage } from "../../lib/i18n";
import { instantOfLocal } from "../../lib/local-time";
import { useNow } from "../../lib/now";
import { useOrgMutation } from "../../lib/org";
import { dateTime, localZone } from "../../lib/time-format";

/** Says that one is away, until when and why. */
export function AwayDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const zone = localZone();
  const setAway = useOrgMutation(api.inbox.teams.mutations.setAway);
  const [back, setBack] = useState("");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<{ field: string; message: string } | null>(null);
  const errorOf = (field: string) => (problem?.field === field ? problem.message : null);
  const until = back === "" ? undefined : (instantOfLocal(back, zone) ?? undefined);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await setAway({ isAway: true, note, until });
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.field === undefined) toastError(describeError(thrown, t));
      else setProblem({ field: error.field, message: error.message });
      return;
    }
    const said = until === undefined ? null : dateTime(until, language, now);
    toast(said === null ? t("assignment.nowAway") : t("assignment.nowAwayUntil", { when: said }));
    onClose();
  };
  return (
    <FormDialog
      title={t("assignment.awayTitle")}
      saveLabel={t("assignment.goAway")}
      onClose={onClose}
      onSubmit={submit}
    >
      <p className="text-sm text-muted">{t("assignment.awayText")}</p>
      <TextField
        type="datetime-local"
        label={t("assignment.backOn")}
        description={t("assignment.backOnHint", { zone })}
        value={back}
        onChange={setBack}
        error={errorOf("until")}
        autoFocus
      />
      <TextField
        label={t("assignment.awayNote")}
        placeholder={t("assignment.awayNoteExample")}
        value={note}
        onChange={setNote}
        error={errorOf("note")}
      />
    </FormDialog>
  );
}
