import { api } from "../../../../convex/_generated/api";
import type { MacroStep } from "../../../../convex/inbox/macros/rules";
import { useOrgQuery } from "../../../lib/org";

/** What a step begins as when it is added; null where the workspace has nothing to choose for it. */
export function useNewStep(): (kind: MacroStep["kind"]) => MacroStep | null {
  const templates = useOrgQuery(api.templates.queries.list, {}) ?? [];
  const teams = useOrgQuery(api.inbox.teams.queries.list, {}) ?? [];
  return (kind) => {
    switch (kind) {
      case "reply": {
        const [first] = templates.filter(({ isActive }) => isActive);
        return first === undefined ? null : { kind, templateId: first.id, send: false };
      }
      case "note":
        return { kind, text: "" };
      case "tag":
      case "untag":
        return { kind, tag: "" };
      case "type":
        return { kind, threadType: "customer_support" };
      case "priority":
        return { kind, priority: "high" };
      case "team": {
        const [first] = teams.filter(({ isArchived }) => !isArchived);
        return first === undefined ? null : { kind, teamId: first.id };
      }
      case "assign":
        return { kind, assigneeId: "me" };
      case "task":
        return { kind, title: "", dueDays: 1, assigneeId: "me" };
      case "follow":
        return { kind };
      case "status":
        return { kind, status: "closed" };
      case "snooze":
        return { kind, days: 1 };
    }
  };
}
