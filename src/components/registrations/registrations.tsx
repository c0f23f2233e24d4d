import { MessageCircle, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { LISTING_PROVIDERS } from "../../../convex/delivery/whatsappTemplates/approval";
import { Button } from "../ui/button";
import { EmptyState } from "../ui/empty-state";
import { SkeletonRows } from "../ui/skeleton";
import { useCan, useOrgQuery } from "../../lib/org";
import { RegistrationDialog } from "./registration-dialog";
import { Refresh } from "./refresh";
import { RegistrationRow } from "./registration-row";

export type Registration = FunctionReturnType<typeof api.delivery.whatsappTemplates.queries.list>[number];
export type Template = FunctionReturnType<typeof api.templates.queries.list>[number];
export type Account = FunctionReturnType<typeof api.delivery.monitor.queries.connections>[number];

/**
 * How the texts are registered at each WhatsApp account: what may be sent once the customer's 24 hours are over. With
 * `templateId` those of one text.
 */
export function Registrations({ templateId }: { templateId?: Template["id"] }) {
  const { t } = useTranslation();
  const mayEdit = useCan("templates.edit");
  const everyRegistration = useOrgQuery(api.delivery.whatsappTemplates.queries.list, {});
  const everyTemplate = useOrgQuery(api.templates.queries.list, {});
  const connections = useOrgQuery(api.delivery.monitor.queries.connections, {});
  const settings = useOrgQuery(api.delivery.settings.queries.get, {});
  const [edited, setEdited] = useState<Registration | "new" | null>(null);
  if (!everyRegistration || !everyTemplate || !connections || !settings) {
    return <SkeletonRows count={4} className="px-0" />;
  }
  const isAsked = (id: Template["id"]) => templateId === undefined || id === templateId;
  const registrations = everyRegistration.filter((each) => isAsked(each.templateId));
  const templates = everyTemplate.filter(({ id }) => isAsked(id));
  const accounts = connections.filter(({ channel }) => channel === "whatsapp");
  const usesTemplates = settings.settings.channelSettings.whatsapp.outsideWindow === "template";
  const approved = new Set(registrations.filter(({ state }) => state === "approved").map((each) => each.templateId));
  const uncovered = templates.filter(
    ({ id, channelType, isActive, isSnippet }) =>
      isActive && !isSnippet && (channelType === "whatsapp_business" || channelType === "any") && !approved.has(id),
  );
  const add = mayEdit && accounts.length > 0 && templates.length > 0 && (
    <Button variant="primary" icon={<Plus aria-hidden size={14} />} onPress={() => setEdited("new")}>
      {t("registrations.add")}
    </Button>
  );
  return (
    <>
      <p className="text-sm text-muted">{t("registrations.intro")}</p>
      {!usesTemplates && (
        <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">{t("registrations.notUsed")}</p>
      )}
      {registrations.length === 0 ? (
        <EmptyState
          icon={MessageCircle}
          title={t("registrations.none")}
          text={t(accounts.length === 0 ? "registrations.noAccount" : "registrations.noneText")}
          action={add}
        />
      ) : (
        <>
          <div className="flex justify-end">{add}</div>
          {accounts.map((account) => (
            <AccountGroup
              key={account.id}
              account={account}
              registrations={registrations.filter(({ connectionId }) => connectionId === account.id)}
              templates={templates}
              usesTemplates={usesTemplates}
              onEdit={mayEdit ? setEdited : null}
            />
          ))}
        </>
      )}
      {uncovered.length > 0 && (
        <p className="text-xs text-faint">
          {t("registrations.uncovered", { names: uncovered.map(({ name }) => name).join(", ") })}
        </p>
      )}
      {edited !== null && (
        <RegistrationDialog
          registration={edited === "new" ? null : edited}
          templates={templates}
          accounts={accounts}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

type AccountGroupProps = {
  account: Account;
  registrations: readonly Registration[];
  templates: readonly Template[];
  usesTemplates: boolean;
  /** Null: the caller may only look. */
  onEdit: ((registration: Registration) => void) | null;
};

function AccountGroup({ account, registrations, templates, usesTemplates, onEdit }: AccountGroupProps) {
  const { t } = useTranslation();
  return (
    <section aria-label={account.name} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h3 className="text-sm font-semibold">
          {account.name} <span className="text-xs font-normal text-faint">{t(`providers.${account.provider}`)}</span>
        </h3>
        {LISTING_PROVIDERS.includes(account.provider) && <Refresh account={account} mayAsk={onEdit !== null} />}
      </div>
      {registrations.length === 0 ? (
        <p className="text-sm text-faint">{t("registrations.noneHere")}</p>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line">
          {registrations.map((registration) => (
            <RegistrationRow
              key={registration.id}
              registration={registration}
              template={templates.find(({ id }) => id === registration.templateId) ?? null}
              isUsed={usesTemplates && registration.state === "approved"}
              onEdit={onEdit === null ? null : () => onEdit(registration)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
