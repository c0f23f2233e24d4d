import { Ellipsis, Users } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Badge } from "../../../components/ui/badge";
import { Button, IconButton } from "../../../components/ui/button";
import { EmptyState } from "../../../components/ui/empty-state";
import { Menu } from "../../../components/ui/menu";
import { toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { TeamDialog, type Team, type TeamTarget } from "./team-dialog";

/** The server counts no further. */
const MAX_WAITING = 100;

/** People who share a queue. */
export function Teams() {
  const { t } = useTranslation();
  const mayManage = useCan("assignment.manage");
  const teams = useOrgQuery(api.inbox.teams.queries.list, {});
  const [target, setTarget] = useState<TeamTarget | null>(null);
  const add = () => setTarget({ kind: "new" });
  return (
    <section className="flex flex-col gap-3">
      <header className="flex items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">{t("assignment.teams")}</h3>
        {mayManage && teams?.length !== 0 && <Button onPress={add}>{t("assignment.addTeam")}</Button>}
      </header>
      {teams?.length === 0 ? (
        <EmptyState
          icon={Users}
          title={t("assignment.noTeams")}
          text={t("assignment.teamsIntro")}
          action={
            mayManage && (
              <Button variant="primary" onPress={add}>
                {t("assignment.addTeam")}
              </Button>
            )
          }
        />
      ) : (
        <CardList intro={t("assignment.teamsIntro")} rows={teams} keyOf={({ id }) => id}>
          {(team) => <TeamRow team={team} mayManage={mayManage} onEdit={() => setTarget({ kind: "existing", team })} />}
        </CardList>
      )}
      {target !== null && <TeamDialog target={target} onClose={() => setTarget(null)} />}
    </section>
  );
}

function TeamRow({ team, mayManage, onEdit }: { team: Team; mayManage: boolean; onEdit: () => void }) {
  const { t } = useTranslation();
  const setArchived = useOrgMutation(api.inbox.teams.mutations.setArchived);
  const calendar = useOrgQuery(api.sla.queries.calendars, {})?.find(({ id }) => id === team.calendarId);
  const label = t("settings.actionsOf", { name: team.name });
  const archive = () => {
    const change = { teamId: team.id, isArchived: !team.isArchived };
    setArchived(change).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const facts = [
    t("assignment.peopleCount", { count: team.memberIds.length }),
    t(`assignment.modes.${team.mode}`),
    ...(calendar === undefined ? [] : [calendar.name]),
    ...(team.onlyOnline ? [t("assignment.onlineShort")] : []),
  ];
  const waiting = team.waiting >= MAX_WAITING ? `${MAX_WAITING - 1}+` : String(team.waiting);
  return (
    <>
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate text-sm font-medium">{team.name}</span>
        <span className="block text-xs text-faint">{facts.join(" · ")}</span>
      </span>
      {team.isArchived ? (
        <Badge>{t("assignment.archived")}</Badge>
      ) : (
        team.waiting > 0 && <Badge tone="warn">{t("assignment.waiting", { waiting })}</Badge>
      )}
      {mayManage && (
        <Menu
          label={label}
          trigger={<IconButton size="sm" label={label} icon={<Ellipsis size={16} />} />}
          groups={[
            {
              id: "actions",
              items: [
                { id: "edit", label: t("settings.edit"), onAction: onEdit },
                {
                  id: "archive",
                  label: t(team.isArchived ? "assignment.restore" : "assignment.archive"),
                  onAction: archive,
                },
              ],
            },
          ]}
        />
      )}
    </>
  );
}
