import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { asAppError } from "../../../convex/lib/errors";
import { describeError } from "../../lib/errors";
import { useOrg, useOrgMutation, useOrgQuery } from "../../lib/org";
import { useStored } from "../../lib/stored";
import { MessageStateBadge } from "../status";
import { WhyButton } from "../delivery/why-button";
import { FormDialog } from "../ui/form-dialog";
import { TextField } from "../ui/text-field";
import { toastError } from "../ui/toast";

type TestDialogProps = {
  previewId: Id<"messagePreviews">;
  channel: "email" | "sms" | "whatsapp";
  onClose: () => void;
};

/** Sends what the preview shows to somebody of the team, and shows how far it came. */
export function TestDialog({ previewId, channel, onClose }: TestDialogProps) {
  const { t } = useTranslation();
  const { me } = useOrg();
  const ownMail = me.person?.email ?? "";
  const send = useOrgMutation(api.sequences.preview.mutations.test);
  const isMail = channel === "email";
  // Members have no number of their own here: the one they tried last stands ready.
  const [number, setNumber] = useStored<string>("testNumber", "");
  const [to, setTo] = useState(isMail ? ownMail : number);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [queueId, setQueueId] = useState<Id<"messageQueue"> | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    try {
      setQueueId(await send({ previewId, to, key }));
      setKey(crypto.randomUUID());
      if (!isMail) setNumber(to);
    } catch (thrown) {
      if (asAppError(thrown)?.field === "to") setProblem(t("preview.badAddress"));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog
      title={t("preview.testTitle", { channel: t(`channels.${channel}`) })}
      saveLabel={t("preview.send")}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField
        label={t(isMail ? "preview.toMail" : "preview.toNumber")}
        placeholder={isMail ? "name@example.org" : "+49 …"}
        type={isMail ? "email" : "tel"}
        value={to}
        onChange={setTo}
        error={problem}
        autoFocus
      />
      <p className="text-xs text-muted">{t("preview.testText")}</p>
      <div role="status" className="min-h-6">
        {queueId !== null && <Progress key={queueId} queueId={queueId} />}
      </div>
    </FormDialog>
  );
}

function Progress({ queueId }: { queueId: Id<"messageQueue"> }) {
  const { t } = useTranslation();
  const message = useOrgQuery(api.delivery.queries.getMessage, { queueId });
  if (message === undefined) return null;
  const { state } = message;
  return (
    <span data-testid="test-state" className="flex flex-wrap items-center gap-2 text-sm">
      <MessageStateBadge kind={state.kind} />
      {"reason" in state && <span className="min-w-0 break-words text-muted">{state.reason}</span>}
      {"failure" in state && <span className="min-w-0 break-words text-muted">{state.failure.reason}</span>}
      <WhyButton queueId={queueId} />
      <span className="sr-only">{t("preview.testSent")}</span>
    </span>
  );
}
