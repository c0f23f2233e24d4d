import { useTranslation } from "react-i18next";
import type { api } from "../../../convex/_generated/api";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { calendarDaysBetween, clock as clockText, dateTime } from "../../lib/time-format";
import { Badge, type Tone } from "../ui/badge";
import { cx } from "../ui/classes";
import { countedMinutes, durationText } from "./working-time";

type Clock = (typeof api.sla.queries.explainDeadline)["_returnType"][number];
type Piece = Clock["pieces"][number];

/** A clock of a conversation, or one that is only imagined: that one has no state. */
type ExplainedClock = Pick<
  Clock,
  "kind" | "startedAt" | "dueAt" | "targetMinutes" | "source" | "calendar" | "pieces" | "leftOut"
> &
  Partial<Pick<Clock, "state">>;

const TONES: Record<Clock["state"]["kind"], Tone> = {
  running: "accent",
  paused: "neutral",
  met: "ok",
  missed: "danger",
  cancelled: "neutral",
};

const HOURS_OF = { policy: "sla.hoursOfPolicy", team: "sla.hoursOfTeam", organisation: "sla.hoursOf" } as const;

/** One clock: its target, its deadline, and the times that counted and those that did not (product.md O-8). */
export function ClockExplained({ clock }: { clock: ExplainedClock }) {
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
        {clock.state !== undefined && (
          <Badge tone={TONES[clock.state.kind]}>{t(`sla.states.${clock.state.kind}`)}</Badge>
        )}
      </h3>
      <p className="text-xs text-muted">
        {t("sla.target", { target, source: sourceText() })}
        {clock.calendar !== null &&
          ` · ${t(HOURS_OF[clock.calendar.of ?? "organisation"], { name: clock.calendar.name })}`}
      </p>
      {clock.dueAt !== undefined && (
        <p className="text-xs text-muted">
          {t("sla.dueOn", { at: dateTime(clock.dueAt, language, now, zone) })}
          {clock.state?.kind === "running" && left > 0 && ` · ${t("sla.left", { time: durationText(left, language) })}`}
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
