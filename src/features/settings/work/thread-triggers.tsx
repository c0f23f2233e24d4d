import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { THREAD_TYPES } from "../../../../convex/lib/closedSets";
import { THREAD_TRIGGERS, type ThreadTrigger, type ThreadTriggers } from "../../../../convex/tasks/triggers/sets";
import { TRIGGER_MINUTES } from "../../../../convex/tasks/triggers/threadRules";
import { Section } from "../../../components/layout/page";
import { Checkbox } from "../../../components/ui/checkbox";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";

const MINUTES_PER_HOUR = 60;

type Rule = ThreadTriggers[ThreadTrigger];

/** Which moments of conversations become tasks, in which conversations, and by when they are due. */
export function ThreadTriggerSettings() {
  const { t } = useTranslation();
  const rules = useOrgQuery(api.tasks.triggers.queries.threads, {});
  const save = useOrgMutation(api.tasks.triggers.mutations.setThread, (store, { orgId, trigger, ...rule }) => {
    const known = store.getQuery(api.tasks.triggers.queries.threads, { orgId });
    if (known !== undefined)
      store.setQuery(api.tasks.triggers.queries.threads, { orgId }, { ...known, [trigger]: rule });
  });
  if (rules === undefined) return <SkeletonRows count={4} />;
  const change = (trigger: ThreadTrigger, part: Partial<Rule>) => {
    save({ trigger, ...rules[trigger], ...part }).then(
      () => toast(t("taskTriggers.saved")),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  return (
    <Section title={t("taskTriggers.threadsTitle")}>
      {THREAD_TRIGGERS.map((trigger) => (
        <TriggerFields
          key={trigger}
          trigger={trigger}
          rule={rules[trigger]}
          onChange={(part) => change(trigger, part)}
        />
      ))}
    </Section>
  );
}

type TriggerFieldsProps = { trigger: ThreadTrigger; rule: Rule; onChange: (part: Partial<Rule>) => void };

function TriggerFields({ trigger, rule, onChange }: TriggerFieldsProps) {
  const { t } = useTranslation();
  const mayChange = useCan("sla.manage");
  const { isOn, withinMinutes, threadTypes } = rule;
  return (
    <div className="flex flex-col gap-3 border-b border-line pb-4 last:border-b-0 last:pb-0">
      <Checkbox isSelected={isOn} isDisabled={!mayChange} onChange={(next) => onChange({ isOn: next })}>
        {t(`taskTriggers.moments.${trigger}`)}
      </Checkbox>
      {isOn && (
        <div className="flex flex-col gap-3 pl-6">
          <Select
            label={t("taskTriggers.due")}
            isDisabled={!mayChange}
            options={TRIGGER_MINUTES.map((minutes) => ({
              id: String(minutes),
              label: t("taskTriggers.hours", { count: minutes / MINUTES_PER_HOUR }),
            }))}
            value={String(withinMinutes)}
            onChange={(minutes) => onChange({ withinMinutes: Number(minutes) })}
            className="max-w-md"
          />
          <fieldset className="flex flex-col gap-1">
            <legend className="pb-1 text-xs font-medium text-muted">{t("taskTriggers.types")}</legend>
            <div className="grid grid-cols-2 gap-x-4 max-md:grid-cols-1">
              {THREAD_TYPES.map((type) => (
                <Checkbox
                  key={type}
                  isSelected={threadTypes.includes(type)}
                  isDisabled={!mayChange}
                  onChange={(isIn) =>
                    onChange({
                      threadTypes: THREAD_TYPES.filter((each) => (each === type ? isIn : threadTypes.includes(each))),
                    })
                  }
                >
                  {t(`slaSettings.types.${type}`)}
                </Checkbox>
              ))}
            </div>
          </fieldset>
        </div>
      )}
    </div>
  );
}
