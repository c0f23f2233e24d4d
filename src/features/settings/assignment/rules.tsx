import { Route } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Button } from "../../../components/ui/button";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { AccountName } from "../account-choice";
import { RankedList } from "../ranked-list";
import { RuleDialog, type RuleTarget } from "./rule-dialog";
import { useRuleWords } from "./rule-words";

/** Who gets new conversations: the first rule that fits. */
export function Rules() {
  const { t } = useTranslation();
  const mayManage = useCan("assignment.manage");
  const rules = useOrgQuery(api.inbox.assignment.queries.rules, {});
  const setEnabled = useOrgMutation(api.inbox.assignment.mutations.setRuleEnabled);
  const move = useOrgMutation(api.inbox.assignment.mutations.moveRule);
  const remove = useOrgMutation(api.inbox.assignment.mutations.removeRule);
  const words = useRuleWords();
  const [target, setTarget] = useState<RuleTarget | null>(null);
  const add = () => setTarget({ kind: "new" });
  const empty = { icon: Route, title: t("assignment.noRules"), action: t("assignment.addRule"), onAction: add };
  return (
    <>
      <RankedList
        title={t("assignment.rules")}
        intro={t("assignment.rulesIntro")}
        rows={rules}
        mayManage={mayManage}
        action={rules?.length !== 0 && <Button onPress={add}>{t("assignment.addRule")}</Button>}
        empty={empty}
        setEnabled={({ id: ruleId }, isEnabled) => setEnabled({ ruleId, isEnabled })}
        move={({ id: ruleId }, index) => move({ ruleId, index })}
        remove={({ id: ruleId }) => remove({ ruleId })}
        onEdit={(rule) => setTarget({ kind: "existing", rule })}
      >
        {(rule, index) => (
          <>
            <span className="text-xs text-faint tabular-nums">{index + 1}</span>
            <span className="min-w-0 flex-1 basis-40">
              <span className="block truncate text-sm font-medium">{rule.name}</span>
              <span className="block text-xs text-faint">
                {words.conditions(rule)}
                {rule.conditions.accountId !== undefined && (
                  <>
                    {words.conditions(rule) !== "" && " · "}
                    <AccountName accountId={rule.conditions.accountId} />
                  </>
                )}
              </span>
              <span className="block text-xs text-muted">{words.target(rule)}</span>
            </span>
          </>
        )}
      </RankedList>
      {target !== null && <RuleDialog target={target} onClose={() => setTarget(null)} />}
    </>
  );
}
