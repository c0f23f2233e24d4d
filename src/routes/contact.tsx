import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Id } from "../../convex/_generated/dataModel";
import { ContactMessages } from "../components/consent/contact-messages";
import { ContactRights } from "../components/consent/contact-rights";
import { ContactPanel } from "../components/contact/contact-panel";
import { Page } from "../components/layout/page";

export function ContactRoute() {
  const { t } = useTranslation();
  const { contactId } = useParams({ from: "/contacts/$contactId" });
  const id = contactId as Id<"contacts">;
  return (
    <Page title={t("context.title")} className="overflow-y-auto px-6 pb-6 max-md:px-4">
      <div className="flex max-w-xl flex-col gap-6">
        <ContactPanel contactId={id} />
        <ContactMessages contactId={id} />
        <ContactRights contactId={id} />
      </div>
    </Page>
  );
}
