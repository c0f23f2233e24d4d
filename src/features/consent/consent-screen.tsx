import { useTranslation } from "react-i18next";
import { Page } from "../../components/layout/page";
import { Tabs } from "../../components/ui/tabs";
import { useCan } from "../../lib/org";
import { CONSENT_TABS, type ConsentTab } from "../../lib/search-params";
import { useTitle } from "../../lib/title";
import { BlockedSenders } from "./blocked-senders";
import { ImportList } from "./import-list";
import { Privacy } from "./privacy";
import { SignUpForms } from "./sign-up/sign-up-forms";
import { SuppressionList } from "./suppression-list";
import { Topics } from "./topics";
import { Wordings } from "./wordings";

type ConsentScreenProps = { tab: ConsentTab; onTab: (tab: ConsentTab) => void };

/** Who must not be written to, what people can choose, what they are told, and how long texts stay. */
export function ConsentScreen({ tab, onTab }: ConsentScreenProps) {
  const { t } = useTranslation();
  const mayManagePrivacy = useCan("privacy.manage");
  useTitle(t("consent.title"));
  const tabs = CONSENT_TABS.filter((id) => id !== "privacy" || mayManagePrivacy);
  return (
    <Page title={t("consent.title")} description={t("consent.description")}>
      <Tabs
        label={t("consent.tabsLabel")}
        tabs={tabs.map((id) => ({ id, label: t(`consent.tabs.${id}`) }))}
        value={tabs.includes(tab) ? tab : "suppressions"}
        onChange={onTab}
        className="grow"
        listClassName="px-6 max-md:px-4"
      >
        <Body tab={tabs.includes(tab) ? tab : "suppressions"} />
      </Tabs>
    </Page>
  );
}

function Body({ tab }: { tab: ConsentTab }) {
  switch (tab) {
    case "suppressions":
      return <SuppressionList />;
    case "imports":
      return <ImportList />;
    case "blocked":
      return <BlockedSenders />;
    case "topics":
      return <Topics />;
    case "wordings":
      return <Wordings />;
    case "forms":
      return <SignUpForms />;
    case "privacy":
      return <Privacy />;
  }
}
