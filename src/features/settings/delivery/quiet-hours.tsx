import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Select } from "../../../components/ui/select";
import { useOrgQuery } from "../../../lib/org";
import { ValueField } from "./fields";
import { SettingRow } from "./setting-row";
import { useSettings } from "./use-settings";

const PATH = "deliverySettings.timingRules.quietHours";
const MIDNIGHT = "00:00";

/** Quiet hours: the workspace's, hours of one's own for sending, or none. */
export function QuietHours() {
  const { t } = useTranslation();
  const { settings, mayChange, save } = useSettings();
  const org = useOrgQuery(api.orgs.queries.settings, {});
  const name = t("deliverySettings.fields.quietHours.label");
  const own = settings.deliverySettings.timingRules.quietHours;
  const inherited = org?.quietHours ?? { start: MIDNIGHT, end: MIDNIGHT };
  const inheritedText = `${inherited.start} – ${inherited.end}`;
  const choice = own === undefined ? "inherited" : own.start === own.end ? "none" : "own";
  const choose = (next: "inherited" | "own" | "none") => {
    const none = { start: MIDNIGHT, end: MIDNIGHT };
    void save(PATH, next === "inherited" ? undefined : next === "own" ? inherited : none, name);
  };
  return (
    <SettingRow path={PATH} text="quietHours" standard={inheritedText}>
      <div className="flex w-72 flex-col max-md:w-full gap-3">
        <Select
          label={name}
          hideLabel
          options={[
            { id: "inherited", label: t("deliverySettings.quiet.inherited", { hours: inheritedText }) },
            { id: "own", label: t("deliverySettings.quiet.own") },
            { id: "none", label: t("deliverySettings.quiet.none") },
          ]}
          value={choice}
          isDisabled={!mayChange}
          onChange={choose}
        />
        {choice === "own" && (
          <div className="grid grid-cols-2 gap-3">
            {(["start", "end"] as const).map((edge) => (
              <ValueField
                key={edge}
                path={`${PATH}.${edge}`}
                name={`${name}: ${t(`deliverySettings.quiet.${edge}`)}`}
                label={t(`deliverySettings.quiet.${edge}`)}
                placeholder="HH:MM"
                parse={(text) => text.trim()}
              />
            ))}
          </div>
        )}
      </div>
    </SettingRow>
  );
}
