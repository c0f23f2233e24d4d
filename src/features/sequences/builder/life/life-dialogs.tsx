import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import { AskDialog } from "../../../../components/journey/ask-dialog";
import { useLifeError } from "../../../../components/journey/life-error";
import { ResumptionList } from "../../../../components/journey/resumption-list";
import { RadioList } from "../../../../components/ui/radio-list";
import { TextField } from "../../../../components/ui/text-field";
import { toast, toastError } from "../../../../components/ui/toast";
import type { LastPeople, Resumption, SequenceBuilderView } from "../../../../lib/api-types";
import { useOrgMutation } from "../../../../lib/org";

// What is asked before a journey is stopped for a while, goes on, or ends (product.md 4.3).

type DialogProps = { view: SequenceBuilderView; onClose: () => void };

/** Asks why: colleagues will want to know. */
export function PauseDialog({ view, onClose }: DialogProps) {
  const { t } = useTranslation();
  const pause = useOrgMutation(api.sequences.running.mutations.pause);
  const resume = useOrgMutation(api.sequences.running.mutations.resume);
  const [reason, setReason] = useState("");
  const textOf = useLifeError();
  return (
    <AskDialog
      title={t("pauses.title", { name: view.name })}
      saveLabel={t("pauses.pause")}
      onClose={onClose}
      onSave={async () => {
        await pause({ sequenceId: view.id, reason });
        const undo = () => {
          // What fell due in these seconds goes out as if nothing had been.
          resume({ sequenceId: view.id, how: "late" }).catch((thrown: unknown) => toastError(textOf(thrown)));
        };
        toast(t("pauses.done", { name: view.name }), { undo });
      }}
    >
      <p className="text-sm text-muted">{t("builder.life.pauseText")}</p>
      <TextField label={t("pauses.reason")} value={reason} onChange={setReason} autoFocus />
    </AskDialog>
  );
}

/** Asks what becomes of what fell due in the pause. */
export function ResumeDialog({ view, onClose }: DialogProps) {
  const { t } = useTranslation();
  const resume = useOrgMutation(api.sequences.running.mutations.resume);
  const [how, setHow] = useState<Resumption>("late");
  return (
    <AskDialog
      title={t("builder.life.resumeTitle", { name: view.name })}
      saveLabel={t("pauses.resume")}
      onClose={onClose}
      onSave={async () => {
        await resume({ sequenceId: view.id, how });
        toast(t("pauses.resumed", { name: view.name }));
      }}
    >
      <ResumptionList value={how} onChange={setHow} />
    </AskDialog>
  );
}

const LAST_PEOPLE: readonly LastPeople[] = ["finish", "stop"];

/** Asks what becomes of the people inside: there is no way back. */
export function ArchiveDialog({ view, onClose }: DialogProps) {
  const { t } = useTranslation();
  const archive = useOrgMutation(api.sequences.running.mutations.archive);
  const [people, setPeople] = useState<LastPeople>("finish");
  return (
    <AskDialog
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
    </AskDialog>
  );
}
