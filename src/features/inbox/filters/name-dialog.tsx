import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { asAppError } from "../../../../convex/lib/errors";
import { FormDialog } from "../../../components/ui/form-dialog";
import { Select } from "../../../components/ui/select";
import { TextField } from "../../../components/ui/text-field";
import { toastError } from "../../../components/ui/toast";
import type { SavedViewRow } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrg, useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { InboxSearch } from "../../../lib/search-params";
import { filterOf } from "./filter-state";

const MINE = "mine";
const ALL = "all";

type NameDialogProps = { view: SavedViewRow | null; search: InboxSearch; onClose: () => void };

/** The name of a saved view, and who has it. */
export function NameDialog({ view, search, onClose }: NameDialogProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(view?.name ?? "");
  const { membership } = useOrg();
  const [audience, setAudience] = useState<string>(view === null || !view.isShared ? MINE : (view.team?.id ?? ALL));
  const teams = (useOrgQuery(api.inbox.teams.queries.list, {}) ?? []).filter(
    ({ isArchived, memberIds }) => !isArchived && memberIds.includes(membership.memberId),
  );
  const [error, setError] = useState<string | null>(null);
  const save = useOrgMutation(api.inbox.savedViews.mutations.save);
  const change = useOrgMutation(api.inbox.savedViews.mutations.change);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const team = teams.find(({ id }) => id === audience);
      const isShared = audience !== MINE;
      if (view === null) {
        await save({ name, isShared, filter: filterOf(search), ...(team === undefined ? {} : { teamId: team.id }) });
      } else await change({ viewId: view.id, name, isShared, teamId: team?.id ?? null });
      onClose();
    } catch (thrown) {
      if (asAppError(thrown)?.field === "name") setError(describeError(thrown, t));
      else toastError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog
      title={view === null ? t("savedViews.save") : t("savedViews.change")}
      onClose={onClose}
      onSubmit={submit}
    >
      <TextField label={t("savedViews.name")} value={name} onChange={setName} error={error} autoFocus />
      <Select
        label={t("savedViews.audience")}
        options={[
          { id: MINE, label: t("savedViews.mine") },
          ...teams.map((team) => ({ id: team.id as string, label: t("savedViews.ofTeam", { name: team.name }) })),
          { id: ALL, label: t("savedViews.shared") },
        ]}
        value={audience}
        onChange={setAudience}
      />
    </FormDialog>
  );
}
