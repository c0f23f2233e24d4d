import { BatteryFull, Signal, Wifi } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { cx } from "../../components/ui/classes";
import type { DeviceRow } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrgQuery } from "../../lib/org";
import { clock } from "../../lib/time-format";
import { ChatApp } from "./chat-app";
import { MailApp } from "./mail-app";

/** One simulated phone. An address is a device: mail addresses show a mail app, numbers a messenger. */
export function Device({ device, className }: { device: DeviceRow; className?: string }) {
  const { t } = useTranslation();
  const messages = useOrgQuery(api.sandbox.queries.device, { address: device.address });
  return (
    <section
      data-testid="device"
      aria-label={t("phones.device", { name: device.contactName, address: device.address })}
      className={cx(
        "flex flex-col overflow-hidden rounded-[38px] border border-line-strong bg-device p-2 shadow-float",
        className,
      )}
    >
      <div className="flex min-h-0 grow flex-col overflow-hidden rounded-[30px] bg-surface">
        <StatusLine />
        {device.channel === "email" ? (
          <MailApp device={device} messages={messages} />
        ) : (
          <ChatApp device={device} messages={messages} />
        )}
        <span aria-hidden className="mx-auto mb-1.5 h-1 w-28 shrink-0 rounded-full bg-line-strong" />
      </div>
    </section>
  );
}

function StatusLine() {
  const language = useLanguage();
  const now = useNow();
  return (
    <div aria-hidden className="flex h-8 shrink-0 items-center justify-between px-6 text-xs font-semibold">
      <span>{clock(now, language)}</span>
      <span className="h-4 w-20 rounded-full bg-device" />
      <span className="flex items-center gap-1">
        <Signal size={12} />
        <Wifi size={12} />
        <BatteryFull size={14} />
      </span>
    </div>
  );
}
