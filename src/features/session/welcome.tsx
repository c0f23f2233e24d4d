import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Logo } from "../../components/ui/logo";

/** The frame of the screens before the workspace: sign-in and first run. */
export function Welcome({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <main className="flex min-h-full flex-col items-center justify-center bg-canvas p-4">
      <div className="flex w-full max-w-96 flex-col gap-6">
        <div className="flex flex-col items-center gap-3 text-center">
          <Logo size={44} />
          <div>
            <p className="text-xl font-semibold tracking-tight">{t("app.name")}</p>
            <p className="text-sm text-muted">{t("app.tagline")}</p>
          </div>
        </div>
        <div className="flex flex-col gap-4 rounded-xl border border-line bg-surface p-6 shadow-float">
          <div>
            <h1 className="text-lg font-semibold">{title}</h1>
            {text !== undefined && <p className="text-sm text-muted">{text}</p>}
          </div>
          {children}
        </div>
      </div>
    </main>
  );
}
