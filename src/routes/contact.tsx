import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Id } from "../../convex/_generated/dataModel";
import { ContactPanel } from "../components/contact/contact-panel";
import { Page } from "../components/layout/page";

export function ContactRoute() {
  const { t } = useTranslation();
  const { contactId } = useParams({ from: "/contacts/$contactId" });
  return (
    <Page title={t("context.title")} className="overflow-y-auto px-6 pb-6 max-md:px-4">
      <div className="max-w-xl">
        <ContactPanel contactId={contactId as Id<"contacts">} />
      </div>
    </Page>
  );
}
