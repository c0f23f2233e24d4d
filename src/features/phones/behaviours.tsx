import type { FunctionReturnType } from "convex/server";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { WELL_BEHAVED } from "../../../convex/sandbox/behaviour";
import { ChannelIcon } from "../../components/status";
import { Button } from "../../components/ui/button";
import { cx } from "../../components/ui/classes";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import { BehaviourDialog } from "./behaviour-dialog";

type Simulated = FunctionReturnType<typeof api.sandbox.queries.settings>[number];

/** The simulated providers and what each does just now; told to misbehave, one can watch what Switchboard does about it. */
export function Behaviours() {
  const { t } = useTranslation();
  const simulated = useOrgQuery(api.sandbox.queries.settings, {});
  const setBehaviour = useOrgMutation(api.sandbox.mutations.setBehaviour);
  const [openId, setOpenId] = useState<Simulated["connectionId"] | null>(null);
  if (simulated === undefined || simulated.length === 0) return null;
  const misbehaving = simulated.filter(({ behaviour }) => troublesOf(behaviour).length > 0);
  const open = simulated.find(({ connectionId }) => connectionId === openId);
  const healAll = () => {
    const changes = misbehaving.map(({ connectionId }) => setBehaviour({ connectionId, change: WELL_BEHAVED }));
    Promise.all(changes).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <section
      aria-label={t("phones.behaviour")}
      className="flex shrink-0 flex-col md:max-h-[45%] md:border-t md:border-line"
    >
      <h2 className="px-4 pt-3 pb-1 text-xs font-semibold text-faint">{t("phones.behaviour")}</h2>
      <ul className="relative min-h-0 overflow-y-auto px-2 pb-2">
        {simulated.map((each) => (
          <li key={each.connectionId}>
            <ProviderRow simulated={each} onOpen={() => setOpenId(each.connectionId)} />
          </li>
        ))}
      </ul>
      {misbehaving.length > 0 && (
        <div className="border-t border-line p-2">
          <Button icon={<RotateCcw size={14} />} onPress={healAll} className="w-full">
            {t("phones.behaviours.healAll")}
          </Button>
        </div>
      )}
      {open !== undefined && <BehaviourDialog simulated={open} onClose={() => setOpenId(null)} />}
    </section>
  );
}

function ProviderRow({ simulated, onOpen }: { simulated: Simulated; onOpen: () => void }) {
  const { t } = useTranslation();
  const { name, channel, behaviour, isEnabled } = simulated;
  const troubles = troublesOf(behaviour);
  const told = [
    ...(isEnabled ? [] : [t("phones.behaviours.isOff")]),
    ...(troubles.length > 0 ? troubles.map((key) => t(key)) : [t("phones.behaviours.sending.normal")]),
  ];
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-haspopup="dialog"
      className="flex w-full items-center gap-2.5 rounded-md px-2 py-1.5 text-left outline-offset-[-2px] transition-colors hover:bg-hover max-md:py-2.5"
    >
      <span className="text-muted">
        <ChannelIcon channel={channel} size={14} />
      </span>
      <span className="min-w-0 grow">
        <span className="block truncate text-sm">{name}</span>
        <span className={cx("block text-xs", troubles.length > 0 ? "text-warn" : "text-faint")}>
          {told.join(" · ")}
        </span>
      </span>
    </button>
  );
}

/** What deviates from a provider as one wishes it, as keys of words. */
function troublesOf({ sending, receipts, answers }: Simulated["behaviour"]) {
  return [
    ...(sending === WELL_BEHAVED.sending ? [] : [`phones.behaviours.sending.${sending}` as const]),
    ...(receipts === WELL_BEHAVED.receipts ? [] : [`phones.behaviours.receipts.${receipts}` as const]),
    ...(answers === WELL_BEHAVED.answers ? [] : [`phones.behaviours.answers.${answers}` as const]),
  ];
}
