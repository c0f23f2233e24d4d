import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Select } from "../../../components/ui/select";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";

type Values = (typeof api.inbox.assignment.queries.settings)["_returnType"];

const CHOICES = {
  whenAway: ["reassign", "keep"],
  whenReopened: ["keep", "reassign"],
  whenAnswered: ["keep", "take_unassigned", "take"],
} as const satisfies { [K in keyof Values]: readonly Values[K][] };

/** What happens beside the rules. */
export function Settings() {
  const { t } = useTranslation();
  const mayManage = useCan("assignment.manage");
  const values = useOrgQuery(api.inbox.assignment.queries.settings, {});
  const saveSettings = useOrgMutation(api.inbox.assignment.mutations.saveSettings, (store, { orgId, ...wanted }) => {
    store.setQuery(api.inbox.assignment.queries.settings, { orgId }, wanted);
  });
  if (values === undefined) return <SkeletonRows count={3} className="px-0" />;
  const field = <K extends keyof Values>(name: K) => (
    <Select
      key={name}
      label={t(`assignment.${name}`)}
      isDisabled={!mayManage}
      options={(CHOICES[name] as readonly Values[K][]).map((id) => ({ id, label: t(`assignment.choices.${id}`) }))}
      value={values[name]}
      onChange={(choice) => {
        const change = { ...values, [name]: choice };
        saveSettings(change).catch((thrown: unknown) => toastError(describeError(thrown, t)));
      }}
    />
  );
  return (
    <section className="flex flex-col gap-3">
      <h3 className="text-sm font-semibold">{t("assignment.rest")}</h3>
      <div className="flex flex-col gap-3">
        {field("whenAway")}
        {field("whenReopened")}
        {field("whenAnswered")}
      </div>
    </section>
  );
}
