import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { Select } from "../../components/ui/select";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../lib/org";

type Behaviour = FunctionReturnType<typeof api.sandbox.queries.settings>[number]["behaviour"];

const BEHAVIOURS: readonly Behaviour[] = ["normal", "slow", "failing", "rate_limited", "dead"];

/** Tells the simulated providers to misbehave, so that one can watch what Switchboard does about it. */
export function Behaviours() {
  const { t } = useTranslation();
  const settings = useOrgQuery(api.sandbox.queries.settings, {});
  const setBehaviour = useOrgMutation(api.sandbox.mutations.setBehaviour);
  return (
    <section aria-label={t("phones.behaviour")} className="flex flex-col gap-2 border-t border-line p-4">
      <h2 className="text-xs font-semibold text-faint">{t("phones.behaviour")}</h2>
      {settings
        ?.filter(({ channel }) => channel !== "webhook")
        .map(({ channel, behaviour }) => (
          <Select
            key={channel}
            label={t(`channels.${channel}`)}
            options={BEHAVIOURS.map((id) => ({ id, label: t(`phones.behaviours.${id}`) }))}
            value={behaviour}
            onChange={(next) => {
              setBehaviour({ channel, behaviour: next }).catch((thrown: unknown) =>
                toastError(describeError(thrown, t)),
              );
            }}
            className="grid grid-cols-[5rem_1fr] items-center gap-2"
          />
        ))}
    </section>
  );
}
