import { useTranslation } from "react-i18next";
import { ChoiceSetting, NumberSetting, SwitchSetting } from "./fields";
import { SettingGroup } from "./setting-row";

/** `channelSettings`: what each channel may do. */
export function ChannelPart() {
  const { t } = useTranslation();
  return (
    <>
      <SettingGroup title={t("channels.email")} name="channelSettings.email">
        <SwitchSetting path="channelSettings.email.isEnabled" text="isEnabled" />
        <NumberSetting
          path="channelSettings.email.maxKilobytes"
          text="maxKilobytes"
          unit={t("deliverySettings.units.kilobytes")}
        />
        <SwitchSetting path="channelSettings.email.simplifiesOnRefusal" text="simplifiesOnRefusal" />
      </SettingGroup>
      <SettingGroup title={t("channels.sms")} name="channelSettings.sms">
        <SwitchSetting path="channelSettings.sms.isEnabled" text="isEnabled" />
        <NumberSetting
          path="channelSettings.sms.maxSegments"
          text="maxSegments"
          unit={t("deliverySettings.units.segments")}
        />
        <ChoiceSetting
          path="channelSettings.sms.landlines"
          text="landlines"
          options={(["reroute", "send"] as const).map((id) => ({ id, label: t(`deliverySettings.landlines.${id}`) }))}
        />
      </SettingGroup>
      <SettingGroup title={t("channels.whatsapp")} name="channelSettings.whatsapp">
        <SwitchSetting path="channelSettings.whatsapp.isEnabled" text="isEnabled" />
        <ChoiceSetting
          path="channelSettings.whatsapp.outsideWindow"
          text="outsideWindow"
          options={(["template", "reroute"] as const).map((id) => ({
            id,
            label: t(`deliverySettings.outsideWindow.${id}`),
          }))}
        />
      </SettingGroup>
      <SettingGroup title={t("channels.webhook")} name="channelSettings.webhook">
        <SwitchSetting path="channelSettings.webhook.isEnabled" text="isEnabled" />
      </SettingGroup>
    </>
  );
}
