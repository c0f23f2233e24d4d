import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Badge, type Tone } from "../../components/ui/badge";
import { cx } from "../../components/ui/classes";
import { SkeletonRows } from "../../components/ui/skeleton";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { useOrgQuery } from "../../lib/org";
import { calendarDaysBetween, clock as clockText, dateTime } from "../../lib/time-format";
import { countedMinutes, durationText } from "./deadline-figures";

type Clock = (typeof api.sla.queries.explainDeadline)["_returnType"][number];
type Piece = Clock["pieces"][number];

const TONES: Record<Clock["state"]["kind"], Tone> = {
  running: "accent",
  paused: "neutral",
  met: "ok",
  missed: "danger",
  cancelled: "neutral",
};

/** Every clock of the conversation that has a target, with the times that counted and those that did not. */
export function DeadlineExplained({ threadId }: { threadId: Id<"threads"> }) {
  const { t } = useTranslation();
  const clocks = useOrgQuery(api.sla.queries.explainDeadline, { threadId });
  if (clocks === undefined) return <SkeletonRows count={3} className="px-0" />;
  const shown = clocks.filter(({ targetMinutes }) => targetMinutes !== undefined);
  if (shown.length === 0) return <p className="text-sm text-muted">{t("sla.none")}</p>;
  return (
    <ul className="flex flex-col gap-4">
      {shown.map((clock) => (
        <li key={clock.id}>
          <ClockExplained clock={clock} />
        </li>
      ))}
    </ul>
  );
}

function ClockExplained({ clock }: { clock: Clock }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const zone = clock.calendar?.timezone;
  const target = durationText(clock.targetMinutes ?? 0, language);
  const left = countedMinutes(clock.pieces, Math.max(now, clock.startedAt));
  return (
    <section className="flex flex-col gap-1.5" aria-label={t(`sla.clocks.${clock.kind}`)}>
      <h3 className="flex items-center gap-2 text-sm font-semibold">
        {t(`sla.clocks.${clock.kind}`)}
        <Badge tone={TONES[clock.state.kind]}>{t(`sla.states.${clock.state.kind}`)}</Badge>
      </h3>
      <p className="text-xs text-muted">
        {t("sla.target", { target, source: sourceText() })}
        {clock.calendar !== null && ` · ${t("sla.hoursOf", { name: clock.calendar.name })}`}
      </p>
      {clock.dueAt !== undefined && (
        <p className="text-xs text-muted">
          {t("sla.dueOn", { at: dateTime(clock.dueAt, language, now, zone) })}
          {clock.state.kind === "running" && left > 0 && ` · ${t("sla.left", { time: durationText(left, language) })}`}
        </p>
      )}
      <ol className="flex flex-col text-xs tabular-nums">
        {clock.pieces.map((piece) => (
          <PieceRow key={piece.from} piece={piece} zone={zone} />
        ))}
      </ol>
      {clock.leftOut > 0 && <p className="text-xs text-faint">{t("sla.leftOut", { count: clock.leftOut })}</p>}
    </section>
  );

  function sourceText(): string {
    if (clock.source.kind === "policy" && clock.source.name !== "") return clock.source.name;
    return clock.source.kind === "channel" ? t("sla.channelHours") : t("sla.removedPolicy");
  }
}

function PieceRow({ piece, zone }: { piece: Piece; zone: string | undefined }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const isSameDay = calendarDaysBetween(piece.from, piece.to - 1, zone) === 0;
  const from = dateTime(piece.from, language, now, zone);
  const to = isSameDay ? clockText(piece.to, language, zone) : dateTime(piece.to, language, now, zone);
  return (
    <li
      className={cx(
        "flex justify-between gap-3 border-l-2 py-0.5 pl-2",
        piece.kind === "counted" ? "border-accent" : "border-line text-faint",
      )}
    >
      <span>
        {from} – {to}
      </span>
      <span className="text-right">{reason()}</span>
    </li>
  );

  function reason(): string {
    if (piece.kind === "counted") return durationText(countedMinutes([piece], piece.from), language);
    if (piece.kind === "paused") return t(`sla.pauses.${piece.reason}`);
    return piece.holidays.length === 0 ? t("sla.closed") : piece.holidays.join(", ");
  }
}
