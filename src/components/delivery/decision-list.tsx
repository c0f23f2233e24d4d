import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { CHANNELS } from "../../../convex/lib/closedSets";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { reasonText } from "../../lib/reasons";
import { dateTime, localZone } from "../../lib/time-format";
import { becauseText } from "../consent/because";
import { ExactTime } from "../ui/time";
import { type Decision, type Fact, factsOf, sentenceName } from "./decision-sentence";

type DecisionListProps = {
  decisions: readonly Decision[];
  /** The recipient's clock: what was decided about hours was decided by it. */
  zone: string;
};

/** What was decided about a message, oldest first, in sentences; rule and facts stand small beneath. */
export function DecisionList({ decisions, zone }: DecisionListProps) {
  const { t } = useTranslation();
  const time = useRecipientTime(zone);
  if (decisions.length === 0) return <p className="text-sm text-muted">{t("queue.noDecisions")}</p>;
  return (
    <>
      {zone !== localZone() && <p className="text-xs text-muted">{t("why.zone", { zone })}</p>}
      <ol className="flex flex-col">
        {decisions.map((decision, index) => (
          <li key={index} className="relative border-l border-line pb-4 pl-4 last:pb-0">
            <span aria-hidden className="absolute top-1.5 -left-1 size-2 rounded-full bg-line-strong" />
            <p className="text-sm">{t(`why.says.${sentenceName(decision)}`, blanks(decision, t, time))}</p>
            <p className="text-xs text-faint">
              <ExactTime at={decision.at} zone={zone} /> · <code className="font-mono text-2xs">{decision.rule}</code>
            </p>
            <Facts facts={factsOf(decision)} time={time} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** Instants as the recipient's clock shows them. */
function useRecipientTime(zone: string): (at: number) => string {
  const language = useLanguage();
  const now = useNow();
  return (at) => dateTime(at, language, now, zone);
}

function Facts({ facts, time }: { facts: readonly Fact[]; time: (at: number) => string }) {
  const { t } = useTranslation();
  if (facts.length === 0) return null;
  return (
    <details className="mt-1 text-xs text-muted">
      <summary className="w-fit cursor-default rounded-sm hover:text-text max-md:py-2">{t("why.lookedAt")}</summary>
      <dl className="mt-1 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
        {facts.map(({ name, value }) => (
          <div key={name} className="contents">
            <dt>{t(`why.facts.${name}`)}</dt>
            <dd className="min-w-0 break-words text-text">{factText(name, value, t, time)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function factText(name: Fact["name"], value: Fact["value"], t: TFunction, time: (at: number) => string): string {
  if (typeof value === "number" && (name === "consentAt" || name === "spreadTo")) return time(value);
  const text = String(value);
  return name === "consentRule" || name === "detail" ? becauseText(text, t) : text;
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
    because: becauseText(text("consentRule") || text("detail"), t).replace(/\.$/, ""),
    due: instant("dueAt"),
    until: instant("until", "at"),
    from: instant("from"),
    to: instant("to"),
  };
}
