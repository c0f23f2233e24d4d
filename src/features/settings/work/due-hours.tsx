import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { PRIORITIES } from "../../../../convex/lib/closedSets";
import { DUE_HOUR_CHOICES } from "../../../../convex/tasks/due/rules";
import { Section } from "../../../components/layout/page";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";

const MOST_URGENT_FIRST = [...PRIORITIES].reverse();

/** When tasks are due that nobody gave a time. */
export function DueHours() {
  const { t } = useTranslation();
  const mayChange = useCan("sla.manage");
  const hours = useOrgQuery(api.tasks.due.queries.get, {});
  const save = useOrgMutation(api.tasks.due.mutations.set, (store, { orgId, ...next }) => {
    store.setQuery(api.tasks.due.queries.get, { orgId }, next);
  });
  if (hours === undefined) return <SkeletonRows count={2} />;
  const change = (part: Partial<typeof hours>) => {
    void save({ ...hours, ...part }).then(
      () => toast(t("taskDue.saved")),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  return (
    <Section title={t("taskDue.title")}>
      <p className="text-sm text-muted">{t("taskDue.text")}</p>
      <div className="mt-3 grid max-w-xl grid-cols-3 gap-3 max-md:grid-cols-2">
        {MOST_URGENT_FIRST.map((priority) => (
          <Select
            key={priority}
            label={t(`priorities.${priority}`)}
            isDisabled={!mayChange}
            options={DUE_HOUR_CHOICES.map((each) => ({
              id: String(each),
              label: t("taskTriggers.hours", { count: each }),
            }))}
            value={String(hours[priority])}
            onChange={(chosen) => change({ [priority]: Number(chosen) })}
          />
        ))}
      </div>
    </Section>
  );
}
