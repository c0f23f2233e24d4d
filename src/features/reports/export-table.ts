import * as measures from "../../../convex/analytics/team/measures";
import { countOf, meanOf, quantileOf, type Sums } from "../../../convex/analytics/team/sums";
import { MINUTE_MS } from "../../../convex/lib/time";
import type { Report } from "./figures";

const COLUMNS: readonly [string, (sums: Sums) => number | null][] = [
  ["conversations begun", (sums) => countOf(sums, "created")],
  ["received", (sums) => countOf(sums, "received")],
  ["sent", (sums) => countOf(sums, "sent")],
  ["first answer mean (min)", (sums) => minutes(meanOf(sums, "first"))],
  ["first answer median (min)", (sums) => minutes(quantileOf(sums, "first", 0.5))],
  ["first answer p90 (min)", (sums) => minutes(quantileOf(sums, "first", 0.9))],
  ["answer mean (min)", (sums) => minutes(measures.meanAnswer(sums))],
  ["answer median (min)", (sums) => minutes(quantileOf(sums, "answer", 0.5))],
  ["answer p90 (min)", (sums) => minutes(quantileOf(sums, "answer", 0.9))],
  ["sla kept (%)", (sums) => hundredths(measures.slaKept(sums))],
  ["closed", (sums) => countOf(sums, "closed")],
  ["solution mean (min)", (sums) => minutes(meanOf(sums, "solution"))],
  ["messages per solution", (sums) => rounded(measures.messagesPerSolution(sums))],
  ["solved at first contact (%)", (sums) => hundredths(measures.fixedAtOnce(sums))],
  ["escalated (%)", (sums) => hundredths(measures.escalated(sums))],
  ["routed right (%)", (sums) => hundredths(measures.routedRight(sums))],
  ["templates (%)", (sums) => hundredths(measures.templates(sums))],
  ["tasks in time (%)", (sums) => hundredths(measures.tasksInTime(sums))],
  ["cost", (sums) => countOf(sums, "costMicros") / 1_000_000],
  ["nps", (sums) => measures.satisfaction(sums).nps],
  ["speed (1-5)", (sums) => rounded(measures.satisfaction(sums).speed)],
  ["channel (1-5)", (sums) => rounded(measures.satisfaction(sums).channel)],
  ["solution (1-5)", (sums) => rounded(measures.satisfaction(sums).resolution)],
];

const rounded = (value: number | null) => (value === null ? null : Math.round(value * 100) / 100);
const minutes = (ms: number | null) => rounded(ms === null ? null : ms / MINUTE_MS);
const hundredths = (share: number | null) => rounded(share === null ? null : share * 100);

/** The report as a table: all together, then by channel, team, member, and stretch by stretch. Empty where nothing was. */
export function exportTable({ from, total, channels, teams, agents, points }: Report): {
  columns: string[];
  rows: string[][];
} {
  const row = (kind: string, name: string, sums: Sums) => [
    kind,
    name,
    ...COLUMNS.map(([, value]) => String(value(sums) ?? "")),
  ];
  return {
    columns: ["of", "name", ...COLUMNS.map(([name]) => name)],
    rows: [
      row("all", `since ${new Date(from).toISOString()}`, total),
      ...channels.map(({ channel, sums }) => row("channel", channel, sums)),
      ...teams.map(({ name, sums }) => row("team", name, sums)),
      ...agents.map(({ name, sums }) => row("member", name, sums)),
      ...points.map((point) => row("from", new Date(point.at).toISOString(), point.total)),
    ],
  };
}
