import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { CHANNELS } from "../../../convex/lib/closedSets";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { dateTime } from "../../lib/time-format";
import { reasonText } from "../../lib/reasons";
import { ExactTime } from "../ui/time";
import { type Decision, sentenceName } from "./decision-sentence";

/** What was decided about a message, oldest first, in sentences; the exact rule stands small beneath. */
export function DecisionList({ decisions }: { decisions: readonly Decision[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  if (decisions.length === 0) return <p className="text-sm text-muted">{t("queue.noDecisions")}</p>;
  return (
    <ol className="flex flex-col">
      {decisions.map((decision, index) => (
        <li key={index} className="relative border-l border-line pb-4 pl-4 last:pb-0">
          <span aria-hidden className="absolute top-1.5 -left-1 size-2 rounded-full bg-line-strong" />
          <p className="text-sm">
            {t(
              `why.says.${sentenceName(decision)}`,
              blanks(decision, t, (at) => dateTime(at, language, now)),
            )}
          </p>
          <p className="text-xs text-faint">
            <ExactTime at={decision.at} /> · <code className="font-mono text-2xs">{decision.rule}</code>
          </p>
        </li>
      ))}
    </ol>
  );
}

function blanks(decision: Decision, t: TFunction, time: (at: number) => string) {
  const { inputs, stage, rule, outcome } = decision;
  const text = (name: string) => {
    const value = inputs[name];
    return value === undefined || value === null ? "" : String(value);
  };
  const instant = (...names: string[]) => {
    const value = names.map((name) => inputs[name]).find((candidate) => typeof candidate === "number");
    return typeof value === "number" ? time(value) : "";
  };
  const channel = CHANNELS.find((known) => known === inputs.channel);
  return {
    stage,
    rule,
    outcome,
    channel: t(`channels.${channel ?? "best"}`),
    connection: text("connection"),
    attempt: text("attempt"),
    // Providers end their sentences themselves; ours goes on.
    reason: reasonText(text("reason"), t).replace(/\.$/, ""),
    due: instant("dueAt"),
    until: instant("until", "at"),
    from: instant("from"),
    to: instant("to"),
  };
}
