import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../../components/layout/page";
import { Select } from "../../components/ui/select";
import { useIsPhone } from "../../lib/media";
import { useCan } from "../../lib/org";
import { type DeliveryPart, SETTINGS_MENU, SETTINGS_SECTIONS, type SettingsSection } from "../../lib/search-params";
import { useTitle } from "../../lib/title";
import { Answering } from "./answering";
import { ApiKeys } from "./api-keys";
import { Assignment } from "./assignment/assignment";
import { AuditScreen } from "./audit/audit-screen";
import { Brands } from "./brands";
import { Channels } from "./channels/channels";
import { Connections } from "./connections/connections";
import { DeliverySettings } from "./delivery/delivery-settings";
import { Fields } from "./fields/fields";
import { Emergencies } from "./emergencies/emergencies";
import { Macros } from "./macros/macros";
import { Notifications } from "./notifications";
import { Pauses } from "./pauses/pauses";
import { Profile } from "./profile/profile";
import { ServiceLevels } from "./sla/service-levels";
import { Signature } from "./signature";
import { Sources } from "./sources/sources";
import { Surveys } from "./surveys";
import { Templates } from "./templates/templates";
import { Endpoints } from "./webhooks/endpoints";
import { Work } from "./work/work";
import { Members } from "./members/members";
import { General } from "./general";
import { Modules } from "./modules";

type SettingsScreenProps = {
  section: SettingsSection;
  /** The part of the delivery settings that is open. */
  part: DeliveryPart;
  onSection: (section: SettingsSection) => void;
  onPart: (part: DeliveryPart) => void;
};

export function SettingsScreen({ section, part, onSection, onPart }: SettingsScreenProps) {
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  useTitle(`${t(`settings.${section}`)} · ${t("settings.title")}`);
  return (
    <Page title={t("settings.title")}>
      <div className="flex min-h-0 grow border-t border-line max-md:flex-col max-md:border-0">
        {isPhone ? (
          <Select
            label={t("settings.sections")}
            hideLabel
            options={SETTINGS_SECTIONS.map((id) => ({ id, label: t(`settings.${id}`) }))}
            value={section}
            onChange={onSection}
            className="px-4 pb-2"
          />
        ) : (
          <SectionMenu />
        )}
        <div className="min-h-0 min-w-0 grow overflow-y-auto px-6 py-5 max-md:px-4 max-md:py-3">
          <div className="flex max-w-3xl flex-col gap-4">
            <h2 className="text-base font-semibold max-md:sr-only">{t(`settings.${section}`)}</h2>
            <SectionBody section={section} part={part} onPart={onPart} />
          </div>
        </div>
      </div>
    </Page>
  );
}

function SectionMenu() {
  const { t } = useTranslation();
  return (
    <nav aria-label={t("settings.sections")} className="flex w-52 shrink-0 flex-col gap-4 overflow-y-auto p-3 pl-4">
      {SETTINGS_MENU.map(({ id, sections }) => (
        <section key={id} aria-labelledby={`menu-${id}`}>
          <h2 id={`menu-${id}`} className="px-2 pb-1 text-2xs font-semibold text-faint">
            {t(`settings.groups.${id}`)}
          </h2>
          <ul>
            {sections.map((section) => (
              <li key={section}>
                <Link
                  to="/settings/$section"
                  params={{ section }}
                  className="block rounded-md px-2 py-1.5 text-sm text-muted transition-colors hover:bg-hover hover:text-text"
                  activeProps={{ className: "bg-selected font-medium text-text" }}
                >
                  {t(`settings.${section}`)}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

type SectionBodyProps = Pick<SettingsScreenProps, "section" | "part" | "onPart">;

function SectionBody({ section, part, onPart }: SectionBodyProps) {
  const { t } = useTranslation();
  const maySeeConnections = useCan("connections.read");
  const maySeeAudit = useCan("audit.read");
  const mayManageKeys = useCan("api.manage");
  const noRight = <p className="text-sm text-muted">{t("settings.noRight")}</p>;
  switch (section) {
    case "general":
      return <General />;
    case "profile":
      return <Profile />;
    case "notifications":
      return <Notifications />;
    case "signature":
      return <Signature />;
    case "connections":
      return maySeeConnections ? <Connections /> : noRight;
    case "channels":
      return maySeeConnections ? <Channels /> : noRight;
    case "modules":
      return <Modules />;
    case "fields":
      return <Fields />;
    case "answering":
      return <Answering />;
    case "sla":
      return <ServiceLevels />;
    case "audit":
      return maySeeAudit ? <AuditScreen /> : noRight;
    case "assignment":
      return <Assignment />;
    case "work":
      return <Work />;
    case "surveys":
      return <Surveys />;
    case "members":
      return <Members />;
    case "sources":
      return <Sources />;
    case "templates":
      return <Templates />;
    case "brands":
      return <Brands />;
    case "macros":
      return <Macros />;
    case "delivery":
      return <DeliverySettings part={part} onPart={onPart} />;
    case "pauses":
      return <Pauses />;
    case "emergencies":
      return <Emergencies />;
    case "api":
      return mayManageKeys ? <ApiKeys /> : noRight;
    case "webhooks":
      return mayManageKeys ? <Endpoints /> : noRight;
  }
}
