import { Pencil, PhoneIncoming, PhoneMissed, PhoneOutgoing } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { wasTalkedTo } from "../../../../convex/inbox/calls/rules";
import { IconButton } from "../../../components/ui/button";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useCan, useOrg } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";
import { PlainText } from "../plain-text";
import { CallDialog, type CallMessage } from "./call-dialog";
import { lengthOf } from "./call-form";

type CallEntryProps = { message: CallMessage; time: ReactNode };

/** A phone call in the timeline: who, which way, how it ended, how long, and what was said. */
export function CallEntry({ message, time }: CallEntryProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const { membership } = useOrg();
  const mayReply = useCan("inbox.reply");
  const [isOpen, setIsOpen] = useState(false);
  const { call } = message;
  const { direction, outcome, seconds, callbackAt, editedAt, loggedById, loggedBy } = call;
  const isIncoming = direction === "incoming";
  const Icon = !wasTalkedTo(call) ? PhoneMissed : isIncoming ? PhoneIncoming : PhoneOutgoing;
  const facts = [
    t(`calls.outcomes.${outcome}`),
    ...(seconds === 0 ? [] : [t("calls.took", { length: lengthOf(seconds) })]),
    ...(callbackAt === undefined ? [] : [t("calls.callback", { at: dateTime(callbackAt, language, now) })]),
    ...(loggedBy === message.senderName ? [] : [t("calls.loggedBy", { name: loggedBy })]),
    ...(editedAt === undefined ? [] : [t("calls.edited")]),
  ];
  return (
    <article data-testid="message" className="mt-3 rounded-lg border border-line bg-raised px-3 py-2">
      <header className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
        <Icon aria-hidden size={13} className="shrink-0" />
        <span className="font-medium text-text">{message.senderName}</span>
        <span>{t(`calls.directions.${direction}`)}</span>
        <span aria-hidden className="grow" />
        {time}
        {mayReply && loggedById === membership.memberId && (
          <IconButton size="sm" label={t("calls.change")} icon={<Pencil size={13} />} onPress={() => setIsOpen(true)} />
        )}
      </header>
      <p className="text-sm">{facts.join(" · ")}</p>
      {message.text !== "" && <PlainText text={message.text} />}
      {isOpen && <CallDialog of={{ message }} onClose={() => setIsOpen(false)} />}
    </article>
  );
}
