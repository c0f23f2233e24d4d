import { Link } from "@tanstack/react-router";
import { Pencil, UserRoundX } from "lucide-react";
import { type ReactNode, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { later } from "../../lib/later";
import { useCan, useOrgQuery } from "../../lib/org";
import { ContactConsent } from "../consent/contact-consent";
import { Section } from "../layout/page";
import { ChannelIcon } from "../status";
import { Avatar } from "../ui/avatar";
import { Badge } from "../ui/badge";
import { IconButton } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { SkeletonRows } from "../ui/skeleton";
import { AddressEditor } from "./address-editor";
import { ContactBookings } from "./contact-bookings";
import { ContactEdit } from "./contact-edit";
import { ContactFacts, type Contact } from "./contact-facts";
import { ContactNotes } from "./contact-notes";
import { ContactOrders } from "./contact-orders";
import { ContactThreads } from "./contact-threads";

// Beside a conversation it comes after the conversation.
const PersonLane = later(async () => (await import("../lane/person-lane")).PersonLane);

type ContactPanelProps = {
  contactId: Id<"contacts"> | null;
  /** What else belongs to that conversation; after the person's facts. */
  children?: ReactNode;
  /** The conversation it stands beside. */
  threadId?: Id<"threads">;
  /** Orders whose discussion `children` lead to. */
  offeredOrders?: readonly string[];
};

/** Who somebody is and what is between them and the team: the same beside a conversation and on their own page. */
export function ContactPanel({ contactId, threadId, offeredOrders = [], children }: ContactPanelProps) {
  const { t } = useTranslation();
  if (contactId === null) return <EmptyState icon={UserRoundX} title={t("context.noContact")} />;
  return (
    <LoadedContact
      contactId={contactId}
      offeredOrders={offeredOrders}
      {...(threadId === undefined ? {} : { threadId })}
    >
      {children}
    </LoadedContact>
  );
}

type LoadedContactProps = Pick<ContactPanelProps, "threadId" | "children"> & {
  contactId: Id<"contacts">;
  offeredOrders: readonly string[];
};

function LoadedContact({ contactId, threadId, offeredOrders, children }: LoadedContactProps) {
  // Much is drawn when it comes: in pieces that keep no frame waiting.
  const contact = useDeferredValue(useOrgQuery(api.contacts.queries.get, { contactId }));
  if (contact === undefined) return <SkeletonRows count={3} className="p-0" />;
  const beside = threadId === undefined ? {} : { exceptId: threadId };
  return (
    <div className="flex flex-col gap-6">
      <Identity contact={contact} isLinked={threadId !== undefined} />
      <Addresses contact={contact} />
      <ContactFacts contact={contact} />
      {children}
      <ContactNotes contactId={contactId} />
      <PersonLane contactId={contactId} isLarge={threadId === undefined} />
      <ContactThreads contactId={contactId} {...beside} />
      <ContactOrders contactId={contactId} alreadyOffered={offeredOrders} />
      <ContactBookings contactId={contactId} />
      <ContactConsent contactId={contactId} />
    </div>
  );
}

function Identity({ contact, isLinked }: { contact: Contact; isLinked: boolean }) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit");
  const [isEditing, setIsEditing] = useState(false);
  const name = contact.isErased ? t("consent.erasedPerson") : contact.name;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-3">
        <Avatar name={contact.name} size="lg" tone="accent" />
        <p className="min-w-0 grow text-base font-semibold break-words">
          {isLinked ? (
            <Link
              to="/contacts/$contactId"
              params={{ contactId: contact.id }}
              className="rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-current"
            >
              {name}
            </Link>
          ) : (
            name
          )}
        </p>
        {mayEdit && !contact.isErased && (
          <IconButton
            label={t("person.edit")}
            icon={<Pencil aria-hidden size={14} />}
            onPress={() => setIsEditing(true)}
          />
        )}
      </div>
      {contact.tags.length > 0 && (
        <ul aria-label={t("person.tags")} className="flex flex-wrap gap-1">
          {contact.tags.map((tag) => (
            <li key={tag} className="flex min-w-0">
              <Badge>
                <span className="truncate">{tag}</span>
              </Badge>
            </li>
          ))}
        </ul>
      )}
      {isEditing && <ContactEdit contact={contact} onClose={() => setIsEditing(false)} />}
    </div>
  );
}

function Addresses({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const mayEdit = useCan("contacts.edit") && !contact.isErased;
  const [isEditing, setIsEditing] = useState(false);
  const edit = mayEdit && (
    <IconButton
      size="sm"
      label={t("addresses.edit")}
      icon={<Pencil aria-hidden size={13} />}
      onPress={() => setIsEditing(true)}
    />
  );
  return (
    <Section title={t("context.addresses")} actions={edit}>
      {isEditing && <AddressEditor contact={contact} onClose={() => setIsEditing(false)} />}
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
  );
}
