import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { MANUAL_REASONS } from "../../../convex/contacts/suppressions/reasons";
import { asAppError } from "../../../convex/lib/errors";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { Select } from "../../components/ui/select";
import { TextField } from "../../components/ui/text-field";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

const CHANNELS = ["email", "sms", "whatsapp"] as const;
const SCOPES = ["everything", "marketing", "review", "service", "transactional"] as const;

/** A member stops writing to an address. */
export function AddDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [channel, setChannel] = useState<(typeof CHANNELS)[number]>("email");
  const [address, setAddress] = useState("");
  const [scope, setScope] = useState<(typeof SCOPES)[number]>("everything");
  const [reason, setReason] = useState<(typeof MANUAL_REASONS)[number]>("manual");
  const [note, setNote] = useState("");
  const [error, setError] = useState<string | null>(null);
  const add = useOrgMutation(api.contacts.suppressions.mutations.add);
  const lift = useOrgMutation(api.contacts.suppressions.mutations.lift);
  const save = async () => {
    const purpose = scope === "everything" ? {} : { purpose: scope };
    try {
      const added = await add({ channel, address, reason, ...purpose, ...(note === "" ? {} : { note }) });
      const undo = () => {
        const back = { suppressionId: added.suppressionId, reason: t("consent.undone"), confirmedAddress: address };
        lift(back).catch((thrown: unknown) => toastError(describeError(thrown, t)));
      };
      toast(t(added.isNew ? "consent.added" : "consent.addedAlready"), added.isNew ? { undo } : {});
      onClose();
    } catch (thrown) {
      const problem = asAppError(thrown);
      if (problem?.field === "address") setError(t("consent.badAddress"));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("consent.add")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" onPress={() => void save()}>
            {t("consent.addSave")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="grid grid-cols-[9rem_1fr] items-start gap-3 max-md:grid-cols-1">
          <Select
            label={t("queue.channel")}
            options={CHANNELS.map((id) => ({ id, label: t(`channels.${id}`) }))}
            value={channel}
            onChange={setChannel}
          />
          <TextField label={t("consent.address")} value={address} onChange={setAddress} error={error} autoFocus />
        </div>
        <div className="grid grid-cols-2 gap-3 max-md:grid-cols-1">
          <Select
            label={t("consent.scope")}
            options={SCOPES.map((id) => ({
              id,
              label: id === "everything" ? t("consent.everything") : t(`purposes.${id}`),
            }))}
            value={scope}
            onChange={setScope}
          />
          <Select
            label={t("consent.reason")}
            options={MANUAL_REASONS.map((id) => ({ id, label: t(`consent.reasons.${id}`) }))}
            value={reason}
            onChange={setReason}
          />
        </div>
        <TextField label={t("consent.note")} value={note} onChange={setNote} rows={2} />
      </div>
    </Dialog>
  );
}
