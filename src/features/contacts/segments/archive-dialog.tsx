import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { FormDialog } from "../../../components/ui/form-dialog";
import { toast, toastError } from "../../../components/ui/toast";
import type { Segment } from "../../../lib/api-types";
import { describeError } from "../../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../../lib/org";

/** Asks before a segment is archived, with the journeys that ask for it. */
export function ArchiveDialog({ segment, onClose }: { segment: Segment; onClose: () => void }) {
  const { t } = useTranslation();
  const archive = useOrgMutation(api.sequences.segmentUse.mutations.archive);
  const restore = useOrgMutation(api.contacts.segments.mutations.restore);
  const { id: segmentId, name } = segment;
  const uses = useOrgQuery(api.sequences.segmentUse.queries.list, { segmentId });
  if (uses === undefined) return null;
  const undo = () => {
    restore({ segmentId }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <FormDialog
      title={t("segments.archiveNamed", { name })}
      saveLabel={t("segments.archive")}
      onClose={onClose}
      onSubmit={async (event) => {
        event.preventDefault();
        try {
          await archive({ segmentId, anyway: uses.length > 0 });
          onClose();
          toast(t("segments.archivedDone", { name }), { undo });
        } catch (thrown) {
          toastError(describeError(thrown, t));
        }
      }}
    >
      <p className="text-sm">{t("segments.archiveText")}</p>
      {uses.length > 0 && (
        <>
          <p className="text-sm">{t("segments.archiveUsed")}</p>
          <ul className="list-disc pl-5 text-sm">
            {uses.map((use) => (
              <li key={use.sequenceId}>{use.name}</li>
            ))}
          </ul>
        </>
      )}
    </FormDialog>
  );
}
