import { Smartphone, Trash2 } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import { Button, IconButton } from "../../components/ui/button";
import { RelativeTime } from "../../components/ui/time";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useLanguageChoice } from "../../lib/i18n";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import { canPush, ownSubscription, rememberTold, subscribeHere, subscriptionFields } from "../../lib/push";

type Device = FunctionReturnType<typeof api.notifications.push.queries.state>["devices"][number];

/** The member's devices that are pushed to (product.md A-46), and the switch for this one. */
export function PushDevices() {
  const { t } = useTranslation();
  const state = useOrgQuery(api.notifications.push.queries.state, {});
  const here = useOwnEndpoint(state?.devices.length);
  const isOn = state?.devices.some(({ endpoint }) => endpoint === here) === true;
  return (
    <section aria-labelledby="push-title" className="rounded-lg border border-line">
      <div className="flex flex-wrap items-center gap-3 px-4 py-3">
        <div className="min-w-0 grow basis-60">
          <h3 id="push-title" className="text-sm font-medium">
            {t("push.title")}
          </h3>
          <p className="text-xs text-muted">{t(canPush() ? "push.text" : "push.missing")}</p>
        </div>
        {state !== undefined && canPush() && !isOn && <SwitchOn publicKey={state.publicKey} />}
      </div>
      {state !== undefined && state.devices.length > 0 && (
        <ul aria-label={t("push.title")} className="divide-y divide-line border-t border-line">
          {state.devices.map((device) => (
            <DeviceRow key={device.id} device={device} isHere={device.endpoint === here} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** The address of this browser's subscription; looked up again when the list changes. */
function useOwnEndpoint(count: number | undefined): string | null {
  const [endpoint, setEndpoint] = useState<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    // A browser that does not say has none.
    void ownSubscription().then(
      (own) => isCurrent && setEndpoint(own?.endpoint ?? null),
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [count]);
  return endpoint;
}

function SwitchOn({ publicKey }: { publicKey: string | null }) {
  const { t } = useTranslation();
  const [language] = useLanguageChoice();
  const [isBusy, setIsBusy] = useState(false);
  const prepare = useOrgMutation(api.notifications.push.mutations.prepare);
  const subscribe = useOrgMutation(api.notifications.push.mutations.subscribe);
  useEffect(() => {
    // The first device of a deployment has its keys made.
    if (publicKey === null) void prepare({}).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  }, [publicKey, prepare, t]);
  const switchOn = async (key: string) => {
    setIsBusy(true);
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        toastError(t("notificationSettings.permission.denied"));
        return;
      }
      const fields = subscriptionFields(await subscribeHere(key));
      if (fields === null) throw new Error(t("push.refused"));
      await subscribe({ subscription: { ...fields, language } });
      rememberTold(fields.endpoint, language);
      toast(t("push.on"));
    } catch (thrown) {
      // What browsers say themselves is in English and about their insides.
      toastError(thrown instanceof DOMException ? t("push.refused") : describeError(thrown, t));
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Button
      isDisabled={publicKey === null || isBusy}
      onPress={() => {
        if (publicKey !== null) void switchOn(publicKey);
      }}
    >
      {t("push.switchOn")}
    </Button>
  );
}

function DeviceRow({ device, isHere }: { device: Device; isHere: boolean }) {
  const { t } = useTranslation();
  const unsubscribe = useOrgMutation(api.notifications.push.mutations.unsubscribe);
  const { id, name, addedAt, lastSentAt, problem } = device;
  const remove = async () => {
    try {
      await unsubscribe({ deviceId: id });
      if (isHere) rememberTold(null, null);
      toast(t("push.removed", { name }));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <li className="flex items-center gap-3 px-4 py-2">
      <Smartphone aria-hidden size={16} className="shrink-0 text-muted" />
      <div className="min-w-0 grow text-sm">
        <p className="truncate">{isHere ? t("push.here", { name }) : name}</p>
        <p className="text-xs text-muted">
          {problem !== undefined ? (
            t("push.failing")
          ) : (
            <>
              {t(lastSentAt === undefined ? "push.added" : "push.lastSent")} <RelativeTime at={lastSentAt ?? addedAt} />
            </>
          )}
        </p>
      </div>
      <IconButton label={t("push.remove", { name })} icon={<Trash2 size={16} />} onPress={() => void remove()} />
    </li>
  );
}
