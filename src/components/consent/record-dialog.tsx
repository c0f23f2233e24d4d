import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Select } from "../ui/select";
import { TextField } from "../ui/text-field";
import { toast, toastError } from "../ui/toast";
import { firstTarget, TopicFields } from "./topic-fields";
import type { ConsentTarget, Standing } from "./types";

const STATES = ["granted", "withdrawn", "denied"] as const;
const BASES = ["consent", "existing_customer"] as const;

type RecordDialogProps = {
  contactId: Id<"contacts">;
  standing: Standing;
  target: ConsentTarget | null;
  onClose: () => void;
};

/** A member writes down what somebody said. It stays: the ledger is only ever added to. */
export function RecordDialog({ contactId, standing, target, onClose }: RecordDialogProps) {
  const { t } = useTranslation();
  const [about, setAbout] = useState(() => firstTarget(standing, target));
  const [state, setState] = useState<(typeof STATES)[number]>("granted");
  const [basis, setBasis] = useState<(typeof BASES)[number]>("consent");
  const [reason, setReason] = useState("");
  const [evidence, setEvidence] = useState("");
  const [problem, setProblem] = useState<{ field: string | undefined; message: string } | null>(null);
  const record = useOrgMutation(api.contacts.consents.mutations.record);
  const save = async () => {
    try {
      await record({ contactId, ...about, state, basis, reason, ...(evidence === "" ? {} : { evidence }) });
      toast(t("consent.recorded"));
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.code === "invalid") setProblem({ field: error.field, message: error.message });
      else toastError(describeError(thrown, t));
    }
  };
  const errorAt = (field: string) => (problem?.field === field ? problem.message : null);
  return (
    <Dialog
      title={t("consent.record")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" onPress={() => void save()}>
            {t("common.save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t("consent.recordText")}</p>
        <TopicFields standing={standing} value={about} onChange={setAbout} />
        <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <Select
            label={t("consent.whatTheySaid")}
            options={STATES.map((id) => ({ id, label: t(`consent.states.${id}`) }))}
            value={state}
            onChange={setState}
          />
          <Select
            label={t("consent.basis")}
            options={BASES.map((id) => ({ id, label: t(`consent.bases.${id}`) }))}
            value={basis}
            onChange={setBasis}
            isDisabled={state !== "granted"}
          />
        </div>
        <TextField
          label={t("consent.how")}
          description={t("consent.howHint")}
          value={reason}
          onChange={setReason}
          rows={2}
          error={errorAt("reason")}
        />
        <TextField
          label={t("consent.evidence")}
          description={t("consent.evidenceHint")}
          value={evidence}
          onChange={setEvidence}
          error={errorAt("evidence")}
        />
      </div>
    </Dialog>
  );
}
