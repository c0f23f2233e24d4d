import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { ROLES } from "../../../../convex/lib/permissions";
import { canBeScoped } from "../../../../convex/lib/threadScope";
import { Checkbox } from "../../../components/ui/checkbox";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useOrg, useOrgMutation } from "../../../lib/org";
import type { Member } from "./members";
import type { Place } from "./use-places";

type AccessDialogProps = { member: Member; places: readonly Place[]; onClose: () => void };

/** Which role somebody has and which conversations they see. */
export function AccessDialog({ member, places, onClose }: AccessDialogProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const setRole = useOrgMutation(api.inbox.access.mutations.setRole);
  const setScope = useOrgMutation(api.inbox.access.mutations.setScope);
  const [role, chooseRole] = useState(member.role);
  const [sees, setSees] = useState<"everything" | "some">(member.scope === null ? "everything" : "some");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set([...(member.scope?.channelIds ?? []), ...(member.scope?.teamIds ?? [])]),
  );
  const { memberId, name } = member;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      if (role !== member.role) await setRole({ memberId, role });
      if (canBeScoped(role)) await setScope({ memberId, scope: sees === "some" ? scopeOf(places, chosen) : null });
      toast(t("members.access.saved", { name }));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog title={t("members.access.title", { name })} onClose={onClose} onSubmit={submit}>
      <Select
        label={t("members.access.role")}
        options={ROLES.slice(ROLES.indexOf(membership.role)).map((id) => ({ id, label: t(`roles.${id}`) }))}
        value={role}
        onChange={chooseRole}
      />
      {canBeScoped(role) ? (
        <>
          <Select
            label={t("members.access.sees")}
            options={(["everything", "some"] as const).map((id) => ({ id, label: t(`members.access.${id}`) }))}
            value={sees}
            onChange={setSees}
          />
          {sees === "some" && <Places places={places} chosen={chosen} onChange={setChosen} />}
        </>
      ) : (
        <p className="text-sm text-muted">{t("members.access.always")}</p>
      )}
    </FormDialog>
  );
}

type PlacesProps = {
  places: readonly Place[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
};

function Places({ places, chosen, onChange }: PlacesProps) {
  const { t } = useTranslation();
  const groups = [
    { label: t("members.access.channels"), rows: places.filter(({ kind }) => kind === "channel") },
    { label: t("members.access.teams"), rows: places.filter(({ kind }) => kind === "team") },
  ];
  const change = (id: string, isIn: boolean) => {
    const next = new Set(chosen);
    if (isIn) next.add(id);
    else next.delete(id);
    onChange(next);
  };
  return (
    <>
      <p className="text-sm text-muted">{t("members.access.explain")}</p>
      {groups.map(({ label, rows }) => (
        <fieldset key={label} className="flex flex-col">
          <legend className="pb-1 text-xs font-medium text-muted">{label}</legend>
          {rows.length === 0 && <p className="text-sm text-faint">{t("members.access.noTeams")}</p>}
          {rows.map(({ id, name }) => (
            <Checkbox key={id} isSelected={chosen.has(id)} onChange={(isIn) => change(id, isIn)}>
              {name}
            </Checkbox>
          ))}
        </fieldset>
      ))}
      {chosen.size === 0 && <p className="text-sm text-warn">{t("members.access.nothing")}</p>}
    </>
  );
}

function scopeOf(places: readonly Place[], chosen: ReadonlySet<string>) {
  const channelIds = places.flatMap((place) => (place.kind === "channel" && chosen.has(place.id) ? [place.id] : []));
  const teamIds = places.flatMap((place) => (place.kind === "team" && chosen.has(place.id) ? [place.id] : []));
  return { channelIds, teamIds };
}
