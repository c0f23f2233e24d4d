import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FormDialog } from "../../components/ui/form-dialog";
import { useNewWorkspace } from "../../components/workspace-form";
import { useOrg } from "../../lib/org";

/** Founds another workspace and goes there; what is in this one stays in it. */
export function WorkspaceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { switchTo } = useOrg();
  const navigate = useNavigate();
  const { fields, submit } = useNewWorkspace((orgId) => {
    onClose();
    // An address of this workspace says nothing in the other one.
    void navigate({ to: "/" });
    switchTo(orgId);
  });
  return (
    <FormDialog title={t("workspace.another")} saveLabel={t("workspace.create")} onClose={onClose} onSubmit={submit}>
      <p className="text-sm text-muted">{t("workspace.anotherText")}</p>
      {fields}
    </FormDialog>
  );
}
