import { ListFilter } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../../convex/_generated/api";
import { Button } from "../../../../components/ui/button";
import { useCan, useOrgMutation, useOrgQuery } from "../../../../lib/org";
import { RankedList } from "../../ranked-list";
import { SortingDialog, type SortingRule, type SortingTarget } from "./sorting-dialog";
import { TryOut } from "./try-out";
import { useSortingWords } from "./use-sorting-words";

/** What new conversations are, before the rules below give them to somebody. */
export function Sorting() {
  const { t } = useTranslation();
  const mayManage = useCan("assignment.manage");
  const rules = useOrgQuery(api.inbox.sorting.queries.rules, {});
  const setEnabled = useOrgMutation(api.inbox.sorting.mutations.setRuleEnabled);
  const move = useOrgMutation(api.inbox.sorting.mutations.moveRule);
  const remove = useOrgMutation(api.inbox.sorting.mutations.removeRule);
  const [target, setTarget] = useState<SortingTarget | null>(null);
  const [isTrying, setTrying] = useState(false);
  const add = () => setTarget({ kind: "new" });
  const empty = { icon: ListFilter, title: t("sorting.none"), action: t("sorting.add"), onAction: add };
  return (
    <>
      <RankedList
        title={t("sorting.title")}
        intro={t("sorting.intro")}
        rows={rules}
        mayManage={mayManage}
        action={
          rules?.length !== 0 && (
            <span className="flex flex-wrap justify-end gap-2">
              <Button onPress={() => setTrying(true)}>{t("sorting.tryOut")}</Button>
              <Button onPress={add}>{t("sorting.add")}</Button>
            </span>
          )
        }
        empty={empty}
        setEnabled={({ id: ruleId }, isEnabled) => setEnabled({ ruleId, isEnabled })}
        move={({ id: ruleId }, index) => move({ ruleId, index })}
        remove={({ id: ruleId }) => remove({ ruleId })}
        onEdit={(rule) => setTarget({ kind: "existing", rule })}
      >
        {(rule, index) => <RuleText rule={rule} index={index} />}
      </RankedList>
      {target !== null && <SortingDialog target={target} onClose={() => setTarget(null)} />}
      {isTrying && <TryOut onClose={() => setTrying(false)} />}
    </>
  );
}

function RuleText({ rule, index }: { rule: SortingRule; index: number }) {
  const { t } = useTranslation();
  const words = useSortingWords();
  return (
    <>
      <span className="text-xs text-faint tabular-nums">{index + 1}</span>
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate text-sm font-medium">{rule.name}</span>
        <span className="block text-xs break-words text-faint">{words.conditions(rule)}</span>
        <span className="block text-xs break-words text-muted">
          → {words.effect(rule.effect)}
          {rule.goesOn && ` · ${t("sorting.goesOnShort")}`}
        </span>
      </span>
    </>
  );
}
