import { useTranslation } from "react-i18next";
import { PURPOSES } from "../../../../convex/lib/closedSets";
import type { Lane } from "../../../lib/api-types";
import { CountryPacks } from "./country-packs";
import { HumanFirstPart } from "./human-first-part";
import { NumberSetting, NumbersSetting, SetSetting, SwitchSetting } from "./fields";
import { OpeningHours } from "./opening-hours";
import { QuietHours } from "./quiet-hours";
import { SettingGroup } from "./setting-row";

export const LANES = ["critical", "transactional", "marketing"] as const satisfies readonly Lane[];

/** `deliverySettings`: when messages go, how many at once, and how often a failed one is tried again. */
export function TimingPart() {
  const { t } = useTranslation();
  const purposes = PURPOSES.map((id) => ({ id, label: t(`purposes.${id}`) }));
  const perLane = <Path extends "spreadMinutes" | "maxAgeHours">(path: Path) =>
    LANES.map((lane) => ({
      path: `deliverySettings.timingRules.${path}.${lane}` as const,
      label: t(`monitoring.lanes.${lane}`),
    }));
  const units = {
    seconds: t("deliverySettings.units.seconds"),
    minutes: t("deliverySettings.units.minutes"),
    hours: t("deliverySettings.units.hours"),
    messages: t("deliverySettings.units.messages"),
    tries: t("deliverySettings.units.tries"),
  };
  return (
    <>
      <SettingGroup title={t("deliverySettings.groups.timingRules")} name="deliverySettings.timingRules">
        <QuietHours />
        <SetSetting path="deliverySettings.timingRules.businessHoursFor" text="businessHoursFor" options={purposes} />
        <OpeningHours />
        <SwitchSetting path="deliverySettings.timingRules.respectsCountryRules" text="respectsCountryRules" />
        <CountryPacks />
        <NumbersSetting
          path="deliverySettings.timingRules.spreadMinutes"
          text="spreadMinutes"
          unit={units.minutes}
          parts={perLane("spreadMinutes")}
        />
        <NumbersSetting
          path="deliverySettings.timingRules.maxAgeHours"
          text="maxAgeHours"
          unit={units.hours}
          parts={perLane("maxAgeHours")}
        />
      </SettingGroup>
      <HumanFirstPart />
      <SettingGroup title={t("deliverySettings.groups.rateLimits")} name="deliverySettings.rateLimits">
        <NumberSetting path="deliverySettings.rateLimits.burstSeconds" text="burstSeconds" unit={units.seconds} />
        <SetSetting
          path="deliverySettings.rateLimits.frequencyCap.purposes"
          text="frequencyCapPurposes"
          options={purposes}
        />
        <NumberSetting
          path="deliverySettings.rateLimits.frequencyCap.perDay"
          text="frequencyCapPerDay"
          unit={units.messages}
        />
        <NumberSetting
          path="deliverySettings.rateLimits.frequencyCap.perWeek"
          text="frequencyCapPerWeek"
          unit={units.messages}
        />
        <NumberSetting
          path="deliverySettings.rateLimits.frequencyCap.minGapMinutes"
          text="minGapMinutes"
          unit={units.minutes}
        />
      </SettingGroup>
      <SettingGroup title={t("deliverySettings.groups.retryPolicies")} name="deliverySettings.retryPolicies">
        <NumberSetting path="deliverySettings.retryPolicies.maxAttempts" text="maxAttempts" unit={units.tries} />
        <NumberSetting path="deliverySettings.retryPolicies.baseSeconds" text="baseSeconds" unit={units.seconds} />
        <NumberSetting
          path="deliverySettings.retryPolicies.rateLimitBaseSeconds"
          text="rateLimitBaseSeconds"
          unit={units.seconds}
        />
        <NumberSetting path="deliverySettings.retryPolicies.capMinutes" text="capMinutes" unit={units.minutes} />
        <NumberSetting path="deliverySettings.retryPolicies.maxAgeHours" text="retryMaxAgeHours" unit={units.hours} />
      </SettingGroup>
    </>
  );
}
