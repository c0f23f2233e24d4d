import { ArrowUp } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { IconButton } from "../../components/ui/button";
import { toastError } from "../../components/ui/toast";
import type { DeviceRow } from "../../lib/api-types";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

type AnswerBoxProps = {
  device: DeviceRow;
  inReplyTo?: Id<"sandboxMessages"> | undefined;
  /** The message that the next one quotes; over after it. */
  quote?: { id: Id<"sandboxMessages">; end: () => void } | null;
};

/** The customer writes. Enter sends, as on a phone; Shift+Enter makes a line. */
export function AnswerBox({ device, inReplyTo, quote = null }: AnswerBoxProps) {
  const { t } = useTranslation();
  const reply = useOrgMutation(api.sandbox.mutations.reply);
  const [text, setText] = useState("");
  const send = async () => {
    const written = text.trim();
    if (written === "") return;
    setText("");
    try {
      await reply({
        address: device.address,
        channel: device.channel,
        text: written,
        ...(inReplyTo === undefined ? {} : { inReplyTo }),
        ...(quote === null ? {} : { inReplyTo: quote.id, isQuote: true }),
      });
      quote?.end();
    } catch (thrown) {
      setText(written);
      toastError(describeError(thrown, t));
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <form onSubmit={submit} className="flex shrink-0 items-end gap-1.5 border-t border-line p-2">
      <textarea
        rows={Math.min(4, text.split("\n").length)}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        aria-label={t("phones.answer", { name: device.contactName })}
        placeholder={t("phones.answer", { name: device.contactName })}
        className="min-h-9 min-w-0 grow resize-none rounded-2xl border border-edge bg-surface px-3 py-1.5 text-sm max-md:text-lg"
      />
      <IconButton
        type="submit"
        label={t("phones.send")}
        isDisabled={text.trim() === ""}
        icon={<ArrowUp size={16} />}
        className="rounded-full! bg-accent text-on-accent hover:bg-accent-strong hover:text-on-accent"
      />
    </form>
  );
}
