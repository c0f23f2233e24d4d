import { RotateCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../../components/ui/button";
import { toastError } from "../../components/ui/toast";
import type { MessageRow } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation } from "../../lib/org";

type RetryFooterProps = { messageId: MessageRow["id"]; retry: NonNullable<MessageRow["retry"]> };

/** Below a reply that did not arrive: sends it again, or says why that would end the same. */
export function RetryFooter({ messageId, retry }: RetryFooterProps) {
  const { t } = useTranslation();
  const mayReply = useCan("inbox.reply");
  const send = useOrgMutation(api.inbox.sending.mutations.retry);
  const [isSending, setSending] = useState(false);
  if (!mayReply) return null;
  if (retry.kind === "refused") {
    return <p className="mt-0.5 max-w-[85%] text-right text-xs text-muted">{t(`thread.noRetry.${retry.because}`)}</p>;
  }
  const press = async () => {
    setSending(true);
    try {
      await send({ messageId });
    } catch (thrown) {
      toastError(describeError(thrown, t));
    } finally {
      setSending(false);
    }
  };
  return (
    <div className="mt-1 flex flex-wrap items-center justify-end gap-2">
      {retry.isElsewhere && <span className="text-xs text-muted">{t("thread.retryElsewhere")}</span>}
      <Button size="sm" isDisabled={isSending} onPress={() => void press()}>
        <RotateCw aria-hidden size={14} />
        {t("thread.retry")}
      </Button>
    </div>
  );
}
