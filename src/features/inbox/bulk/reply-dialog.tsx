import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { ChannelIcon } from "../../../components/status";
import { Checkbox } from "../../../components/ui/checkbox";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Skeleton } from "../../../components/ui/skeleton";
import { TextField } from "../../../components/ui/text-field";
import { useOrgQuery } from "../../../lib/org";
import type { BulkTarget } from "./use-bulk";

type ReplyDialogProps = {
  target: BulkTarget;
  onClose: () => void;
  onSend: (text: string, close: boolean) => void;
};

type Preview = (typeof api.inbox.bulk.queries.previewReply)["_returnType"];

/** One text to the customers of all chosen conversations: who gets it stands below, before it is sent. */
export function ReplyDialog({ target, onClose, onSend }: ReplyDialogProps) {
  const { t } = useTranslation();
  // What was chosen when the dialog opened is what is answered, whatever comes in meanwhile.
  const [chosen] = useState(target);
  const [text, setText] = useState("");
  const [close, setClose] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const preview = useOrgQuery(api.inbox.bulk.queries.previewReply, { target: chosen });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") setError(t("bulk.replyEmpty"));
    else onSend(text, close);
    return Promise.resolve();
  };
  const number = preview === undefined ? "" : `${preview.count}${preview.isMore ? "+" : ""}`;
  return (
    <FormDialog
      title={t("bulk.reply")}
      onClose={onClose}
      onSubmit={submit}
      saveLabel={t("bulk.replySend", { count: preview?.count ?? 0, number })}
    >
      <TextField label={t("bulk.replyText")} value={text} onChange={setText} rows={6} error={error} autoFocus />
      <Checkbox isSelected={close} onChange={setClose}>
        {t("bulk.replyClose")}
      </Checkbox>
      {preview === undefined ? <Skeleton className="h-16" /> : <Recipients preview={preview} />}
    </FormDialog>
  );
}

function Recipients({ preview: { people, count, isMore } }: { preview: Preview }) {
  const { t } = useTranslation();
  const unreachable = people.filter(({ address }) => address === null).length;
  const further = count - people.length;
  return (
    <section aria-label={t("bulk.replyTo")} className="flex flex-col gap-1">
      <h3 className="text-xs font-medium text-muted">{t("bulk.replyTo")}</h3>
      {unreachable > 0 && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
          {t("bulk.replyUnreachable", { count: unreachable })}
        </p>
      )}
      <ul className="max-h-40 overflow-y-auto rounded-md border border-line text-sm">
        {people.map(({ threadId, name, channel, address }) => (
          <li key={threadId} className="flex items-center gap-2 border-b border-line px-3 py-1.5 last:border-0">
            <ChannelIcon channel={channel} size={13} />
            <span className="shrink-0 font-medium">{name ?? t("common.unknownPerson")}</span>
            <span className={address === null ? "text-warn" : "min-w-0 truncate text-muted"}>
              {address ?? t("bulk.replyNoAddress")}
            </span>
          </li>
        ))}
      </ul>
      {(further > 0 || isMore) && (
        <p className="text-xs text-muted">
          {t("bulk.replyFurther", { count: further, number: `${further}${isMore ? "+" : ""}` })}
        </p>
      )}
      <p className="text-xs text-muted">{t("bulk.replyHint")}</p>
    </section>
  );
}
