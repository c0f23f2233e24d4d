import { useTranslation } from "react-i18next";
import { Page } from "../../components/layout/page";
import { Tabs } from "../../components/ui/tabs";
import { useCan } from "../../lib/org";
import { SETTINGS_SECTIONS, type SettingsSection } from "../../lib/search-params";
import { useTitle } from "../../lib/title";
import { Channels } from "./channels";
import { Connections } from "./connections/connections";
import { ApiKeys } from "./api-keys";
import { General, Members, Modules } from "./workspace";
import { Sources } from "./sources";
import { Endpoints } from "./webhooks/endpoints";

type SettingsScreenProps = { section: SettingsSection; onSection: (section: SettingsSection) => void };

export function SettingsScreen({ section, onSection }: SettingsScreenProps) {
  const { t } = useTranslation();
  useTitle(t("settings.title"));
  return (
    <Page title={t("settings.title")}>
      <Tabs
        label={t("settings.sections")}
        tabs={SETTINGS_SECTIONS.map((id) => ({ id, label: t(`settings.${id}`) }))}
        value={section}
        onChange={onSection}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        <div className="min-h-0 grow overflow-y-auto px-6 py-5 max-md:px-4">
          <div className="max-w-3xl">
            <SectionBody section={section} />
          </div>
        </div>
      </Tabs>
    </Page>
  );
}

function SectionBody({ section }: { section: SettingsSection }) {
  const { t } = useTranslation();
  const maySeeConnections = useCan("connections.read");
  const mayManageKeys = useCan("api.manage");
  const noRight = <p className="text-sm text-muted">{t("settings.noRight")}</p>;
  switch (section) {
    case "general":
      return <General />;
    case "connections":
      return maySeeConnections ? <Connections /> : noRight;
    case "channels":
      return maySeeConnections ? <Channels /> : noRight;
    case "modules":
      return <Modules />;
    case "members":
      return <Members />;
    case "sources":
      return <Sources />;
    case "api":
      return mayManageKeys ? <ApiKeys /> : noRight;
    case "webhooks":
      return mayManageKeys ? <Endpoints /> : noRight;
  }
}
