import { ChevronDown, Route, UserRound, Users } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Avatar } from "../../components/ui/avatar";
import { Button } from "../../components/ui/button";
import { Menu, type MenuGroupData } from "../../components/ui/menu";
import type { ThreadDetail } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrg, useOrgQuery } from "../../lib/org";
import { shortDate } from "../../lib/time-format";
import type { ThreadActions } from "./use-thread-actions";

type AssignMenuProps = {
  thread: ThreadDetail;
  actions: ThreadActions;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
};

/** Gives the conversation to a person, to a team, or by the rules. */
export function AssignMenu({ thread, actions, isOpen, onOpenChange }: AssignMenuProps) {
  const { t } = useTranslation();
  const { assignee, team } = thread;
  const holder = assignee?.name ?? team?.name ?? t("common.nobody");
  const people = usePeopleGroups(thread, actions);
  const teams = useTeamGroups(thread, actions, isOpen);
  const groups = [...people, ...teams].filter((group) => group.items.length > 0);
  return (
    <Menu
      label={t("thread.assignMenu")}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      groups={groups}
      trigger={
        <Button
          variant="quiet"
          size="sm"
          className="max-w-40"
          aria-label={`${t("thread.assignee")}: ${holder}`}
          icon={
            assignee === null ? (
              team === null ? (
                <UserRound aria-hidden size={14} />
              ) : (
                <Users aria-hidden size={14} />
              )
            ) : (
              <Avatar name={assignee.name} size="sm" tone="accent" />
            )
          }
        >
          <span className="truncate max-md:hidden">{holder}</span>
          <ChevronDown aria-hidden size={13} className="shrink-0" />
        </Button>
      }
    />
  );
}

function usePeopleGroups({ assignee }: ThreadDetail, actions: ThreadActions): MenuGroupData[] {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const others = actions.members.filter(
    ({ memberId, status }) => memberId !== membership.memberId && status === "active",
  );
  const language = useLanguage();
  const now = useNow();
  const nameOf = ({ name, isAway, awayUntil }: (typeof others)[number]) => {
    if (!isAway) return name;
    if (awayUntil === null) return t("assignment.isAway", { name });
    return t("assignment.isAwayUntil", { name, when: shortDate(awayUntil, language, now) });
  };
  const me = actions.members.find(({ memberId }) => memberId === membership.memberId);
  return [
    {
      id: "me",
      items: [
        {
          id: "me",
          label: t("actions.assignMe"),
          icon: <Avatar name={me?.name ?? ""} size="sm" tone="accent" />,
          keys: "i",
          isChosen: assignee?.memberId === membership.memberId,
          onAction: actions.assignToMe,
        },
        {
          id: "nobody",
          label: assignee === null ? t("common.nobody") : t("thread.unassign"),
          icon: <UserRound size={14} />,
          isChosen: assignee === null,
          onAction: () => actions.assign(null),
        },
      ],
    },
    {
      id: "others",
      items: others.map((member) => ({
        id: member.memberId,
        label: nameOf(member),
        icon: <Avatar name={member.name} size="sm" />,
        isChosen: assignee?.memberId === member.memberId,
        onAction: () => actions.assign(member.memberId),
      })),
    },
  ];
}

function useTeamGroups({ team }: ThreadDetail, actions: ThreadActions, isOpen: boolean): MenuGroupData[] {
  const { t } = useTranslation();
  const all = useOrgQuery(api.inbox.teams.queries.list, isOpen ? {} : "skip") ?? [];
  const teams = all.filter(({ isArchived }) => !isArchived);
  return [
    {
      id: "teams",
      title: t("assignment.teams"),
      items: [
        ...teams.map(({ id, name }) => ({
          id,
          label: name,
          icon: <Users size={14} />,
          isChosen: team?.id === id,
          onAction: () => actions.assignToTeam(id),
        })),
        ...(team === null
          ? []
          : [
              {
                id: "noTeam",
                label: t("assignment.noTeam"),
                icon: <UserRound size={14} />,
                onAction: () => actions.assignToTeam(null),
              },
            ]),
      ],
    },
    {
      id: "rules",
      items: [
        {
          id: "byRules",
          label: t("assignment.byRules"),
          icon: <Route size={14} />,
          onAction: () => void actions.assignByRules(),
        },
      ],
    },
  ];
}
