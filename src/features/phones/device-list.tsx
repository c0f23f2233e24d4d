import { useTranslation } from "react-i18next";
import { ChannelIcon } from "../../components/status";
import { Avatar } from "../../components/ui/avatar";
import { cx } from "../../components/ui/classes";
import { RelativeTime } from "../../components/ui/time";
import type { DeviceRow } from "../../lib/api-types";

type DeviceListProps = { devices: readonly DeviceRow[]; chosen: string; onChoose: (address: string) => void };

export function DeviceList({ devices, chosen, onChoose }: DeviceListProps) {
  const { t } = useTranslation();
  return (
    // Positioned, as every scroller here: hidden words inside would lengthen the page instead of scrolling along.
    <ul aria-label={t("phones.devices")} className="relative min-h-0 grow overflow-y-auto">
      {devices.map((device) => (
        <li key={device.address}>
          <button
            type="button"
            onClick={() => onChoose(device.address)}
            aria-current={device.address === chosen ? "true" : undefined}
            className={cx(
              "flex w-full items-start gap-3 border-b border-line px-4 py-2.5 text-left outline-offset-[-2px] transition-colors",
              device.address === chosen ? "bg-selected" : "hover:bg-hover",
            )}
          >
            <Avatar name={device.contactName} className="mt-0.5" />
            <span className="min-w-0 grow">
              <span className="flex items-baseline gap-2">
                <span className="min-w-0 grow truncate text-sm font-medium">{device.contactName}</span>
                <RelativeTime at={device.lastAt} className="shrink-0 text-xs text-faint" />
              </span>
              <span className="flex items-center gap-1.5 text-xs text-faint">
                <ChannelIcon channel={device.channel} size={12} />
                <span className="truncate">{device.address}</span>
              </span>
              <span className="block truncate text-xs text-muted">{device.preview}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
