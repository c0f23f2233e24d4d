import { Link } from "@tanstack/react-router";
import { useConvex } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { BOOKING_FIELDS } from "../../../../convex/bookings/imports/columns";
import {
  DecideButtons,
  DryRunDialog,
  ImportProgress,
  Lines,
  LINES_PER_PAGE,
  UndoButton,
} from "../../../components/import/dry-run-dialog";
import { allRows, RejectsButton } from "../../../components/import/rejects-button";
import { ExactTime } from "../../../components/ui/time";
import { useCan, useOrg, useOrgMutation, useOrgPaginatedQuery, useOrgQuery } from "../../../lib/org";

type Verdict = "create" | "update" | "unchanged" | "rejected";
type Row = FunctionReturnType<typeof api.bookings.imports.queries.rows>["page"][number];
type Import = FunctionReturnType<typeof api.bookings.imports.queries.get>;
type ImportId = Id<"bookingImports">;

/** What an import of bookings would do, then how far it is, and the way back. */
export function BookingDryRun({ importId, onClose }: { importId: ImportId; onClose: () => void }) {
  const { t } = useTranslation();
  const found = useOrgQuery(api.bookings.imports.queries.get, { importId });
  if (found === undefined) return null;
  const verdict = (id: Verdict) => ({ id, label: t(`bookingImport.verdicts.${id}`), count: found.planned[id] });
  return (
    <DryRunDialog
      title={found.fileName}
      onClose={onClose}
      actions={<Actions found={found} onClose={onClose} />}
      status={<Status found={found} />}
      verdicts={[verdict("create"), verdict("update"), verdict("unchanged"), verdict("rejected")]}
      lines={(shown) => <VerdictLines key={shown} found={found} verdict={shown} />}
    />
  );
}

function Status({ found: { state, planned, result, startsJourneys } }: { found: Import }) {
  const { t } = useTranslation();
  const isAhead = state === "reading" || state === "checked";
  const all = planned.create + planned.update;
  const written = result.created + result.updated;
  const { undone = 0, kept = 0 } = result;
  const isTakenBack = state === "undoing" || state === "undone";
  return (
    <>
      <p>
        {t(`imports.states.${state}`)}
        {isAhead
          ? ` · ${t(startsJourneys ? "bookingImport.withJourneys" : "bookingImport.withoutJourneys")}`
          : ` · ${t("bookingImport.result", result)}`}
      </p>
      {state === "applying" && <ImportProgress label={t("imports.states.applying")} all={all} done={written} />}
      {state === "undoing" && <ImportProgress label={t("imports.states.undoing")} all={written} done={undone + kept} />}
      {isTakenBack && <p>{t("bookingImport.undoResult", { undone, kept })}</p>}
      {state === "undone" && undone > 0 && <p>{t("bookingImport.sentStays")}</p>}
      {planned.clockChanges > 0 && (
        <p className="text-warn">{t("bookingImport.clockChanges", { count: planned.clockChanges })}</p>
      )}
    </>
  );
}

function Actions({ found, onClose }: { found: Import; onClose: () => void }) {
  const { t } = useTranslation();
  const mayImport = useCan("bookings.edit");
  const apply = useOrgMutation(api.bookings.imports.mutations.apply);
  const undo = useOrgMutation(api.bookings.imports.mutations.undo);
  const discard = useOrgMutation(api.bookings.imports.mutations.discard);
  const importId = found.id;
  const count = found.planned.create + found.planned.update;
  const written = found.result.created + found.result.updated;
  if (!mayImport) return null;
  if (found.canUndo && written > 0) {
    return <UndoButton question={t("bookingImport.undoQuestion")} onUndo={() => undo({ importId })} />;
  }
  if (found.state !== "checked") return null;
  return (
    <DecideButtons
      applyLabel={t("bookingImport.apply", { count })}
      isEmpty={count === 0}
      onApply={() => apply({ importId })}
      onDiscard={() => discard({ importId })}
      onClose={onClose}
    />
  );
}

function VerdictLines({ found: { id: importId, zone }, verdict }: { found: Import; verdict: Verdict }) {
  const { t } = useTranslation();
  const page = useOrgPaginatedQuery(
    api.bookings.imports.queries.rows,
    { importId, verdict },
    { initialNumItems: LINES_PER_PAGE },
  );
  const noteOf = ({ outcome, clockNote }: Row) => {
    if (outcome === "undone" || outcome === "kept") return t(`bookingImport.outcomes.${outcome}`);
    return clockNote === undefined ? undefined : t(`bookingImport.clockNotes.${clockNote}`);
  };
  const problemOf = ({ line, problem, problemLine = line }: Row) => {
    if (problem === undefined) return undefined;
    const text = t(`bookingImport.problems.${problem}`);
    return problemLine === line ? text : `${t("imports.line", { line: problemLine })}: ${text}`;
  };
  return (
    <Lines
      page={page}
      head={verdict === "rejected" && <BookingRejects importId={importId} />}
      show={(row) => ({
        text: <BookingText row={row} zone={zone} />,
        note: noteOf(row),
        problem: problemOf(row),
      })}
    />
  );
}

function BookingText({ row, zone }: { row: Row; zone: string }) {
  const { bookingId, startsAt, title = "" } = row;
  const people = row.lines.map(({ written: { name, firstName, lastName, email, phone } }) => {
    const own = name ?? [firstName, lastName].filter(Boolean).join(" ");
    return own === "" ? (email ?? phone ?? "") : own;
  });
  const who = people.filter((person) => person !== "").join(", ");
  return (
    <>
      {bookingId === undefined ? (
        title
      ) : (
        <Link to="/bookings/$bookingId" params={{ bookingId }} className="underline underline-offset-2">
          {title}
        </Link>
      )}
      {startsAt !== undefined && (
        <>
          {" · "}
          <ExactTime at={startsAt} zone={zone} />
        </>
      )}
      {who !== "" && ` · ${who}`}
    </>
  );
}

/** The rows that were not used, each with its reason. */
function BookingRejects({ importId }: { importId: ImportId }) {
  const { t } = useTranslation();
  const { orgId } = useOrg();
  const convex = useConvex();
  const collect = async () => {
    const { rows, failedRows } = api.bookings.imports.queries;
    const rejected = await allRows((paginationOpts) =>
      convex.query(rows, { orgId, importId, verdict: "rejected", paginationOpts }),
    );
    const failed = await allRows((paginationOpts) => convex.query(failedRows, { orgId, importId, paginationOpts }));
    const all = [...rejected, ...failed].flatMap(({ lines, problem }) =>
      lines.map(({ line, written }) => ({
        line,
        written,
        reason: problem === undefined ? "" : t(`bookingImport.problems.${problem}`),
      })),
    );
    const keys = [...new Set(all.flatMap(({ written }) => Object.keys(written.attributes)))];
    const lines = all.map(({ line, written, reason }) => [
      String(line),
      ...BOOKING_FIELDS.map((field) => written[field] ?? ""),
      ...keys.map((key) => written.attributes[key] ?? ""),
      reason,
    ]);
    return { columns: ["line", ...BOOKING_FIELDS, ...keys, "problem"], lines };
  };
  return <RejectsButton collect={collect} />;
}
