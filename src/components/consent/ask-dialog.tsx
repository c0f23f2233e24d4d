import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { TextField } from "../ui/text-field";
import { toast, toastError } from "../ui/toast";
import { firstTarget, TopicFields } from "./topic-fields";
import type { ConsentTarget, Standing } from "./types";

type AskDialogProps = {
  contactId: Id<"contacts">;
  standing: Standing;
  target: ConsentTarget | null;
  onClose: () => void;
};

/** Sends somebody the question whether they really want it (double opt-in). */
export function AskDialog({ contactId, standing, target, onClose }: AskDialogProps) {
  const { t } = useTranslation();
  const [about, setAbout] = useState(() => firstTarget(standing, target));
  const [evidence, setEvidence] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const request = useOrgMutation(api.tracking.optIn.mutations.request);
  const ask = async () => {
    setIsBusy(true);
    try {
      const outcome = await request({ contactId, ...about, ...(evidence === "" ? {} : { evidence }) });
      toast(t(outcome === "sent" ? "consent.asked" : "consent.knownAlready"));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      title={t("consent.ask")}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="primary" isPending={isBusy} onPress={() => void ask()}>
            {t("consent.sendQuestion")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-sm text-muted">{t("consent.askText")}</p>
        <TopicFields standing={standing} value={about} onChange={setAbout} />
        {about.channel === "whatsapp" && <p className="text-xs text-faint">{t("consent.askWhatsapp")}</p>}
        <TextField
          label={t("consent.evidence")}
          description={t("consent.askEvidence")}
          value={evidence}
          onChange={setEvidence}
        />
      </div>
    </Dialog>
  );
}
