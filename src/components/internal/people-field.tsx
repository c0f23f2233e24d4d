import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useOrg, useOrgQuery } from "../../lib/org";
import { Checkbox } from "../ui/checkbox";

type PeopleFieldProps = {
  chosen: readonly Id<"members">[];
  onChange: (chosen: readonly Id<"members">[]) => void;
  error: string | null;
};

/** Who takes part beside oneself. */
export function PeopleField({ chosen, onChange, error }: PeopleFieldProps) {
  const { t } = useTranslation();
  const { membership } = useOrg();
  const members = useOrgQuery(api.orgs.queries.members, {}) ?? [];
  const others = members.filter(({ memberId, status }) => memberId !== membership.memberId && status === "active");
  if (others.length === 0) return null;
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="text-xs font-medium text-muted">{t("internal.people")}</legend>
      <div className="grid max-h-36 grid-cols-2 gap-x-3 overflow-y-auto max-md:grid-cols-1">
        {others.map(({ memberId, name }) => (
          <Checkbox
            key={memberId}
            isSelected={chosen.includes(memberId)}
            onChange={(isOn) => onChange(isOn ? [...chosen, memberId] : chosen.filter((id) => id !== memberId))}
          >
            {name}
          </Checkbox>
        ))}
      </div>
      {error !== null && (
        <p role="alert" className="text-xs text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}
