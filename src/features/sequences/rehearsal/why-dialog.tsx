import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { DecisionList } from "../../../components/delivery/decision-list";
import { Section } from "../../../components/layout/page";
import { Dialog } from "../../../components/ui/dialog";
import { SkeletonRows } from "../../../components/ui/skeleton";
import { ExactTime } from "../../../components/ui/time";
import type { RehearsedWhy } from "../../../lib/api-types";
import { useLanguage } from "../../../lib/i18n";
import { useNow } from "../../../lib/now";
import { useOrgQueryOrError } from "../../../lib/org";
import { dateTime } from "../../../lib/time-format";
import { type Row, stateOf } from "./rows";
import { StateBadge } from "./state-badge";
import { useWords } from "./use-words";

type WhyProps = {
  sequenceId: Id<"sequences">;
  versionId: Id<"sequenceVersions"> | null;
  row: Row;
  name: string;
  onClose: () => void;
};
type Reason = RehearsedWhy["reasons"][number];

/** The rules of one message in the order in which they were asked, and what it says to this person; live like the list. */
export function WhyDialog({ sequenceId, versionId, row, name, onClose }: WhyProps) {
  const { t } = useTranslation();
  const { bookingId, contactId } = row.person;
  const { stepId } = row.message;
  const why = useOrgQueryOrError(api.sequences.rehearsal.queries.message, {
    sequenceId,
    ...(versionId === null ? {} : { versionId }),
    bookingId,
    contactId,
    stepId,
  });
  return (
    <Dialog title={t("rehearsal.whyTitle", { name })} isOpen onClose={onClose}>
      {why === undefined ? (
        <SkeletonRows count={4} />
      ) : why instanceof Error ? (
        <p className="text-sm text-muted">{t("rehearsal.gone")}</p>
      ) : (
        <Answer why={why} row={row} />
      )}
    </Dialog>
  );
}

function Answer({ why, row }: { why: RehearsedWhy; row: Row }) {
  const { t } = useTranslation();
  const { message, reasons, zone, text } = why;
  const { note } = useWords();
  const words = note(message, zone);
  const isOfDelivery = ({ rule }: Reason) => !rule.startsWith("node_") && !OF_JOURNEY.has(rule);
  const delivery = reasons.filter(isOfDelivery);
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <StateBadge state={stateOf(message)} />
        {message.leavesAt !== null && <ExactTime at={message.leavesAt} zone={zone} />}
        <span className="text-muted">{zone}</span>
        {words !== null && <span className="text-muted">{words}</span>}
        <Link
          to="/bookings/$bookingId"
          params={{ bookingId: row.booking.id }}
          className="ml-auto text-accent-text underline-offset-2 hover:underline"
        >
          {t("rehearsal.toBooking")}
        </Link>
      </div>
      <Section title={t("rehearsal.whyJourney")}>
        <ol className="flex flex-col gap-1.5 text-sm">
          {reasons
            .filter((reason) => !isOfDelivery(reason))
            .map((reason, i) => (
              <li key={i} className="flex flex-col">
                <JourneyReason reason={reason} row={row} zone={zone} />
              </li>
            ))}
        </ol>
      </Section>
      {delivery.length > 0 && (
        <Section title={t("rehearsal.whyDelivery")}>
          <DecisionList decisions={delivery.map((reason) => decisionOf(reason, message.leavesAt ?? 0))} zone={zone} />
        </Section>
      )}
      <Section title={t("rehearsal.text")}>
        {text === null ? (
          <p className="text-sm text-muted">{t("rehearsal.noText")}</p>
        ) : (
          <div className="flex flex-col gap-2 rounded-md border border-line bg-canvas p-3 text-sm">
            {text.subject !== "" && <p className="font-semibold">{text.subject}</p>}
            <p className="whitespace-pre-wrap">{text.text}</p>
          </div>
        )}
      </Section>
    </div>
  );
}

/** Rules that the journey itself has; all others are delivery's, with sentences of their own. */
const OF_JOURNEY: ReadonlySet<string> = new Set([
  "entry",
  "open_decision",
  "timing",
  "journey_quiet_hours",
  "spread",
  "no_template",
  "would_pass_start",
]);

function JourneyReason({ reason, row, zone }: { reason: Reason; row: Row; zone: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const words = useWords();
  const { rule, outcome, inputs } = reason;
  const said = (key: string) => String(inputs[key] ?? "");
  const instant = (key: string) => dateTime(Number(inputs[key]), language, now, zone);
  if (rule === "entry") {
    const entry = t(`rehearsal.entries.${row.person.entry}`);
    return t("rehearsal.why.entry", { name: row.person.name, entry });
  }
  if (rule.startsWith("node_")) {
    return (
      <>
        {t("rehearsal.why.node", { name: said("name"), arm: said("arm") })}
        {inputs.tests !== undefined && <span className="text-xs text-muted">{said("tests")}</span>}
      </>
    );
  }
  if (rule === "timing") return t("rehearsal.why.timing", { text: said("text") });
  if (rule === "open_decision") return t("rehearsal.why.open_decision");
  if (outcome === "moved") {
    return t("rehearsal.why.moved", { from: instant("from"), to: instant("to"), why: words.move(rule) });
  }
  return t("rehearsal.why.blocked", { why: words.reason(rule) });
}

/** Hours and caps are checked when it is due, ways are chosen then. */
function decisionOf({ rule, outcome, inputs }: Reason, at: number) {
  const isWay = outcome === "goes" || rule === "no_connection" || rule === "all_refused";
  // Sentences about hours say until when.
  const said = inputs.to === undefined ? inputs : { ...inputs, until: inputs.to };
  return { at, stage: isWay ? "route" : "send_check", rule, outcome, inputs: said };
}
