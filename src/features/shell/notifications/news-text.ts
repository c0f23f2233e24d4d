import type { FunctionReturnType } from "convex/server";
import type { useNavigate } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import type { api } from "../../../../convex/_generated/api";

export type News = FunctionReturnType<typeof api.notifications.queries.list>["page"][number];

/** What happened, in a word or two. */
export function newsTitle(news: News, t: TFunction): string {
  const { kind, detail, count } = news;
  if (kind === "deadline" && detail !== undefined)
    return `${t("notifications.kinds.deadline")} · ${stageText(detail, t)}`;
  return t(`notifications.kinds.${kind}`, { count });
}

function stageText(stage: string, t: TFunction): string {
  switch (stage) {
    case "first_reminder":
    case "team_leader_alert":
    case "manager_escalation":
    case "executive_alert":
      return t(`slaSettings.stages.${stage}`);
    default:
      return stage;
  }
}

/** Whom or what it is about; empty for alerts. */
export function newsSubject({ who, title }: News): string {
  return [who, title].filter((part) => part !== "").join(" · ");
}

/** Opens what it is about. */
export function openNews(navigate: ReturnType<typeof useNavigate>, { target, kind }: News): void {
  const isNobodys = kind === "unassigned" || kind === "team_unassigned";
  switch (target.kind) {
    case "thread":
      void navigate({
        to: "/inbox/$threadId",
        params: { threadId: target.threadId },
        search: { view: isNobodys ? "unassigned" : "mine" },
      });
      return;
    case "task":
      void navigate({ to: "/tasks", search: { status: "open" } });
      return;
    case "alerts":
      void navigate({ to: "/monitoring", search: { range: "day" } });
  }
}
