import { KeyRound } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { Button, IconButton } from "../../../components/ui/button";
import { CopyField } from "../../../components/ui/copy-field";
import { Dialog } from "../../../components/ui/dialog";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useOrgMutation } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";
import type { Member } from "./members";

/** For a colleague who forgot their password where no mail can be sent: a link to hand over, shown once. */
export function PasswordLink({ member: { memberId, name } }: { member: Member }) {
  const { t } = useTranslation();
  const makeLink = useOrgMutation(api.inbox.teams.passwords.mutations.makeLink);
  const [step, setStep] = useState<"asking" | { token: string; expiresAt: number } | null>(null);
  const close = () => setStep(null);
  const make = async () => {
    try {
      setStep(await makeLink({ memberId }));
    } catch (thrown) {
      close();
      const isElsewhere = asAppError(thrown)?.code === "conflict";
      toastError(isElsewhere ? t("members.password.elsewhere", { name }) : describeError(thrown, t));
    }
  };
  return (
    <>
      <IconButton
        size="sm"
        label={t("members.password.make", { name })}
        icon={<KeyRound size={14} />}
        onPress={() => setStep("asking")}
      />
      {step === "asking" && (
        <Dialog
          title={t("members.password.title", { name })}
          isOpen
          onClose={close}
          footer={
            <>
              <Button onPress={close}>{t("common.cancel")}</Button>
              <Button variant="primary" onPress={() => void make()}>
                {t("members.password.confirm")}
              </Button>
            </>
          }
        >
          <p className="text-sm">{t("members.password.explain", { name })}</p>
        </Dialog>
      )}
      {step !== null && step !== "asking" && <LinkDialog name={name} link={step} onClose={close} />}
    </>
  );
}

type LinkDialogProps = { name: string; link: { token: string; expiresAt: number }; onClose: () => void };

function LinkDialog({ name, link: { token, expiresAt }, onClose }: LinkDialogProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  return (
    <Dialog
      title={t("members.password.linkTitle", { name })}
      isOpen
      onClose={onClose}
      footer={
        <Button variant="primary" onPress={onClose}>
          {t("common.close")}
        </Button>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <p>{t("members.password.linkText", { date: dateTime(expiresAt, language, now) })}</p>
        <CopyField value={`${window.location.origin}/reset/${token}`} label={t("members.invitations.linkCopy")} />
      </div>
    </Dialog>
  );
}
