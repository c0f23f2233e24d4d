import { CircleCheck, CircleSlash, Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { ROLES } from "../../../../convex/lib/permissions";
import { Avatar } from "../../../components/ui/avatar";
import { Badge, StatusBadge } from "../../../components/ui/badge";
import { Button, IconButton } from "../../../components/ui/button";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrg, useOrgMutation, useOrgQuery } from "../../../lib/org";
import { CardList } from "../card-list";
import { AccessDialog } from "./access-dialog";
import { Invitations } from "./invitations";
import { PasswordLink } from "./password-link";
import { type Place, usePlaces } from "./use-places";

export type Member = (typeof api.orgs.queries.members)["_returnType"][number];

/** Who belongs to the workspace, in which role, and what of the inbox they see (product.md A-51). */
export function Members() {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {});
  const [edited, setEdited] = useState<Member | null>(null);
  const places = usePlaces();
  const mayInvite = useCan("members.manage");
  return (
    <div className="flex flex-col gap-6">
      <CardList intro={t("settings.membersText")} rows={members} keyOf={({ memberId }) => memberId}>
        {(member) => <MemberRow member={member} places={places} onEdit={() => setEdited(member)} />}
      </CardList>
      {mayInvite && <Invitations />}
      {edited !== null && <AccessDialog member={edited} places={places} onClose={() => setEdited(null)} />}
    </div>
  );
}

type RowProps = { member: Member; places: readonly Place[]; onEdit: () => void };

function MemberRow({ member, places, onEdit }: RowProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const isBelow = ROLES.indexOf(member.role) >= ROLES.indexOf(membership.role);
  const mayManage = useCan("members.manage") && isBelow && member.memberId !== membership.memberId;
  const mayReset = useCan("org.manage") && !membership.isDemo;
  const setStatus = useOrgMutation(api.inbox.teams.mutations.setMemberStatus);
  const isActive = member.status === "active";
  const change = async (status: Member["status"]) => {
    try {
      await setStatus({ memberId: member.memberId, status });
      const undo = () => void change(status === "active" ? "suspended" : "active");
      toast(t(status === "active" ? "members.reinstated" : "members.suspended", { name: member.name }), { undo });
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <>
      <Avatar name={member.name} tone="accent" />
      <span className="min-w-0 flex-1 basis-40">
        <span className="block truncate text-sm font-medium">{member.name}</span>
        {mayManage && <Narrowed scope={member.scope} places={places} />}
      </span>
      <Badge>{t(`roles.${member.role}`)}</Badge>
      <StatusBadge
        tone={isActive ? "ok" : "neutral"}
        icon={isActive ? CircleCheck : CircleSlash}
        label={t(`settings.${member.status}`)}
      />
      {mayManage && (
        <>
          {mayReset && <PasswordLink member={member} />}
          <IconButton
            size="sm"
            label={t("members.access.edit", { name: member.name })}
            icon={<Pencil size={14} />}
            onPress={onEdit}
          />
          <Button size="sm" onPress={() => void change(isActive ? "suspended" : "active")}>
            {t(isActive ? "members.suspend" : "members.reinstate")}
            <span className="sr-only"> {member.name}</span>
          </Button>
        </>
      )}
    </>
  );
}

function Narrowed({ scope, places }: { scope: Member["scope"]; places: readonly Place[] }) {
  const { t } = useTranslation();
  if (scope === null) return null;
  const chosen = new Set<string>([...scope.channelIds, ...scope.teamIds]);
  const names = places.filter(({ id }) => chosen.has(id)).map(({ name }) => name);
  return (
    <span className="block truncate text-xs text-muted">
      {chosen.size === 0 ? t("members.access.narrowedNone") : t("members.access.narrowed", { names: names.join(", ") })}
    </span>
  );
}
