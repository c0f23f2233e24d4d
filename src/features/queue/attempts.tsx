import { useTranslation } from "react-i18next";
import { ExactTime } from "../../components/ui/time";
import type { QueueDetail } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { dateTime } from "../../lib/time-format";

type Attempt = QueueDetail["attempts"][number];

export function Attempts({ attempts }: { attempts: readonly Attempt[] }) {
  const { t } = useTranslation();
  if (attempts.length === 0) return <p className="text-sm text-muted">{t("queue.noAttempts")}</p>;
  return (
    <ol className="flex flex-col gap-2">
      {attempts.map((attempt) => (
        <li key={attempt.number} className="rounded-md border border-line px-3 py-2 text-sm">
          <p className="flex flex-wrap items-baseline justify-between gap-x-3">
            <span className="font-medium">{t("queue.attempt", { number: attempt.number })}</span>
            <ExactTime at={attempt.startedAt} className="text-xs text-faint" />
          </p>
          <p className="text-muted">{attempt.connectionName ?? attempt.provider}</p>
          <Outcome attempt={attempt} />
        </li>
      ))}
    </ol>
  );
}

function Outcome({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const { outcome } = attempt;
  switch (outcome.kind) {
    case "running":
      return <p>{t("queue.outcome.running")}</p>;
    case "accepted":
      return <p className="text-ok">{t("queue.outcome.accepted")}</p>;
    case "refused":
      return (
        <p className="text-danger">
          {t("queue.outcome.refused")}: {outcome.failure.reason}
          {outcome.retryAt !== undefined &&
            ` (${t("queue.retryAt", { time: dateTime(outcome.retryAt, language, now) })})`}
        </p>
      );
    case "released":
      return <p className="text-muted">{t("queue.outcome.released")}</p>;
    case "lost":
      return <p className="text-warn">{t(outcome.resent ? "queue.outcome.lostResent" : "queue.outcome.lost")}</p>;
  }
}
