import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { MacroStep } from "../../../convex/inbox/macros/rules";
import { useOrgQuery } from "../../lib/org";

/** What a step of a macro does, in words. */
export function useStepWords(): (step: MacroStep) => string {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  const shared = useOrgQuery(api.templates.queries.list, {}) ?? [];
  const own = useOrgQuery(api.templates.queries.mine, {}) ?? [];
  const holder = (assigneeId: string | null) => {
    if (assigneeId === null) return t("common.nobody");
    if (assigneeId === "me") return t("macros.whoRuns");
    return members.find(({ memberId }) => memberId === assigneeId)?.name ?? t("macros.gone");
  };
  return (step) => {
    switch (step.kind) {
      case "reply": {
        const name = [...shared, ...own].find(({ id }) => id === step.templateId)?.name ?? t("macros.gone");
        return t(step.send ? "macros.says.send" : "macros.says.draft", { name });
      }
      case "note":
        return t("macros.says.note", { text: step.text });
      case "tag":
      case "untag":
        return t(`macros.says.${step.kind}`, { tag: step.tag });
      case "type":
        return t("macros.says.type", { name: t(`slaSettings.types.${step.threadType}`) });
      case "priority":
        return t("macros.says.priority", { name: t(`priorities.${step.priority}`) });
      case "team": {
        if (step.teamId === null) return t("macros.says.noTeam");
        return t("macros.says.team", { name: teams.find(({ id }) => id === step.teamId)?.name ?? t("macros.gone") });
      }
      case "assign":
        return t("macros.says.assign", { name: holder(step.assigneeId) });
      case "task":
        return t("macros.says.task", { title: step.title, name: holder(step.assigneeId) });
      case "follow":
        return t("macros.says.follow");
      case "status":
        return t("macros.says.status", { name: t(`threadStatus.${step.status}`) });
      case "snooze":
        return step.days === null ? t("macros.says.snoozeReply") : t("macros.says.snooze", { count: step.days });
    }
  };
}
