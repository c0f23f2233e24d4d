import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import {
  answerTarget,
  costPerMessage,
  escalated,
  fixedAtOnce,
  meanAnswer,
  messagesPerSolution,
  satisfaction,
  slaKept,
  templates,
  type Targeted,
} from "../../../convex/analytics/team/measures";
import { countOf, meanOf, type Sums } from "../../../convex/analytics/team/sums";
import { FigureTable } from "../../components/charts/figure-table";
import { useLanguage } from "../../lib/i18n";
import { durationText, euros, percent, whole } from "../../lib/number-format";
import { INBOX_CHANNELS, type InboxSearch } from "../../lib/search-params";
import { durationTexts, gradeText, targetText, type Report } from "./figures";
import { TargetMark } from "./target-mark";

const CELL = "px-3 py-2 text-right whitespace-nowrap";

/** How the channels do: what customers prefer, how fast they are answered, what it costs. */
export function ChannelTable({ report: { channels, total } }: { report: Report }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const begun = countOf(total, "created");
  const columns = [
    "preference",
    "received",
    "sent",
    "answer",
    "median",
    "p90",
    "sla",
    "perSolution",
    "cost",
    "grade",
  ] as const;
  return (
    <FigureTable id="by-channel" title={t("reports.byChannel")} head={<Head first="channel" columns={columns} />}>
      {channels.map(({ channel, sums }) => {
        const search = INBOX_CHANNELS.find((known) => known === channel);
        const { median, p90 } = durationTexts(sums, "answer", language);
        const target = answerTarget(channel);
        const cost = costPerMessage(sums);
        const mean = meanAnswer(sums);
        return (
          <tr key={channel}>
            <Name
              name={t(`channels.${channel}`)}
              search={search === undefined ? null : { view: "all", channel: search }}
            />
            <td className={CELL}>{percent(begun === 0 ? null : countOf(sums, "created") / begun, language)}</td>
            <td className={CELL}>{whole(countOf(sums, "received"), language)}</td>
            <td className={CELL}>{whole(countOf(sums, "sent"), language)}</td>
            {target === null ? (
              <td className={CELL}>{durationText(mean, language)}</td>
            ) : (
              <Targeted name={target} value={mean} />
            )}
            <td className={CELL}>{median}</td>
            <td className={CELL}>{p90}</td>
            <Targeted name="slaKept" value={slaKept(sums)} />
            <td className={CELL}>{gradeText(messagesPerSolution(sums), language)}</td>
            <td className={CELL}>{cost === null ? "–" : euros(cost, language)}</td>
            <Targeted name="satisfaction" value={satisfaction(sums).grade} />
          </tr>
        );
      })}
    </FigureTable>
  );
}

type GroupTableProps = {
  id: "by-team" | "by-agent";
  rows: readonly { id: string; name: string; sums: Sums }[];
  searchOf: (id: string) => InboxSearch;
};

/** How teams or members do; the name leads to their conversations. */
export function GroupTable({ id, rows, searchOf }: GroupTableProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (rows.length === 0) return null;
  const columns = [
    "sent",
    "first",
    "answer",
    "sla",
    "closed",
    "solution",
    "atOnce",
    "escalated",
    "templates",
    "grade",
  ] as const;
  const isTeam = id === "by-team";
  return (
    <FigureTable
      id={id}
      title={isTeam ? t("reports.byTeam") : t("reports.byAgent")}
      head={<Head first={isTeam ? "team" : "agent"} columns={columns} />}
    >
      {rows.map(({ id: key, name, sums }) => (
        <tr key={key}>
          <Name name={name} search={searchOf(key)} />
          <td className={CELL}>{whole(countOf(sums, "sent"), language)}</td>
          <td className={CELL}>{durationText(meanOf(sums, "first"), language)}</td>
          <td className={CELL}>{durationText(meanAnswer(sums), language)}</td>
          <Targeted name="slaKept" value={slaKept(sums)} />
          <td className={CELL}>{whole(countOf(sums, "closed"), language)}</td>
          <td className={CELL}>{durationText(meanOf(sums, "solution"), language)}</td>
          <Targeted name="fixedAtOnce" value={fixedAtOnce(sums)} />
          <td className={CELL}>{percent(escalated(sums), language)}</td>
          <Targeted name="templates" value={templates(sums)} />
          <Targeted name="satisfaction" value={satisfaction(sums).grade} />
        </tr>
      ))}
    </FigureTable>
  );
}

type Column =
  | "preference"
  | "received"
  | "sent"
  | "first"
  | "answer"
  | "median"
  | "p90"
  | "sla"
  | "closed"
  | "solution"
  | "atOnce"
  | "escalated"
  | "templates"
  | "perSolution"
  | "cost"
  | "grade";

function Head({ first, columns }: { first: "channel" | "team" | "agent"; columns: readonly Column[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <th scope="col" className="px-3 py-2 font-medium">
        {t(`reports.columns.${first}`)}
      </th>
      {columns.map((column) => (
        <th key={column} scope="col" className={`${CELL} font-medium`}>
          {t(`reports.columns.${column}`)}
        </th>
      ))}
    </>
  );
}

function Name({ name, search }: { name: string; search: InboxSearch | null }) {
  return (
    <th scope="row" className="px-3 py-2 text-left font-medium whitespace-nowrap">
      {search === null ? (
        name
      ) : (
        <Link to="/inbox" search={search} className="text-accent-text underline-offset-2 hover:underline">
          {name}
        </Link>
      )}
    </th>
  );
}

function Targeted({ name, value }: { name: Targeted; value: number | null }) {
  const language = useLanguage();
  return (
    <td className={CELL}>
      <span className="inline-flex items-center justify-end gap-1.5 align-middle">
        <TargetMark name={name} value={value} />
        {targetText(name, value, language)}
      </span>
    </td>
  );
}
