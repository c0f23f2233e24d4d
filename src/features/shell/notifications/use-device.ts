import { useMutation } from "convex/react";
import { useCallback, useEffect } from "react";
import { api } from "../../../../convex/_generated/api";
import { useOrgMutation } from "../../../lib/org";
import { ownSubscription, rememberTold, subscriptionFields, toldLast, unsubscribeHere } from "../../../lib/push";
import { useLanguageChoice } from "../../../lib/i18n";

/** Tells the server when this browser got a new address, or speaks another language now. Once per shell. */
export function useDeviceRenewal(): void {
  const subscribe = useOrgMutation(api.notifications.push.mutations.subscribe);
  const [language] = useLanguageChoice();
  useEffect(() => {
    const told = toldLast();
    if (told === null) return;
    const renew = async () => {
      const subscription = await ownSubscription();
      const fields = subscription === null ? null : subscriptionFields(subscription);
      if (fields === null || (fields.endpoint === told.endpoint && language === told.language)) return;
      await subscribe({ subscription: { ...fields, language }, replaces: told.endpoint });
      rememberTold(fields.endpoint, language);
    };
    // The next start tries again.
    renew().catch(() => undefined);
  }, [subscribe, language]);
}

/** Before signing out: this browser is told nothing of the member any more. Signing out goes on where that fails. */
export function useLeaveDevice(): () => Promise<void> {
  const forget = useMutation(api.notifications.push.mutations.forget);
  return useCallback(async () => {
    const endpoint = await unsubscribeHere().catch(() => null);
    if (endpoint !== null) await forget({ endpoint }).catch(() => undefined);
  }, [forget]);
}
