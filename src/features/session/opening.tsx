import { useTranslation } from "react-i18next";
import { Logo } from "../../components/ui/logo";

/** What stands there while nobody knows yet who is looking. */
export function Opening() {
  const { t } = useTranslation();
  return (
    <main
      role="status"
      aria-label={t("common.loading")}
      className="flex min-h-full items-center justify-center bg-canvas"
    >
      <span className="late">
        <Logo size={44} />
      </span>
    </main>
  );
}
