import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { FormDialog } from "../../../components/ui/form-dialog";
import { toast } from "../../../components/ui/toast";
import type { SequenceBuilderView } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";
import { ProblemText } from "./problem-text";

/** Says what switching on means, for whom, before it is done. */
export function PublishDialog({ view, onClose }: { view: SequenceBuilderView; onClose: () => void }) {
  const { t } = useTranslation();
  const publish = useOrgMutation(api.sequences.drafts.mutations.publish);
  const live = useOrgQuery(api.sequences.queries.get, { sequenceId: view.id });
  // What is switched on is what was seen: later changes of others are refused by the revision.
  const [revision] = useState(view.revision);
  const [error, setError] = useState<string | null>(null);
  const isFirst = view.versionNumber === null;
  const submit = async () => {
    try {
      await publish({ sequenceId: view.id, revision });
      toast(t("builder.published", { name: view.name }));
      onClose();
    } catch (thrown) {
      setError(describeError(thrown, t));
    }
  };
  return (
    <FormDialog
      title={t(isFirst ? "builder.switchOnTitle" : "builder.publishTitle", { name: view.name })}
      saveLabel={t(isFirst ? "builder.switchOn" : "builder.publish")}
      onClose={onClose}
      onSubmit={async (event) => {
        event.preventDefault();
        await submit();
      }}
    >
      <p className="text-sm">{t("builder.fromNowOn")}</p>
      {!isFirst && <p className="text-sm">{t("builder.peopleInside", { count: live?.figures.active ?? 0 })}</p>}
      {view.problems.length > 0 && (
        <ul aria-label={t("builder.problems")} className="flex flex-col gap-1">
          {view.problems.map((problem, i) => (
            <li key={i}>
              <ProblemText problem={problem} />
            </li>
          ))}
        </ul>
      )}
      {error !== null && (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      )}
    </FormDialog>
  );
}
