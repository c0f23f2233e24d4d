import { Link } from "@tanstack/react-router";
import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { useOrgQuery } from "../../lib/org";
import { Section } from "../layout/page";

export type Contact = FunctionReturnType<typeof api.contacts.queries.get>;

/** Language, zone, organisation and what else is kept about somebody; nothing where nothing is known. */
export function ContactFacts({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const fields = useOrgQuery(api.contacts.fields.queries.list, {});
  const shown = (value: string | number | boolean) =>
    typeof value === "boolean" ? t(value ? "person.yes" : "person.no") : String(value);
  const named = Object.entries(contact.attributes).map(([key, value]) => ({
    name: fields?.find((field) => field.key === key)?.label ?? key,
    value: shown(value),
  }));
  const facts = [
    { name: t("context.language"), value: contact.locale },
    { name: t("context.timezone"), value: contact.timezone },
    ...named.sort((a, b) => a.name.localeCompare(b.name)),
  ].filter((fact) => fact.value !== undefined);
  const { account } = contact;
  if (facts.length === 0 && account === null) return null;
  return (
    <Section title={t("person.details")}>
      <dl className="grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        {account !== null && (
          <div className="col-span-2 grid grid-cols-subgrid">
            <dt className="truncate text-faint">{t("person.account")}</dt>
            <dd className="min-w-0 truncate">
              <Link
                to="/accounts/$accountId"
                params={{ accountId: account.id }}
                className="rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-current"
              >
                {account.name}
              </Link>
            </dd>
          </div>
        )}
        {facts.map(({ name, value }) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="truncate text-faint">{name}</dt>
            <dd className="min-w-0 truncate" title={value}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
