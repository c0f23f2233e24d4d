import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { useOrgQuery } from "../../../lib/org";
import type { Rule } from "./rule-dialog";

/** What a rule says, in words. */
export function useRuleWords() {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  const channels = useOrgQuery(api.inbox.assignment.queries.places, {}) ?? [];
  return {
    conditions: ({ conditions: given }: Rule): string => {
      const place = channels.find(({ id }) => id === given.channelId);
      const words = [
        ...(given.channel === undefined ? [] : [t(`channels.${given.channel}`)]),
        ...(given.channelId === undefined ? [] : [place?.name ?? "…"]),
        ...(given.threadType === undefined ? [] : [t(`slaSettings.types.${given.threadType}`)]),
        ...(given.priority === undefined ? [] : [t(`priorities.${given.priority}`)]),
        ...(given.tag === undefined ? [] : [`#${given.tag}`]),
        ...(given.language === undefined ? [] : [given.language]),
        ...(given.hours === undefined ? [] : [t(`assignment.hours.${given.hours}`)]),
      ];
      return words.length === 0 && given.accountId === undefined ? t("assignment.forAll") : words.join(" · ");
    },
    target: ({ target }: Rule): string => {
      if (target.kind === "member") {
        return `→ ${members.find(({ memberId }) => memberId === target.memberId)?.name ?? "…"}`;
      }
      const name = teams.find(({ id }) => id === target.teamId)?.name ?? "…";
      return target.skills.length === 0 ? `→ ${name}` : `→ ${name} (${target.skills.join(", ")})`;
    },
  };
}
