import { MessagesSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/ui/empty-state";

export function NoThread() {
  const { t } = useTranslation();
  return (
    <div className="flex h-full bg-canvas">
      <EmptyState icon={MessagesSquare} title={t("inbox.pickOne")} text={t("inbox.pickOneText")} />
    </div>
  );
}
