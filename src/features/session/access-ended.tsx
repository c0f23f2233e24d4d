import { useTranslation } from "react-i18next";
import { Button } from "../../components/ui/button";
import { useAuthValue } from "../../lib/auth";
import { Welcome } from "./welcome";

/** Somebody took the person out of the workspace they were looking at. */
export function AccessEnded({ orgName, onContinue }: { orgName: string; onContinue: () => void }) {
  const { t } = useTranslation();
  const { signOut } = useAuthValue();
  return (
    <Welcome title={t("accessEnded.title", { name: orgName })} text={t("accessEnded.text")}>
      <div role="alert" className="flex flex-wrap gap-2">
        <Button variant="primary" onPress={onContinue}>
          {t("accessEnded.continue")}
        </Button>
        <Button onPress={() => void signOut()}>{t("shell.signOut")}</Button>
      </div>
    </Welcome>
  );
}
