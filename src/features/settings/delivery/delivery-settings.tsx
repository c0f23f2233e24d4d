import { useTranslation } from "react-i18next";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { Tabs } from "../../../components/ui/tabs";
import { DELIVERY_PARTS, type DeliveryPart } from "../../../lib/search-params";
import { ChannelPart } from "./channel-part";
import { RoutingPart } from "./routing-part";
import { TimingPart } from "./timing-part";
import { TrackingPart } from "./tracking-part";
import { SettingsContext, useSettingsState } from "./use-settings";

type DeliverySettingsProps = { part: DeliveryPart; onPart: (part: DeliveryPart) => void };

/** The settings of sending, as requirement S0 names them; every change takes effect at once and can be undone. */
export function DeliverySettings({ part, onPart }: DeliverySettingsProps) {
  const { t } = useTranslation();
  const state = useSettingsState();
  return (
    <>
      <p className="text-sm text-muted">{t("deliverySettings.intro")}</p>
      <Tabs
        label={t("deliverySettings.parts")}
        tabs={DELIVERY_PARTS.map((id) => ({ id, label: t(`deliverySettings.${id}`) }))}
        value={part}
        onChange={onPart}
      >
        <div className="flex flex-col gap-6 pt-4">
          {state === undefined ? (
            <SkeletonRows count={6} className="px-0" />
          ) : (
            <SettingsContext value={state}>
              {!state.mayChange && <p className="text-sm text-muted">{t("deliverySettings.readOnly")}</p>}
              <Part part={part} />
            </SettingsContext>
          )}
        </div>
      </Tabs>
    </>
  );
}

function Part({ part }: { part: DeliveryPart }) {
  switch (part) {
    case "channelSettings":
      return <ChannelPart />;
    case "routingRules":
      return <RoutingPart />;
    case "deliverySettings":
      return <TimingPart />;
    case "trackingSettings":
      return <TrackingPart />;
  }
}
