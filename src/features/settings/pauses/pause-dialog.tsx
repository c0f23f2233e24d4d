import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { type PauseScope, usePauseName } from "../../../components/delivery/pause-name";
import { Button } from "../../../components/ui/button";
import { Dialog } from "../../../components/ui/dialog";
import { TextField } from "../../../components/ui/text-field";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrgMutation } from "../../../lib/org";

/** Asks why before something is stopped: colleagues will want to know. */
export function PauseDialog({ scope, onClose }: { scope: PauseScope; onClose: () => void }) {
  const { t } = useTranslation();
  const name = usePauseName()(scope);
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const formId = useId();
  const pause = useOrgMutation(api.delivery.pauses.mutations.pause);
  const resume = useOrgMutation(api.delivery.pauses.mutations.resume);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const pauseId = await pause({ scope, reason });
      const undo = () => {
        resume({ pauseId }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
      };
      toast(t("pauses.done", { name }), { undo });
      onClose();
    } catch (thrown) {
      if (asAppError(thrown)?.field === "reason") setError(t("pauses.reasonMissing"));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("pauses.title", { name })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button type="submit" form={formId} variant="primary">
            {t("pauses.pause")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t(`pauses.what.${scope.kind}`)}</p>
        <TextField label={t("pauses.reason")} value={reason} onChange={setReason} error={error} autoFocus />
      </form>
    </Dialog>
  );
}
