import type { FunctionReturnType } from "convex/server";
import type { api } from "../../../convex/_generated/api";
import {
  answerTarget,
  fixedAtOnce,
  historyKept,
  meanAnswer,
  roomToGrow,
  routedRight,
  satisfaction,
  slaKept,
  tasksInTime,
  templates,
  type Targeted,
  volume,
} from "../../../convex/analytics/team/measures";
import { countOf, meanOf, quantileOf, type Duration, type Sums } from "../../../convex/analytics/team/sums";
import { durationText, percent, whole } from "../../lib/number-format";
import type { InboxSearch } from "../../lib/search-params";

export type Report = FunctionReturnType<typeof api.analytics.team.queries.report>;

/** Where the conversations or people behind a figure are. */
export type Behind = { to: "/inbox"; search: InboxSearch } | { to: "/tasks"; search: { status: "completed" } };

export type TargetFigure = { name: Targeted; value: number | null; behind?: Behind };

/** The figures the requirement sets a target for (product.md A-52), with what stands behind them where it can be shown. */
export function targetFigures(
  { total, channels, points, unreadable }: Report,
  part: Partial<InboxSearch>,
): TargetFigure[] {
  const inbox = (search: InboxSearch): Behind => ({ to: "/inbox", search: { ...part, ...search } });
  const answers = (["email", "whatsapp"] as const).flatMap((channel): TargetFigure[] => {
    const name = answerTarget(channel);
    if (name === null || (part.channel !== undefined && part.channel !== channel)) return [];
    const sums = channels.find((each) => each.channel === channel)?.sums ?? {};
    return [{ name, value: meanAnswer(sums), behind: inbox({ view: "all", channel }) }];
  });
  const kept =
    unreadable === null ? [] : [{ name: "historyKept" as const, value: historyKept(received(total), unreadable) }];
  return [
    ...answers,
    { name: "slaKept", value: slaKept(total), behind: inbox({ view: "overdue" }) },
    { name: "fixedAtOnce", value: fixedAtOnce(total), behind: inbox({ view: "closed" }) },
    { name: "satisfaction", value: satisfaction(total).grade },
    { name: "templates", value: templates(total) },
    { name: "routedRight", value: routedRight(total) },
    { name: "tasksInTime", value: tasksInTime(total), behind: { to: "/tasks", search: { status: "completed" } } },
    ...kept,
    ...(unreadable === null ? [] : [{ name: "roomToGrow" as const, value: roomToGrow(busiestDay(points)) }]),
  ];
}

const DAY_MS = 86_400_000;

/** Messages of the busiest day; of weeks and months, of their mean day. What is not over counts as one. */
function busiestDay(points: Report["points"]): number {
  const perDay = points.map(({ at, total }, index) => {
    const days = Math.max(1, Math.round(((points[index + 1]?.at ?? at) - at) / DAY_MS));
    return volume(total) / days;
  });
  return Math.max(0, ...perDay);
}

const received = (sums: Sums) => countOf(sums, "received");

/** Beyond, the figure says more about how little there was to do than about how much there could be. */
const MOST_ROOM = 100;

/** A figure with a target as it reads: a duration, a grade or a share. */
export function targetText(name: Targeted, value: number | null, language: string): string {
  if (name === "emailAnswer" || name === "whatsappAnswer") return durationText(value, language);
  if (name === "roomToGrow")
    return value === null ? "–" : value > MOST_ROOM ? `> ×${MOST_ROOM}` : `×${whole(value, language)}`;
  return name === "satisfaction" ? gradeText(value, language) : percent(value, language);
}

/** "4.6" of 1 to 5; a dash for nothing. */
export function gradeText(value: number | null, language: string): string {
  if (value === null) return "–";
  return new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);
}

/** Mean, median and p90 as they read. */
export function durationTexts(sums: Sums, name: Duration, language: string) {
  return {
    mean: durationText(meanOf(sums, name), language),
    median: durationText(quantileOf(sums, name, 0.5), language),
    p90: durationText(quantileOf(sums, name, 0.9), language),
  };
}
