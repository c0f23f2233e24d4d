import { Link, useRouter } from "@tanstack/react-router";
import { Compass, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../components/ui/button";
import { EmptyState } from "../components/ui/empty-state";
import { describeError } from "../lib/errors";

/** A screen whose data could not be had. The rest of the app goes on. */
export function ScreenError({ error, reset }: { error: unknown; reset: () => void }) {
  const { t } = useTranslation();
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div role="alert" className="flex h-full bg-surface">
      <EmptyState
        icon={TriangleAlert}
        title={t("errors.screenTitle")}
        text={describeError(error, t)}
        action={<Button onPress={retry}>{t("common.retry")}</Button>}
      />
    </div>
  );
}

export function MissingScreen() {
  const { t } = useTranslation();
  return (
    <div className="flex h-full bg-surface">
      <EmptyState
        icon={Compass}
        title={t("errors.pageMissing")}
        text={t("errors.pageMissingText")}
        action={
          <Link to="/inbox" search={{ view: "all" }} className="font-medium text-accent-text underline">
            {t("errors.goToInbox")}
          </Link>
        }
      />
    </div>
  );
}
