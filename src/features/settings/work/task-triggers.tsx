import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { CALLBACK_MINUTES } from "../../../../convex/tasks/triggers/rules";
import { Section } from "../../../components/layout/page";
import { Checkbox } from "../../../components/ui/checkbox";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";

const MINUTES_PER_HOUR = 60;

/** Which tasks make themselves, and by when they are due. */
export function TaskTriggers() {
  const { t } = useTranslation();
  const mayChange = useCan("sla.manage");
  const rule = useOrgQuery(api.tasks.triggers.queries.callback, {});
  const save = useOrgMutation(api.tasks.triggers.mutations.setCallback, (store, { orgId, ...next }) => {
    store.setQuery(api.tasks.triggers.queries.callback, { orgId }, next);
  });
  if (rule === undefined) return <SkeletonRows count={2} />;
  const change = (part: Partial<typeof rule>) => {
    void save({ ...rule, ...part }).then(
      () => toast(t("taskTriggers.saved")),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  return (
    <Section title={t("taskTriggers.title")}>
      <Checkbox isSelected={rule.isOn} isDisabled={!mayChange} onChange={(isOn) => change({ isOn })}>
        {t("taskTriggers.callback")}
      </Checkbox>
      <Select
        label={t("taskTriggers.within")}
        isDisabled={!mayChange || !rule.isOn}
        options={CALLBACK_MINUTES.map((minutes) => ({
          id: String(minutes),
          label: t("taskTriggers.hours", { count: minutes / MINUTES_PER_HOUR }),
        }))}
        value={String(rule.withinMinutes)}
        onChange={(minutes) => change({ withinMinutes: Number(minutes) })}
        className="max-w-md"
      />
    </Section>
  );
}
