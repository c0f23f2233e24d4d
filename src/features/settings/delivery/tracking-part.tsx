import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { CHANNELS, PURPOSES } from "../../../../convex/lib/closedSets";
import { useOrgQuery } from "../../../lib/org";
import { microsOf, priceInput } from "../connections/price";
import { ChoiceSetting, NumberSetting, SetSetting, SwitchSetting, ValueField } from "./fields";
import { SettingGroup, SettingRow } from "./setting-row";
import { LANES } from "./timing-part";

/** Stands for "nobody in particular" in the list of members. */
const NOBODY = "nobody";

/** `trackingSettings`: what is asked of providers, when a connection counts as slow, who is told. */
export function TrackingPart() {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const people = members
    .filter(({ status }) => status === "active")
    .map(({ memberId, name }) => ({ id: String(memberId), label: name }));
  return (
    <>
      <SettingGroup title={t("deliverySettings.groups.deliveryTracking")} name="trackingSettings.deliveryTracking">
        <SwitchSetting path="trackingSettings.deliveryTracking.asksProviders" text="asksProviders" />
        <SetSetting
          path="trackingSettings.deliveryTracking.resendsInDoubt"
          text="resendsInDoubt"
          options={PURPOSES.map((id) => ({ id, label: t(`purposes.${id}`) }))}
        />
      </SettingGroup>
      <SettingGroup title={t("deliverySettings.groups.performanceMetrics")} name="trackingSettings.performanceMetrics">
        <NumberSetting
          path="trackingSettings.performanceMetrics.slowAfterMs"
          text="slowAfterMs"
          unit={t("deliverySettings.units.milliseconds")}
        />
        <NumberSetting
          path="trackingSettings.performanceMetrics.degradedFailurePercent"
          text="degradedFailurePercent"
          unit="%"
        />
        <NumberSetting
          path="trackingSettings.performanceMetrics.minimumAnswers"
          text="minimumAnswers"
          unit={t("deliverySettings.units.answers")}
        />
      </SettingGroup>
      <SettingGroup title={t("deliverySettings.groups.alertSettings")} name="trackingSettings.alertSettings">
        <SetSetting
          path="trackingSettings.alertSettings.escalatesLanes"
          text="escalatesLanes"
          options={LANES.map((id) => ({ id, label: t(`monitoring.lanes.${id}`) }))}
        />
        <ChoiceSetting
          path="trackingSettings.alertSettings.escalatesTo"
          text="escalatesTo"
          options={[{ id: NOBODY, label: t("common.nobody") }, ...people]}
          none={NOBODY}
        />
        <NumberSetting
          path="trackingSettings.alertSettings.escalationDueMinutes"
          text="escalationDueMinutes"
          unit={t("deliverySettings.units.minutes")}
        />
        <SettingRow path="trackingSettings.alertSettings.email" text="alertEmail" standard={t("common.nobody")}>
          <ValueField
            path="trackingSettings.alertSettings.email"
            name={t("deliverySettings.fields.alertEmail.label")}
            type="email"
            placeholder={t("common.nobody")}
            parse={(text) => (text.trim() === "" ? undefined : text.trim())}
          />
        </SettingRow>
        <CostLimits period="costPerDayMicros" />
        <CostLimits period="costPerMonthMicros" />
      </SettingGroup>
    </>
  );
}

const NO_PRICE = -1;

/** From how much spending on a channel on there is an alert; empty: never. */
function CostLimits({ period }: { period: "costPerDayMicros" | "costPerMonthMicros" }) {
  const { t } = useTranslation();
  const path = `trackingSettings.alertSettings.${period}` as const;
  const name = t(`deliverySettings.fields.${period}.label`);
  return (
    <SettingRow path={path} text={period} standard={t("deliverySettings.noLimit")} place="below">
      <div className="grid grid-cols-4 gap-3 max-md:grid-cols-2">
        {CHANNELS.map((channel) => (
          <ValueField
            key={channel}
            path={`${path}.${channel}`}
            name={`${name}: ${t(`channels.${channel}`)} (€)`}
            label={`${t(`channels.${channel}`)} (€)`}
            placeholder={t("deliverySettings.noLimit")}
            // What is no amount is refused by the server, with the field.
            parse={(text) => (text.trim() === "" ? undefined : (microsOf(text) ?? NO_PRICE))}
            show={(value) => (typeof value === "number" ? priceInput(value) || "0" : "")}
          />
        ))}
      </div>
    </SettingRow>
  );
}
