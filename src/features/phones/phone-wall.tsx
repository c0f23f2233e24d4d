import { Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { useIsPhone } from "../../lib/media";
import { useCan, useOrgQuery } from "../../lib/org";
import { useTitle } from "../../lib/title";
import { Behaviours } from "./behaviours";
import { Device } from "./device";
import { DeviceList } from "./device-list";
import { DevicePicker } from "./device-picker";

/** How many devices stand beside each other where there is room. */
const SHOWN_DEVICES = 3;

type PhoneWallProps = { chosen: string | null; onChoose: (address: string) => void };

/** The demo customers' devices: what reaches them, and a way to answer as them. */
export function PhoneWall({ chosen, onChoose }: PhoneWallProps) {
  const { t } = useTranslation();
  const mayUse = useCan("sandbox.use");
  const isPhone = useIsPhone();
  const devices = useOrgQuery(api.sandbox.queries.devices, mayUse ? {} : "skip");
  useTitle(t("phones.title"));
  if (!mayUse) return <EmptyState icon={Smartphone} title={t("errors.forbidden")} />;
  if (devices === undefined) return <SkeletonRows />;
  if (devices.length === 0) {
    return (
      <div className="flex h-full bg-canvas">
        <EmptyState icon={Smartphone} title={t("phones.empty")} text={t("phones.emptyText")} />
      </div>
    );
  }
  const first = devices.find(({ address }) => address === chosen) ?? devices[0];
  if (first === undefined) return null;
  if (isPhone) {
    return (
      <div className="relative flex h-full flex-col gap-3 overflow-y-auto bg-canvas p-3">
        <h1 className="text-lg font-semibold">{t("phones.title")}</h1>
        <DevicePicker devices={devices} value={first.address} onChange={onChoose} />
        <Device key={first.address} device={first} className="min-h-[560px] shrink-0 grow" />
        <div className="shrink-0 rounded-lg border border-line bg-surface">
          <Behaviours />
        </div>
      </div>
    );
  }
  const others = devices.filter((device) => device !== first).slice(0, SHOWN_DEVICES - 1);
  return (
    <div className="flex h-full min-w-0 bg-canvas">
      <div className="flex w-72 shrink-0 flex-col border-r border-line bg-surface max-lg:w-60">
        <header className="border-b border-line px-4 py-3">
          <h1 className="text-lg font-semibold">{t("phones.title")}</h1>
          <p className="text-xs text-muted">{t("phones.description")}</p>
        </header>
        <DeviceList devices={devices} chosen={first.address} onChoose={onChoose} />
        <Behaviours />
      </div>
      <div className="@container relative flex min-w-0 grow items-center gap-6 overflow-auto p-6">
        <Device key={first.address} device={first} className="mx-auto h-full max-h-[760px] w-90 shrink-0" />
        {others.map((device, index) => (
          <Device
            key={device.address}
            device={device}
            className={
              index === 0
                ? "mx-auto hidden h-full max-h-[760px] w-90 shrink-0 @min-[780px]:flex"
                : "mx-auto hidden h-full max-h-[760px] w-90 shrink-0 @min-[1160px]:flex"
            }
          />
        ))}
      </div>
    </div>
  );
}
