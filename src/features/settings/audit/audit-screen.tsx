import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { AuditTrail } from "../../../components/audit/audit-trail";
import { Select } from "../../../components/ui/select";
import { useOrgQuery } from "../../../lib/org";

const EVERYBODY = "everybody";

/** The record of the workspace, of everybody or of one person. */
export function AuditScreen() {
  const { t } = useTranslation();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const [chosen, setChosen] = useState<string>(EVERYBODY);
  const member = members.find(({ memberId }) => memberId === chosen);
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-muted">{t("audit.intro")}</p>
      <Select
        label={t("audit.person")}
        options={[
          { id: EVERYBODY, label: t("audit.everybody") },
          ...members.map(({ memberId, name }) => ({ id: memberId as string, label: name })),
        ]}
        value={chosen}
        onChange={setChosen}
      />
      <AuditTrail key={chosen} {...(member === undefined ? {} : { memberId: member.memberId })} />
    </div>
  );
}
