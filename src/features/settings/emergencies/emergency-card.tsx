import { CircleSlash, ScrollText, Siren } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { Badge, StatusBadge } from "../../../components/ui/badge";
import { Button } from "../../../components/ui/button";
import { cx } from "../../../components/ui/classes";
import { Dialog } from "../../../components/ui/dialog";
import { ExactTime } from "../../../components/ui/time";
import { toast, toastError } from "../../../components/ui/toast";
import { describeError } from "../../../lib/errors";
import { useCan, useOrgMutation, useOrgQuery } from "../../../lib/org";
import type { Emergency } from "./emergencies";
import { EmergencyRecord } from "./emergency-record";

/** One emergency: what was allowed, by whom, why, until when, and what became of it. */
export function EmergencyCard({ emergency, isCurrent }: { emergency: Emergency; isCurrent: boolean }) {
  const { t } = useTranslation();
  const mayEnd = useCan("delivery.emergency");
  const [isEnding, setIsEnding] = useState(false);
  const [showsRecord, setShowsRecord] = useState(false);
  const { scope, reason, by, at, until, ended } = emergency;
  return (
    <li
      data-testid="emergency"
      className={cx("flex flex-col gap-2 rounded-lg border p-4", isCurrent ? "border-danger/50" : "border-line")}
    >
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-0 grow text-sm font-medium break-words">
          {scope.kind === "people" ? scope.subject : t("emergencies.oneMessage")}
        </p>
        {ended !== undefined ? (
          <StatusBadge tone="neutral" icon={CircleSlash} label={t("emergencies.ended")} />
        ) : (
          isCurrent && <StatusBadge tone="danger" icon={Siren} label={t("emergencies.inForce")} />
        )}
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        <dt className="text-faint">{t("emergencies.allowedBy")}</dt>
        <dd>
          {by}, <ExactTime at={at} />
        </dd>
        <dt className="text-faint">{t("emergencies.reason")}</dt>
        <dd className="min-w-0 break-words">{reason}</dd>
        {until !== undefined && (
          <>
            <dt className="text-faint">{t("emergencies.until")}</dt>
            <dd>
              <ExactTime at={until} />
            </dd>
          </>
        )}
        {scope.kind === "people" && (
          <>
            <dt className="text-faint">{t("emergencies.scope")}</dt>
            <dd>{t("emergencies.people", { count: scope.people })}</dd>
          </>
        )}
        {ended !== undefined && (
          <>
            <dt className="text-faint">{t("emergencies.endedBy")}</dt>
            <dd>
              {ended.by}, <ExactTime at={ended.at} /> · {t("emergencies.stopped", { count: ended.stopped })}
            </dd>
          </>
        )}
      </dl>
      {isCurrent && <LiveCounts emergencyId={emergency.id} />}
      <div className="flex flex-wrap gap-2">
        <Button size="sm" icon={<ScrollText aria-hidden size={13} />} onPress={() => setShowsRecord(true)}>
          {t("emergencies.record")}
        </Button>
        {isCurrent && mayEnd && (
          <Button size="sm" variant="danger" onPress={() => setIsEnding(true)}>
            {t("emergencies.end")}
          </Button>
        )}
      </div>
      <Dialog title={t("emergencies.recordTitle")} isOpen={showsRecord} onClose={() => setShowsRecord(false)}>
        <EmergencyRecord emergencyId={emergency.id} />
      </Dialog>
      {isEnding && <EndDialog emergency={emergency} onClose={() => setIsEnding(false)} />}
    </li>
  );
}

/** How many of its messages are in each state, live. */
function LiveCounts({ emergencyId }: { emergencyId: Emergency["id"] }) {
  const { t } = useTranslation();
  const messages = useOrgQuery(api.delivery.emergencies.queries.messages, { emergencyId });
  if (messages === undefined) return null;
  const counts = new Map<(typeof messages)[number]["state"], number>();
  for (const { state } of messages) counts.set(state, (counts.get(state) ?? 0) + 1);
  return (
    <p className="flex flex-wrap gap-1.5" role="status">
      {[...counts].map(([state, count]) => (
        <Badge key={state}>
          {t(`delivery.${state}`)}: {count}
        </Badge>
      ))}
    </p>
  );
}

function EndDialog({ emergency, onClose }: { emergency: Emergency; onClose: () => void }) {
  const { t } = useTranslation();
  const end = useOrgMutation(api.delivery.emergencies.mutations.end);
  const confirm = async () => {
    try {
      const stopped = await end({ emergencyId: emergency.id });
      toast(t("emergencies.stopped", { count: stopped }));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Dialog
      title={t("emergencies.endTitle")}
      size="sm"
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t("common.cancel")}</Button>
          <Button variant="danger" onPress={() => void confirm()}>
            {t("emergencies.end")}
          </Button>
        </>
      }
    >
      <p className="text-sm text-muted">{t("emergencies.endText")}</p>
    </Dialog>
  );
}
