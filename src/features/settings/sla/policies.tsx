import { Ellipsis, Timer } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { CLOCK_KINDS } from "../../../../convex/sla/sets";
import { Button, IconButton } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { Menu } from "../../../components/ui/menu";
import { Switch } from "../../../components/ui/switch";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { PolicyDialog, type Policy, type PolicyTarget } from "./policy-dialog";

/** Who waits how long at most, by whom it is for. */
export function Policies() {
  const { t } = useTranslation();
  const mayManage = useCan("sla.manage");
  const policies = useOrgQuery(api.sla.queries.policies, {});
  const addUsual = useOrgMutation(api.sla.mutations.addUsualPolicies);
  const [target, setTarget] = useState<PolicyTarget | null>(null);
  const usual = () => {
    addUsual({}).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <section className="flex flex-col gap-3">
      <header className="flex items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">{t("slaSettings.policies")}</h3>
        {mayManage && <Button onPress={() => setTarget({ kind: "new" })}>{t("slaSettings.addPolicy")}</Button>}
      </header>
      {policies?.length === 0 ? (
        <EmptyState
          icon={Timer}
          title={t("slaSettings.noPolicies")}
          text={t("slaSettings.policiesIntro")}
          action={
            mayManage && (
              <Button variant="primary" onPress={usual}>
                {t("slaSettings.addUsual")}
              </Button>
            )
          }
        />
      ) : (
        <CardList intro={t("slaSettings.policiesIntro")} rows={policies} keyOf={({ id }) => id}>
          {(policy) => (
            <PolicyRow
              policy={policy}
              index={policies?.indexOf(policy) ?? 0}
              count={policies?.length ?? 0}
              mayManage={mayManage}
              onEdit={() => setTarget({ kind: "existing", policy })}
            />
          )}
        </CardList>
      )}
      {target !== null && <PolicyDialog target={target} onClose={() => setTarget(null)} />}
    </section>
  );
}

type PolicyRowProps = { policy: Policy; index: number; count: number; mayManage: boolean; onEdit: () => void };

function PolicyRow({ policy, index, count, mayManage, onEdit }: PolicyRowProps) {
  const { t } = useTranslation();
  const setEnabled = useOrgMutation(api.sla.mutations.setPolicyEnabled);
  const move = useOrgMutation(api.sla.mutations.movePolicy);
  const remove = useOrgMutation(api.sla.mutations.removePolicy);
  const policyId = policy.id;
  const run = (work: () => Promise<unknown>) => () => {
    work().catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const label = t("slaSettings.actionsOf", { name: policy.name });
  const items = [
    { id: "edit", label: t("slaSettings.edit"), onAction: onEdit },
    {
      id: "up",
      label: t("slaSettings.moveUp"),
      isDisabled: index === 0,
      onAction: run(() => move({ policyId, index: index - 1 })),
    },
    {
      id: "down",
      label: t("slaSettings.moveDown"),
      isDisabled: index === count - 1,
      onAction: run(() => move({ policyId, index: index + 1 })),
    },
    { id: "remove", label: t("slaSettings.remove"), isDanger: true, onAction: run(() => remove({ policyId })) },
  ];
  const { channel, priority, threadType } = policy.conditions;
  const conditions = [
    ...(channel === undefined ? [] : [t(`channels.${channel}`)]),
    ...(priority === undefined ? [] : [t(`priorities.${priority}`)]),
    ...(threadType === undefined ? [] : [t(`slaSettings.types.${threadType}`)]),
  ];
  const targets = CLOCK_KINDS.flatMap((kind) => {
    const minutes = policy.targets[kind];
    return minutes === undefined ? [] : [t("slaSettings.targetOf", { clock: t(`sla.clocks.${kind}`), minutes })];
  });
  return (
    <>
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate text-sm font-medium">{policy.name}</span>
        <span className="block text-xs text-faint">
          {conditions.length === 0 ? t("slaSettings.forAll") : conditions.join(" · ")}
        </span>
        <span className="block text-xs text-muted tabular-nums">{targets.join(" · ")}</span>
      </span>
      {mayManage && (
        <>
          <Switch
            label={t("slaSettings.isOn", { name: policy.name })}
            isOn={policy.isEnabled}
            onChange={(isEnabled) => run(() => setEnabled({ policyId, isEnabled }))()}
          />
          <Menu
            label={label}
            trigger={<IconButton size="sm" label={label} icon={<Ellipsis size={16} />} />}
            groups={[{ id: "actions", items }]}
          />
        </>
      )}
    </>
  );
}
