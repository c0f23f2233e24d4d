import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import { useNewWorkspace } from "../../components/workspace-form";
import { useAuthValue } from "../../lib/auth";
import { Welcome } from "./welcome";

const STAYS = () => {
  // The workspace takes the place of this screen as soon as it is there.
};

/** First run: a signed-in person without any workspace makes one. */
export function CreateWorkspace() {
  const { t } = useTranslation();
  const { signOut } = useAuthValue();
  const { fields, submit, isBusy } = useNewWorkspace(STAYS);
  return (
    <Welcome title={t("workspace.title")} text={t("workspace.text")}>
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-3">
        {fields}
        <Button type="submit" variant="primary" isPending={isBusy} className="h-9">
          {t("workspace.create")}
        </Button>
        <Button variant="quiet" onPress={() => void signOut()}>
          {t("shell.signOut")}
        </Button>
      </form>
    </Welcome>
  );
}
