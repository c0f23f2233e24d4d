import { CircleCheck, LoaderCircle, RefreshCw, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { Button } from "../ui/button";
import { RelativeTime } from "../ui/time";
import { toastError } from "../ui/toast";
import { describeError } from "../../lib/errors";
import { useOrgMutation, useOrgQuery } from "../../lib/org";
import type { Account } from "./registrations";

/** Asks the account how far its templates are; says when it was asked last and what came of it. */
export function Refresh({ account, mayAsk }: { account: Account; mayAsk: boolean }) {
  const { t } = useTranslation();
  const checks = useOrgQuery(api.delivery.whatsappTemplates.queries.checks, {});
  const refresh = useOrgMutation(api.delivery.whatsappTemplates.mutations.refresh);
  const check = checks?.find(({ connectionId }) => connectionId === account.id)?.check;
  const ask = () => {
    refresh({ connectionId: account.id }).catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
      <p role="status" className="flex min-w-0 items-center gap-1.5 text-xs text-muted">
        {check?.kind === "running" && (
          <>
            <LoaderCircle aria-hidden size={12} className="shrink-0 animate-spin motion-reduce:animate-none" />
            {t("connections.checking")}
          </>
        )}
        {check?.kind === "ok" && (
          <>
            <CircleCheck aria-hidden size={12} className="shrink-0 text-ok" />
            {t("registrations.asked")} <RelativeTime at={check.at} />
          </>
        )}
        {check?.kind === "failed" && (
          <>
            <TriangleAlert aria-hidden size={12} className="shrink-0 text-danger" />
            <span className="min-w-0 break-words text-danger">
              {t("connections.checkFailed", { reason: check.reason })}
            </span>
            <RelativeTime at={check.at} className="shrink-0" />
          </>
        )}
      </p>
      {mayAsk && (
        <Button
          size="sm"
          icon={<RefreshCw aria-hidden size={13} />}
          isDisabled={check?.kind === "running"}
          onPress={ask}
        >
          {t("registrations.refresh")}
        </Button>
      )}
    </div>
  );
}
