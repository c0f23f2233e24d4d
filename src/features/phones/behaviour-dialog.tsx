import type { FunctionReturnType } from "convex/server";
import { RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { SANDBOX_ANSWERS, SANDBOX_RECEIPTS, SANDBOX_SENDING, WELL_BEHAVED } from "../../../convex/sandbox/behaviour";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Select } from "../../components/ui/select";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

type Simulated = FunctionReturnType<typeof api.sandbox.queries.settings>[number];
type Behaviour = Simulated["behaviour"];

/** Tells one simulated provider how to behave; every choice counts at once. */
export function BehaviourDialog({ simulated, onClose }: { simulated: Simulated; onClose: () => void }) {
  const { t } = useTranslation();
  const setBehaviour = useOrgMutation(api.sandbox.mutations.setBehaviour);
  const { connectionId, name, channel, behaviour } = simulated;
  const { sending, receipts, answers } = behaviour;
  const change = (changes: Partial<Behaviour>) => {
    setBehaviour({ connectionId, change: changes }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <Dialog
      title={t("phones.behaviours.change", { name })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button icon={<RotateCcw size={14} />} onPress={() => change(WELL_BEHAVED)}>
            {t("phones.behaviours.heal")}
          </Button>
          <Button variant="primary" onPress={onClose}>
            {t("common.close")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <Choice
          label={t("phones.behaviours.sending.label")}
          text={t(`phones.behaviours.sendingText.${sending}`)}
          options={SANDBOX_SENDING.map((id) => ({ id, label: t(`phones.behaviours.sending.${id}`) }))}
          value={sending}
          onChange={(next) => change({ sending: next })}
        />
        <Choice
          label={t("phones.behaviours.receipts.label")}
          text={t(`phones.behaviours.receiptsText.${receipts}`)}
          options={SANDBOX_RECEIPTS.map((id) => ({ id, label: t(`phones.behaviours.receipts.${id}`) }))}
          value={receipts}
          onChange={(next) => change({ receipts: next })}
        />
        {channel !== "webhook" && (
          <Choice
            label={t("phones.behaviours.answers.label")}
            text={t(`phones.behaviours.answersText.${answers}`)}
            options={SANDBOX_ANSWERS.map((id) => ({ id, label: t(`phones.behaviours.answers.${id}`) }))}
            value={answers}
            onChange={(next) => change({ answers: next })}
          />
        )}
        <p className="text-xs text-faint">{t("phones.behaviours.note")}</p>
      </div>
    </Dialog>
  );
}

type ChoiceProps<T extends string> = {
  label: string;
  text: string;
  options: readonly { id: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
};

function Choice<T extends string>({ text, ...select }: ChoiceProps<T>) {
  return (
    <div className="flex flex-col gap-1">
      <Select {...select} />
      <p aria-live="polite" className="text-xs text-muted">
        {text}
      </p>
    </div>
  );
}
