import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import { asAppError } from "../../../../../convex/lib/errors";
import { FormDialog } from "../../../../components/ui/form-dialog";
import { RadioList } from "../../../../components/ui/radio-list";
import { TextField } from "../../../../components/ui/text-field";
import { toast, toastError } from "../../../../components/ui/toast";
import type { LastPeople, Resumption, SequenceBuilderView } from "../../../../lib/api-types";
import { useOrgMutation } from "../../../../lib/org";
import { useLifeError } from "./life-error";

// What is asked before a journey is stopped for a while, goes on, or ends (product.md 4.3).

type DialogProps = { view: SequenceBuilderView; onClose: () => void };

/** Asks why: colleagues will want to know. */
export function PauseDialog({ view, onClose }: DialogProps) {
  const { t } = useTranslation();
  const pause = useOrgMutation(api.sequences.running.mutations.pause);
  const resume = useOrgMutation(api.sequences.running.mutations.resume);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const textOf = useLifeError();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await pause({ sequenceId: view.id, reason });
      const undo = () => {
        // What fell due in these seconds goes out as if nothing had been.
        resume({ sequenceId: view.id, how: "late" }).catch((thrown: unknown) => toastError(textOf(thrown)));
      };
      toast(t("pauses.done", { name: view.name }), { undo });
      onClose();
    } catch (thrown) {
      setError(asAppError(thrown)?.field === "reason" ? t("pauses.reasonMissing") : textOf(thrown));
    }
  };
  return (
    <FormDialog
      title={t("pauses.title", { name: view.name })}
      saveLabel={t("pauses.pause")}
      onClose={onClose}
      onSubmit={submit}
    >
      <p className="text-sm text-muted">{t("builder.life.pauseText")}</p>
      <TextField label={t("pauses.reason")} value={reason} onChange={setReason} error={error} autoFocus />
    </FormDialog>
  );
}

const RESUMPTIONS: readonly Resumption[] = ["late", "skip", "shift"];

/** Asks what becomes of what fell due in the pause. */
export function ResumeDialog({ view, onClose }: DialogProps) {
  const { t } = useTranslation();
  const resume = useOrgMutation(api.sequences.running.mutations.resume);
  const [how, setHow] = useState<Resumption>("late");
  return (
    <ChoiceDialog
      title={t("builder.life.resumeTitle", { name: view.name })}
      saveLabel={t("pauses.resume")}
      onClose={onClose}
      onSave={async () => {
        await resume({ sequenceId: view.id, how });
        toast(t("pauses.resumed", { name: view.name }));
      }}
    >
      <RadioList
        label={t("builder.life.resumeAsk")}
        value={how}
        onChange={setHow}
        options={RESUMPTIONS.map((id) => ({
          id,
          label: t(`builder.life.how.${id}`),
          text: t(`builder.life.howTexts.${id}`),
        }))}
      />
    </ChoiceDialog>
  );
}

const LAST_PEOPLE: readonly LastPeople[] = ["finish", "stop"];

/** Asks what becomes of the people inside: there is no way back. */
export function ArchiveDialog({ view, onClose }: DialogProps) {
  const { t } = useTranslation();
  const archive = useOrgMutation(api.sequences.running.mutations.archive);
  const [people, setPeople] = useState<LastPeople>("finish");
  return (
    <ChoiceDialog
      title={t("builder.life.archiveTitle", { name: view.name })}
      saveLabel={t("builder.life.archive")}
      onClose={onClose}
      onSave={async () => {
        await archive({ sequenceId: view.id, people });
        toast(t("builder.life.archived", { name: view.name }));
      }}
    >
      <p className="text-sm">{t("builder.life.archiveText")}</p>
      <RadioList
        label={t("builder.life.archiveAsk")}
        value={people}
        onChange={setPeople}
        options={LAST_PEOPLE.map((id) => ({
          id,
          label: t(`builder.life.people.${id}`),
          text: t(`builder.life.peopleTexts.${id}`),
        }))}
      />
    </ChoiceDialog>
  );
}

type ChoiceDialogProps = {
  title: string;
  saveLabel: string;
  onClose: () => void;
  onSave: () => Promise<void>;
  children: ReactNode;
};

function ChoiceDialog({ title, saveLabel, onClose, onSave, children }: ChoiceDialogProps) {
  const [error, setError] = useState<string | null>(null);
  const textOf = useLifeError();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await onSave();
      onClose();
    } catch (thrown) {
      setError(textOf(thrown));
    }
  };
  return (
    <FormDialog title={title} saveLabel={saveLabel} onClose={onClose} onSubmit={submit}>
      {children}
      {error !== null && (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      )}
    </FormDialog>
  );
}
