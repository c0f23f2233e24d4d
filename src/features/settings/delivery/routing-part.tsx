import { useTranslation } from "react-i18next";
import { type Channel, CHANNELS } from "../../../../convex/lib/closedSets";
import { ChannelOrder } from "./channel-order";
import { SwitchSetting } from "./fields";
import { SettingGroup, SettingRow } from "./setting-row";
import { useSettings } from "./use-settings";

/** Ways to a person; a webhook goes to a machine and stands in for nothing. */
const PERSONAL = ["email", "sms", "whatsapp"] as const satisfies readonly Channel[];

/** `routingRules`: which channel a message takes, and which stands in for one that fails. */
export function RoutingPart() {
  const { t } = useTranslation();
  const { settings, defaults, mayChange, save } = useSettings();
  const { channelPriorities, fallbackChains } = settings.routingRules;
  const orderText = (channels: readonly Channel[]) => channels.map((channel) => t(`channels.${channel}`)).join(" → ");
  const chains = [...PERSONAL, "emergency"] as const;
  return (
    <>
      <SettingGroup title={t("deliverySettings.groups.customerPreferences")} name="routingRules.customerPreferences">
        <SwitchSetting path="routingRules.customerPreferences.respectsChannel" text="respectsChannel" />
        <SwitchSetting path="routingRules.customerPreferences.respectsHours" text="respectsHours" />
      </SettingGroup>
      <SettingGroup title={t("deliverySettings.groups.channelPriorities")} name="routingRules.channelPriorities">
        <SettingRow
          path="routingRules.channelPriorities"
          text="channelPriorities"
          standard={t("deliverySettings.byConnections")}
          place="below"
        >
          <ChannelOrder
            label={t("deliverySettings.fields.channelPriorities.label")}
            channels={channelPriorities}
            options={PERSONAL}
            isDisabled={!mayChange}
            empty={t("deliverySettings.byConnections")}
            onChange={(channels) =>
              void save(
                "routingRules.channelPriorities",
                channels,
                t("deliverySettings.fields.channelPriorities.label"),
              )
            }
          />
        </SettingRow>
      </SettingGroup>
      <SettingGroup title={t("deliverySettings.groups.fallbackChains")} name="routingRules.fallbackChains">
        {chains.map((of) => {
          const text = `fallback_${of}` as const;
          const path = `routingRules.fallbackChains.${of}` as const;
          const standard = orderText(defaults.routingRules.fallbackChains[of]);
          return (
            <SettingRow key={of} path={path} text={text} standard={standard} place="below">
              <ChannelOrder
                label={t(`deliverySettings.fields.${text}.label`)}
                channels={fallbackChains[of]}
                options={
                  of === "emergency" ? PERSONAL : CHANNELS.filter((channel) => isPersonal(channel) && channel !== of)
                }
                isDisabled={!mayChange}
                empty={t("deliverySettings.noFallback")}
                onChange={(channels) => void save(path, channels, t(`deliverySettings.fields.${text}.label`))}
              />
            </SettingRow>
          );
        })}
      </SettingGroup>
    </>
  );
}

const isPersonal = (channel: Channel) => PERSONAL.some((each) => each === channel);
