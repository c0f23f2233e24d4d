import { Link } from "@tanstack/react-router";
import { Maximize2, Smartphone, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { IconButton } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { useOrgQuery } from "../../lib/org";
import { useStored } from "../../lib/stored";
import { Device } from "./device";
import { DevicePicker } from "./device-picker";

/** One device beside the app: the customer's side of what is being done on the left. */
export function PhoneDock() {
  const { t } = useTranslation();
  const devices = useOrgQuery(api.sandbox.queries.devices, {});
  const [chosen, choose] = useStored<string>("dockDevice", "");
  const [, setIsOpen] = useStored<boolean>("dock", false);
  const device = devices?.find(({ address }) => address === chosen) ?? devices?.[0];
  return (
    <aside
      aria-label={t("phones.title")}
      className="flex w-96 shrink-0 flex-col gap-3 border-l border-line bg-canvas p-4 max-xl:w-84 max-xl:p-3"
    >
      <header className="flex items-center gap-2">
        <h2 className="grow text-base font-semibold">{t("phones.title")}</h2>
        <Link
          to="/phones"
          search={device === undefined ? {} : { device: device.address }}
          aria-label={t("phones.openFull")}
          title={t("phones.openFull")}
          className="inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text"
        >
          <Maximize2 aria-hidden size={15} />
        </Link>
        <IconButton label={t("phones.closeDock")} icon={<X size={16} />} onPress={() => setIsOpen(false)} />
      </header>
      {devices !== undefined && device === undefined && (
        <EmptyState icon={Smartphone} title={t("phones.empty")} text={t("phones.emptyText")} />
      )}
      {devices !== undefined && device !== undefined && (
        <>
          <DevicePicker devices={devices} value={device.address} onChange={choose} />
          <Device key={device.address} device={device} className="mx-auto max-h-[760px] min-h-0 w-full max-w-90 grow" />
        </>
      )}
    </aside>
  );
}
