import { Link } from "@tanstack/react-router";
import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { AccountKind } from "../../../convex/contacts/accounts/kinds";
import { CLOCK_KINDS } from "../../../convex/sla/sets";
import { Section } from "../../components/layout/page";
import { useCan, useOrgQuery } from "../../lib/org";

type Policy = FunctionReturnType<typeof api.sla.queries.policies>[number];

/** Which service levels count for an organisation's conversations: its own, or those that are for everybody. */
export function AccountService({ accountId, kind }: { accountId: Id<"accounts">; kind: AccountKind }) {
  const { t } = useTranslation();
  const mayRead = useCan("org.read");
  const policies = useOrgQuery(api.sla.queries.policies, mayRead ? {} : "skip");
  // Deadlines go by the customer of a conversation.
  if (kind !== "customer" || policies === undefined) return null;
  const enabled = policies.filter(({ isEnabled }) => isEnabled);
  const own = enabled.filter(({ conditions }) => conditions.accountId === accountId);
  const shown = own.length > 0 ? own : enabled.filter(({ conditions }) => conditions.accountId === undefined);
  return (
    <Section title={t("accounts.service")}>
      <p className="text-sm text-muted">
        {t(own.length > 0 ? "accounts.ownService" : shown.length > 0 ? "accounts.usualService" : "accounts.noService")}
      </p>
      <ul className="flex flex-col gap-1.5">
        {shown.map((policy) => (
          <li key={policy.id} className="rounded-md border border-line px-3 py-2">
            <Link
              to="/settings/$section"
              params={{ section: "sla" }}
              className="rounded-sm text-sm font-medium hover:underline"
            >
              {policy.name}
            </Link>
            <p className="text-xs text-muted">
              <Targets policy={policy} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Targets({ policy }: { policy: Policy }) {
  const { t } = useTranslation();
  const targets = CLOCK_KINDS.flatMap((kind) => {
    const minutes = policy.targets[kind];
    return minutes === undefined ? [] : [t("slaSettings.targetOf", { clock: t(`sla.clocks.${kind}`), minutes })];
  });
  return targets.join(" · ");
}
