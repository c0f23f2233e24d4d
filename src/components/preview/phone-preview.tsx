import { ExternalLink, Phone, Reply } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { WhatsAppParts } from "../../lib/api-types";
import { useOrg } from "../../lib/org";
import { Avatar } from "../ui/avatar";
import { GapText } from "./gap-text";

const BUTTON_ICONS = { reply: Reply, url: ExternalLink, phone: Phone };

type PhonePreviewProps = {
  channel: "sms" | "whatsapp";
  text: string;
  /** What stands around a WhatsApp template's text. */
  parts: WhatsAppParts | undefined;
};

/** A short message as it lies on the person's phone. */
export function PhonePreview({ channel, text, parts }: PhonePreviewProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const around = channel === "whatsapp" ? parts : undefined;
  return (
    <section
      aria-label={t("preview.phone")}
      data-testid="preview-phone"
      className="mx-auto flex min-h-96 w-full max-w-80 flex-col rounded-[34px] border border-line-strong bg-device p-2 shadow-float"
    >
      <div className="flex grow flex-col gap-3 rounded-[26px] bg-surface p-3">
        <header className="flex flex-col items-center gap-1 border-b border-line pt-2 pb-2">
          <Avatar name={membership.orgName} tone="accent" className="size-9" />
          <p className="text-xs font-medium">
            {membership.orgName} <span className="font-normal text-faint">{t(`channels.${channel}`)}</span>
          </p>
        </header>
        <div className="flex max-w-[90%] flex-col gap-1 self-start">
          <div className="flex flex-col gap-1.5 rounded-2xl rounded-bl-md bg-neutral-soft px-3 py-2 text-sm break-words whitespace-pre-wrap">
            {around !== undefined && around.header !== "" && <p className="font-semibold">{around.header}</p>}
            <p data-testid="preview-text">
              <GapText text={text} />
            </p>
            {around !== undefined && around.footer !== "" && <p className="text-xs text-muted">{around.footer}</p>}
          </div>
          {around?.buttons.map((button, index) => {
            const Icon = BUTTON_ICONS[button.kind];
            return (
              <p
                key={index}
                className="flex items-center justify-center gap-1.5 rounded-xl bg-neutral-soft px-3 py-1.5 text-sm font-medium text-accent-text"
              >
                <Icon aria-hidden size={13} />
                {button.text}
              </p>
            );
          })}
        </div>
      </div>
    </section>
  );
}
