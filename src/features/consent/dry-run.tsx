import { Download } from "lucide-react";
import { useConvex } from "convex/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FunctionReturnType } from "convex/server";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { CSV_FIELDS } from "../../../convex/contacts/suppressions/csv";
import { writeCsv } from "../../../convex/lib/csv";
import { useTopicName } from "../../components/consent/local-text";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrg, useOrgMutation, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { downloadText } from "../../lib/download";
import { problemText } from "./problem-text";

const VERDICTS = ["new", "known", "repeated", "rejected"] as const;
type Verdict = (typeof VERDICTS)[number];
type Row = FunctionReturnType<typeof api.contacts.suppressions.queries.importRows>["page"][number];

const PAGE_SIZE = 25;
const REJECTS_PER_PAGE = 500;

/** What an import would do, line by line, before it does anything. */
export function DryRun({ importId, onClose }: { importId: Id<"suppressionImports">; onClose: () => void }) {
  const { t } = useTranslation();
  const [verdict, setVerdict] = useState<Verdict>("new");
  const found = useOrgQuery(api.contacts.suppressions.queries.getImport, { importId });
  const { apply, discard } = useImportActions(importId, onClose);
  if (found === undefined) return null;
  return (
    <Dialog
      title={t("consent.dryRun", { file: found.fileName })}
      isOpen
      onClose={onClose}
      size="lg"
      footer={
        found.state === "checked" && (
          <>
            <Button onPress={() => void discard()}>{t("consent.discard")}</Button>
            <Button variant="primary" isDisabled={found.counts.new === 0} onPress={() => void apply()}>
              {t("consent.apply", { count: found.counts.new })}
            </Button>
          </>
        )
      }
    >
      <Tabs
        label={t("consent.verdictsLabel")}
        tabs={VERDICTS.map((id) => ({ id, label: t(`consent.verdicts.${id}`), count: found.counts[id] }))}
        value={verdict}
        onChange={setVerdict}
      >
        <Lines key={verdict} importId={importId} verdict={verdict} />
      </Tabs>
    </Dialog>
  );
}

function useImportActions(importId: Id<"suppressionImports">, onClose: () => void) {
  const { t } = useTranslation();
  const applyImport = useOrgMutation(api.contacts.suppressions.mutations.applyImport);
  const undoImport = useOrgMutation(api.contacts.suppressions.mutations.undoImport);
  const discardImport = useOrgMutation(api.contacts.suppressions.mutations.discardImport);
  const undo = () => {
    undoImport({ importId }).then(
      () => toast(t("consent.importUndone")),
      (thrown: unknown) => toastError(describeError(thrown, t)),
    );
  };
  const run = async (work: () => Promise<null>, done: () => void) => {
    try {
      await work();
      done();
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return {
    apply: () =>
      run(
        () => applyImport({ importId }),
        () => toast(t("consent.importStarted"), { undo }),
      ),
    discard: () =>
      run(
        () => discardImport({ importId }),
        () => toast(t("consent.importDiscarded")),
      ),
  };
}

function Lines({ importId, verdict }: { importId: Id<"suppressionImports">; verdict: Verdict }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.suppressions.queries.importRows,
    { importId, verdict },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return <SkeletonRows count={4} />;
  if (results.length === 0) return <p className="py-6 text-center text-sm text-muted">{t("consent.noLines")}</p>;
  return (
    <div className="flex flex-col gap-3 pt-3">
      {verdict === "rejected" && <RejectsButton importId={importId} />}
      <ul className="divide-y divide-line rounded-md border border-line">
        {results.map((row) => (
          <Line key={row.line} row={row} />
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </div>
  );
}

function Line({ row }: { row: Row }) {
  const { t } = useTranslation();
  const topicName = useTopicName();
  const purpose = row.purpose === undefined ? t("consent.everything") : t(`purposes.${row.purpose}`);
  const scope = row.topic === undefined ? purpose : topicName(row.topic);
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 px-3 py-2 text-sm">
      <span className="min-w-0 break-all">
        <span className="mr-2 text-xs text-faint">{t("consent.line", { line: row.line })}</span>
        {row.address ?? row.written.address}
      </span>
      <span className={row.problem === undefined ? "text-xs text-muted" : "text-xs text-danger"}>
        {row.problem === undefined
          ? `${t(`channels.${row.channel ?? "email"}`)} · ${scope} · ${t(`consent.reasons.${row.reason ?? "imported"}`)}`
          : problemText(row.problem, t)}
      </span>
    </li>
  );
}

function RejectsButton({ importId }: { importId: Id<"suppressionImports"> }) {
  const { t } = useTranslation();
  const { orgId } = useOrg();
  const convex = useConvex();
  const download = async () => {
    try {
      const lines: string[][] = [];
      let cursor: string | null = null;
      for (;;) {
        const paginationOpts: { numItems: number; cursor: string | null } = { numItems: REJECTS_PER_PAGE, cursor };
        const args = { orgId, importId, verdict: "rejected", paginationOpts } as const;
        const result = await convex.query(api.contacts.suppressions.queries.importRows, args);
        for (const { line, written, problem } of result.page) {
          lines.push([String(line), ...CSV_FIELDS.map((field) => written[field]), problemText(problem ?? "", t)]);
        }
        if (result.isDone) break;
        cursor = result.continueCursor;
      }
      downloadText("rejected.csv", writeCsv(["line", ...CSV_FIELDS, "problem"], lines));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Button size="sm" className="self-start" icon={<Download aria-hidden size={13} />} onPress={() => void download()}>
      {t("consent.downloadRejects")}
    </Button>
  );
}
