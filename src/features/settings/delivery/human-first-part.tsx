import { useTranslation } from "react-i18next";
import { PURPOSES } from "../../../../convex/lib/closedSets";
import { NumberSetting, SetSetting, SwitchSetting } from "./fields";
import { SettingGroup } from "./setting-row";

/** `humanFirst`: automatic messages are silent while the team talks with a person. */
export function HumanFirstPart() {
  const { t } = useTranslation();
  const purposes = PURPOSES.map((id) => ({ id, label: t(`purposes.${id}`) }));
  return (
    <SettingGroup title={t("deliverySettings.groups.humanFirst")} name="humanFirst">
      <SwitchSetting path="humanFirst.isEnabled" text="humanFirstEnabled" />
      <SetSetting path="humanFirst.purposes" text="humanFirstPurposes" options={purposes} />
      <NumberSetting
        path="humanFirst.quietMinutes"
        text="humanFirstQuietMinutes"
        unit={t("deliverySettings.units.minutes")}
      />
      <SwitchSetting path="humanFirst.holdsOnComplaints" text="humanFirstComplaints" />
      <NumberSetting
        path="humanFirst.dropsAfterHours"
        text="humanFirstDropsAfter"
        unit={t("deliverySettings.units.hours")}
      />
    </SettingGroup>
  );
}
