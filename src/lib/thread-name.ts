import type { TFunction } from "i18next";
import { isCustomerChannel, type ThreadChannel } from "../../convex/lib/closedSets";

/** Whose a conversation is: its customer's, the team's own, or somebody's nobody knows. */
export function threadName(
  { contact, channel }: { contact: { name: string } | null; channel: ThreadChannel },
  t: TFunction,
): string {
  if (contact !== null) return contact.name;
  return isCustomerChannel(channel) ? t("common.unknownPerson") : t(`channels.${channel}`);
}
