import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { asAppError } from "../../../convex/lib/errors";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import type { Suppression } from "./suppression-list";

/** Lifting needs a reason; what the person asked for needs the address typed as well. It gives nobody's consent back. */
export function LiftDialog({ row, onClose }: { row: Suppression; onClose: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const lift = useOrgMutation(api.contacts.suppressions.mutations.lift);
  const restore = useOrgMutation(api.contacts.suppressions.mutations.restore);
  const undo = () => {
    restore({ suppressionId: row.id }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const save = async () => {
    try {
      const confirmed = row.isLegal ? { confirmedAddress: typed } : {};
      await lift({ suppressionId: row.id, reason, ...confirmed });
      toast(t("consent.lifted", { address: row.address }), { undo });
      onClose();
    } catch (thrown) {
      const error = asAppError(thrown);
      if (error?.code === "invalid") setProblem(error.field ?? null);
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("consent.liftTitle", { address: row.address })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant={row.isLegal ? "danger" : "primary"} onPress={() => void save()}>
            {t("consent.lift")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t(row.isLegal ? "consent.liftLegal" : "consent.liftText")}</p>
        <TextField
          label={t("consent.why")}
          value={reason}
          onChange={setReason}
          rows={2}
          error={problem === "reason" ? t("consent.whyMissing") : null}
        />
        {row.isLegal && (
          <TextField
            label={t("consent.typeAddress")}
            value={typed}
            onChange={setTyped}
            autoComplete="off"
            error={problem === "confirmedAddress" ? t("consent.addressDiffers") : null}
          />
        )}
      </div>
    </Dialog>
  );
}
