import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { TEAM_MODES } from "../../../../convex/orgs/teams/modes";
import { Checkbox } from "../../../components/ui/checkbox";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { useFormProblem } from "./use-form-problem";

export type Team = (typeof api.inbox.teams.queries.list)["_returnType"][number];
export type TeamTarget = { kind: "new" } | { kind: "existing"; team: Team };

const DEFAULT_CALENDAR = "default";

/** Makes or changes one team. */
export function TeamDialog({ target, onClose }: { target: TeamTarget; onClose: () => void }) {
  const { t } = useTranslation();
  const team = target.kind === "existing" ? target.team : null;
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const create = useOrgMutation(api.inbox.teams.mutations.create);
  const change = useOrgMutation(api.inbox.teams.mutations.change);
  const [name, setName] = useState(team?.name ?? "");
  const [mode, setMode] = useState(team?.mode ?? "round_robin");
  const [onlyOnline, setOnlyOnline] = useState(team?.onlyOnline ?? true);
  const [memberIds, setMemberIds] = useState<readonly Id<"members">[]>(team?.memberIds ?? []);
  const calendars = useOrgQuery(api.sla.queries.calendars, {}) ?? [];
  const [calendarId, setCalendarId] = useState<Id<"calendars"> | null>(team?.calendarId ?? null);
  const { errorOf, save } = useFormProblem(onClose);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const fields = { name, mode, onlyOnline, memberIds: [...memberIds], calendarId: calendarId ?? undefined };
    await save(() => (team === null ? create(fields) : change({ teamId: team.id, ...fields })));
  };
  return (
    <FormDialog
      title={t(team === null ? "assignment.addTeam" : "assignment.editTeam")}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField label={t("assignment.name")} value={name} onChange={setName} error={errorOf("name")} autoFocus />
      <Select
        label={t("assignment.mode")}
        options={TEAM_MODES.map((id) => ({ id, label: t(`assignment.modes.${id}`) }))}
        value={mode}
        onChange={setMode}
      />
      <Select
        label={t("assignment.calendar")}
        options={[
          { id: DEFAULT_CALENDAR, label: t("slaSettings.defaultCalendar") },
          ...calendars.map((calendar) => ({ id: calendar.id, label: calendar.name })),
        ]}
        value={calendarId ?? DEFAULT_CALENDAR}
        onChange={(id) => setCalendarId(calendars.find((calendar) => calendar.id === id)?.id ?? null)}
      />
      <Checkbox isSelected={onlyOnline} onChange={setOnlyOnline}>
        {t("assignment.onlyOnline")}
      </Checkbox>
      <fieldset className="flex flex-col gap-2">
        <legend className="pb-1 text-xs font-medium text-muted">{t("assignment.people")}</legend>
        {members
          .filter(({ memberId, status }) => status === "active" || memberIds.includes(memberId))
          .map(({ memberId, name: memberName }) => (
            <Checkbox
              key={memberId}
              isSelected={memberIds.includes(memberId)}
              onChange={(isIn) =>
                setMemberIds(isIn ? [...memberIds, memberId] : memberIds.filter((id) => id !== memberId))
              }
            >
              {memberName}
            </Checkbox>
          ))}
      </fieldset>
    </FormDialog>
  );
}
