import { Ellipsis, Route } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Button, IconButton } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { Menu } from "../../../components/ui/menu";
import { Switch } from "../../../components/ui/switch";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { RuleDialog, type Rule, type RuleTarget } from "./rule-dialog";
import { useRuleWords } from "./rule-words";

/** Who gets new conversations: the first rule that fits. */
export function Rules() {
  const { t } = useTranslation();
  const mayManage = useCan("assignment.manage");
  const rules = useOrgQuery(api.inbox.assignment.queries.rules, {});
  const [target, setTarget] = useState<RuleTarget | null>(null);
  const add = () => setTarget({ kind: "new" });
  return (
    <section className="flex flex-col gap-3">
      <header className="flex items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">{t("assignment.rules")}</h3>
        {mayManage && rules?.length !== 0 && <Button onPress={add}>{t("assignment.addRule")}</Button>}
      </header>
      {rules?.length === 0 ? (
        <EmptyState
          icon={Route}
          title={t("assignment.noRules")}
          text={t("assignment.rulesIntro")}
          action={
            mayManage && (
              <Button variant="primary" onPress={add}>
                {t("assignment.addRule")}
              </Button>
            )
          }
        />
      ) : (
        <CardList intro={t("assignment.rulesIntro")} rows={rules} keyOf={({ id }) => id}>
          {(rule) => (
            <RuleRow
              rule={rule}
              index={rules?.indexOf(rule) ?? 0}
              count={rules?.length ?? 0}
              mayManage={mayManage}
              onEdit={() => setTarget({ kind: "existing", rule })}
            />
          )}
        </CardList>
      )}
      {target !== null && <RuleDialog target={target} onClose={() => setTarget(null)} />}
    </section>
  );
}

type RuleRowProps = { rule: Rule; index: number; count: number; mayManage: boolean; onEdit: () => void };

function RuleRow({ rule, index, count, mayManage, onEdit }: RuleRowProps) {
  const { t } = useTranslation();
  const setEnabled = useOrgMutation(api.inbox.assignment.mutations.setRuleEnabled);
  const move = useOrgMutation(api.inbox.assignment.mutations.moveRule);
  const remove = useOrgMutation(api.inbox.assignment.mutations.removeRule);
  const words = useRuleWords();
  const ruleId = rule.id;
  const run = (work: () => Promise<unknown>) => () => {
    work().catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const label = t("assignment.actionsOf", { name: rule.name });
  const items = [
    { id: "edit", label: t("assignment.edit"), onAction: onEdit },
    {
      id: "up",
      label: t("assignment.moveUp"),
      isDisabled: index === 0,
      onAction: run(() => move({ ruleId, index: index - 1 })),
    },
    {
      id: "down",
      label: t("assignment.moveDown"),
      isDisabled: index === count - 1,
      onAction: run(() => move({ ruleId, index: index + 1 })),
    },
    { id: "remove", label: t("assignment.remove"), isDanger: true, onAction: run(() => remove({ ruleId })) },
  ];
  return (
    <>
      <span className="text-xs text-faint tabular-nums">{index + 1}</span>
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate text-sm font-medium">{rule.name}</span>
        <span className="block text-xs text-faint">{words.conditions(rule)}</span>
        <span className="block text-xs text-muted">{words.target(rule)}</span>
      </span>
      {mayManage && (
        <>
          <Switch
            label={t("assignment.isOn", { name: rule.name })}
            isOn={rule.isEnabled}
            onChange={(isEnabled) => run(() => setEnabled({ ruleId, isEnabled }))()}
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
