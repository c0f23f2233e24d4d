import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Tabs } from "../../../components/ui/tabs";
import { Registrations } from "../../../components/registrations/registrations";
import { Texts } from "./texts";

/** What people write with, and how it is registered at WhatsApp. */
export function Templates() {
  const { t } = useTranslation();
  const [tab, setTab] = useState<"texts" | "whatsapp">("texts");
  return (
    <Tabs
      label={t("settings.templates")}
      tabs={[
        { id: "texts", label: t("texts.title") },
        { id: "whatsapp", label: t("texts.whatsapp") },
      ]}
      value={tab}
      onChange={setTab}
    >
      <div className="flex flex-col gap-4 pt-4">{tab === "texts" ? <Texts /> : <Registrations />}</div>
    </Tabs>
  );
}
