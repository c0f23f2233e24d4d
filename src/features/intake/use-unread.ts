import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation } from "../../lib/org";

/** What can be done with deliveries nobody could read. */
export function useUnread() {
  const { t } = useTranslation();
  const replayThem = useOrgMutation(api.intake.unread.mutations.replay);
  const discardThem = useOrgMutation(api.intake.unread.mutations.discard);
  const replay = async (rawEventIds: Id<"rawEvents">[]) => {
    try {
      toast(t("intake.replaying", { count: await replayThem({ rawEventIds }) }));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  const discard = async (rawEventIds: Id<"rawEvents">[], reason: string) => {
    toast(t("intake.discarded", { count: await discardThem({ rawEventIds, reason }) }));
  };
  return { replay, discard };
}
