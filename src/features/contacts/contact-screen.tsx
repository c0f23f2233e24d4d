import { Link, useNavigate } from "@tanstack/react-router";
import { Merge } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { ContactMessages } from "../../components/consent/contact-messages";
import { ContactRights } from "../../components/consent/contact-rights";
import { ContactPanel } from "../../components/contact/contact-panel";
import { BackLink } from "../../components/layout/back-link";
import { Page } from "../../components/layout/page";
import { Button } from "../../components/ui/button";
import { SkeletonRows } from "../../components/ui/skeleton";
import { useCan, useOrgQuery } from "../../lib/org";
import { useShortcuts } from "../../lib/shortcuts";
import { useTitle } from "../../lib/title";
import { MergeDialog } from "./merge-dialog";
import { MergeList } from "./merge-list";
import { ContactSegments } from "./segments/contact-segments";

const MERGE_KEYS = "m";

/** One person with everything the organisation knows, and what can be done about it. */
export function ContactScreen({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayEdit = useCan("contacts.edit");
  const [isMerging, setIsMerging] = useState(false);
  const contact = useOrgQuery(api.contacts.queries.get, { contactId });
  const mayMerge = mayEdit && contact !== undefined && contact.mergedInto === null && !contact.isErased;
  useTitle(contact?.name ?? t("context.title"));
  useShortcuts([
    {
      id: "leave",
      keys: "escape",
      label: t("contacts.back"),
      group: "list",
      run: () => void navigate({ to: "/contacts", search: {} }),
    },
    ...(mayMerge
      ? [
          {
            id: "mergeContact",
            keys: MERGE_KEYS,
            label: t("merges.start"),
            group: "list" as const,
            run: () => setIsMerging(true),
          },
        ]
      : []),
  ]);
  const back = (
    <BackLink to="/contacts" search={{}}>
      {t("contacts.title")}
    </BackLink>
  );
  const actions = mayMerge && (
    <Button icon={<Merge aria-hidden size={14} />} keys={MERGE_KEYS} onPress={() => setIsMerging(true)}>
      {t("merges.start")}
    </Button>
  );
  return (
    <Page
      title={t("context.title")}
      back={back}
      actions={actions}
      className="@container overflow-y-auto px-6 pb-6 max-md:px-4"
    >
      {contact === undefined ? (
        <SkeletonRows />
      ) : contact.mergedInto === null ? (
        <div className="grid max-w-xl grid-cols-1 items-start gap-x-10 gap-y-6 @min-[52rem]:max-w-6xl @min-[52rem]:grid-cols-2">
          <ContactPanel contactId={contactId} />
          <div className="flex flex-col gap-6">
            <ContactSegments contactId={contactId} />
            <MergeList contactId={contactId} />
            <ContactMessages contactId={contactId} />
            <ContactRights contactId={contactId} />
          </div>
        </div>
      ) : (
        <PartOf name={contact.name} keptId={contact.mergedInto} />
      )}
      {isMerging && <MergeDialog contactId={contactId} onClose={() => setIsMerging(false)} />}
    </Page>
  );
}

function PartOf({ name, keptId }: { name: string; keptId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const kept = useOrgQuery(api.contacts.queries.get, { contactId: keptId });
  return (
    <p className="text-sm">
      {t("merges.isPartOf", { name })}{" "}
      <Link
        to="/contacts/$contactId"
        params={{ contactId: keptId }}
        className="rounded-sm font-medium underline decoration-line-strong underline-offset-2"
      >
        {kept?.name ?? t("context.title")}
      </Link>
    </p>
  );
}
