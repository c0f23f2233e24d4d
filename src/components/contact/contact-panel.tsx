import { UserRoundX } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrgQuery } from "../../lib/org";
import { ContactConsent } from "../consent/contact-consent";
import { Section } from "../layout/page";
import { ChannelIcon } from "../status";
import { Avatar } from "../ui/avatar";
import { Badge } from "../ui/badge";
import { EmptyState } from "../ui/empty-state";
import { SkeletonRows } from "../ui/skeleton";
import { ContactBookings } from "./contact-bookings";

/** Who somebody is: addresses, language, zone, bookings. */
export function ContactPanel({ contactId }: { contactId: Id<"contacts"> | null }) {
  const { t } = useTranslation();
  if (contactId === null) return <EmptyState icon={UserRoundX} title={t("context.noContact")} />;
  return <LoadedContact contactId={contactId} />;
}

function LoadedContact({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const contact = useOrgQuery(api.contacts.queries.get, { contactId });
  if (contact === undefined) return <SkeletonRows count={3} className="p-0" />;
  return (
    <div className="flex flex-col gap-6">
      <div className="flex items-center gap-3">
        <Avatar name={contact.name} size="lg" tone="accent" />
        <p className="min-w-0 text-base font-semibold break-words">
          {contact.isErased ? t("consent.erasedPerson") : contact.name}
        </p>
      </div>
      <Section title={t("context.addresses")}>
        <ul className="flex flex-col gap-1.5">
          {contact.addresses.map((address) => (
            <li key={`${address.channel}-${address.address}`} className="flex items-center gap-2 text-sm">
              <span className="text-faint">
                <ChannelIcon channel={address.channel} />
              </span>
              <span className="min-w-0 truncate" title={address.address}>
                {address.address}
              </span>
              {address.state === "invalid" && <Badge tone="danger">{t("context.invalid")}</Badge>}
            </li>
          ))}
        </ul>
      </Section>
      {(contact.locale !== undefined || contact.timezone !== undefined) && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
          {contact.locale !== undefined && <Fact name={t("context.language")} value={contact.locale} />}
          {contact.timezone !== undefined && <Fact name={t("context.timezone")} value={contact.timezone} />}
        </dl>
      )}
      <ContactConsent contactId={contactId} />
      <ContactBookings contactId={contactId} />
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt className="text-faint">{name}</dt>
      <dd className="min-w-0 truncate">{value}</dd>
    </>
  );
}
