import { Timer } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { CLOCK_KINDS } from "../../../../convex/sla/sets";
import { Button } from "../../../components/ui/button";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { AccountName } from "../account-choice";
import { RankedList } from "../ranked-list";
import { PolicyDialog, type Policy, type PolicyTarget } from "./policy-dialog";

/** Who waits how long at most, by whom it is for. */
export function Policies() {
  const { t } = useTranslation();
  const mayManage = useCan("sla.manage");
  const policies = useOrgQuery(api.sla.queries.policies, {});
  const addUsual = useOrgMutation(api.sla.mutations.addUsualPolicies);
  const setEnabled = useOrgMutation(api.sla.mutations.setPolicyEnabled);
  const move = useOrgMutation(api.sla.mutations.movePolicy);
  const remove = useOrgMutation(api.sla.mutations.removePolicy);
  const [target, setTarget] = useState<PolicyTarget | null>(null);
  const usual = () => {
    addUsual({}).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const add = () => setTarget({ kind: "new" });
  const empty = { icon: Timer, title: t("slaSettings.noPolicies"), action: t("slaSettings.addUsual"), onAction: usual };
  return (
    <>
      <RankedList
        title={t("slaSettings.policies")}
        intro={t("slaSettings.policiesIntro")}
        rows={policies}
        mayManage={mayManage}
        action={<Button onPress={add}>{t("slaSettings.addPolicy")}</Button>}
        empty={empty}
        setEnabled={({ id: policyId }, isEnabled) => setEnabled({ policyId, isEnabled })}
        move={({ id: policyId }, index) => move({ policyId, index })}
        remove={({ id: policyId }) => remove({ policyId })}
        onEdit={(policy) => setTarget({ kind: "existing", policy })}
      >
        {(policy) => <PolicyText policy={policy} />}
      </RankedList>
      {target !== null && <PolicyDialog target={target} onClose={() => setTarget(null)} />}
    </>
  );
}

function PolicyText({ policy }: { policy: Policy }) {
  const { t } = useTranslation();
  const { channel, priority, threadType, isTicket, accountId } = policy.conditions;
  const conditions = [
    ...(channel === undefined ? [] : [t(`channels.${channel}`)]),
    ...(priority === undefined ? [] : [t(`priorities.${priority}`)]),
    ...(isTicket === undefined ? [] : [t("slaSettings.onlyTickets")]),
    ...(threadType === undefined ? [] : [t(`slaSettings.types.${threadType}`)]),
  ];
  const targets = CLOCK_KINDS.flatMap((kind) => {
    const minutes = policy.targets[kind];
    return minutes === undefined ? [] : [t("slaSettings.targetOf", { clock: t(`sla.clocks.${kind}`), minutes })];
  });
  return (
    <span className="min-w-0 flex-1 basis-40">
      <span className="block truncate text-sm font-medium">{policy.name}</span>
      <span className="block text-xs text-faint">
        {conditions.length === 0 && accountId === undefined ? t("slaSettings.forAll") : conditions.join(" · ")}
        {accountId !== undefined && (
          <>
            {conditions.length > 0 && " · "}
            <AccountName accountId={accountId} />
          </>
        )}
      </span>
      <span className="block text-xs text-muted tabular-nums">{targets.join(" · ")}</span>
    </span>
  );
}
