import type { FunctionReturnType } from "convex/server";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import { Dialog } from "../../components/ui/dialog";
import { SkeletonRows } from "../../components/ui/skeleton";
import { Tabs } from "../../components/ui/tabs";
import { toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useCan, useOrgMutation, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { problemText } from "./problem-text";
import { RejectsButton } from "./rejects-button";

const VERDICTS = ["create", "update", "unchanged", "repeated", "rejected"] as const;
type Verdict = (typeof VERDICTS)[number];
type Row = FunctionReturnType<typeof api.contacts.imports.queries.rows>["page"][number];
type Import = FunctionReturnType<typeof api.contacts.imports.queries.get>;

const PAGE_SIZE = 25;

/** What an import would do, line by line, before it does anything; then how far it is, and the way back. */
export function DryRun({ importId, onClose }: { importId: Id<"contactImports">; onClose: () => void }) {
  const { t } = useTranslation();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const found = useOrgQuery(api.contacts.imports.queries.get, { importId });
  if (found === undefined) return null;
  const shown = verdict ?? VERDICTS.find((each) => found.planned[each] > 0) ?? "create";
  return (
    <Dialog
      title={found.fileName}
      isOpen
      onClose={onClose}
      size="lg"
      footer={<Actions found={found} onClose={onClose} />}
    >
      <p role="status" className="pb-2 text-sm text-muted">
        {t(`contacts.states.${found.state}`)}
        {found.state !== "reading" && found.state !== "checked" && ` · ${t("contacts.result", found.result)}`}
        {found.state === "undone" && ` · ${t("contacts.undoResult", found.result)}`}
      </p>
      <Tabs
        label={t("contacts.verdictsLabel")}
        tabs={VERDICTS.map((id) => ({ id, label: t(`contacts.verdicts.${id}`), count: found.planned[id] }))}
        value={shown}
        onChange={setVerdict}
      >
        <Lines key={shown} importId={importId} verdict={shown} />
      </Tabs>
    </Dialog>
  );
}

function Actions({ found, onClose }: { found: Import; onClose: () => void }) {
  const { t } = useTranslation();
  const mayImport = useCan("consent.manage");
  const apply = useOrgMutation(api.contacts.imports.mutations.apply);
  const undo = useOrgMutation(api.contacts.imports.mutations.undo);
  const discard = useOrgMutation(api.contacts.imports.mutations.discard);
  const importId = found.id;
  const run = (work: Promise<null>) => {
    work.catch((thrown: unknown) => toastError(describeError(thrown, t)));
  };
  const throwAway = () => {
    // Closed first: what is shown is gone with it.
    onClose();
    run(discard({ importId }));
  };
  const count = found.planned.create + found.planned.update;
  if (!mayImport) return null;
  if (found.state === "applied") return <Button onPress={() => run(undo({ importId }))}>{t("actions.undo")}</Button>;
  if (found.state !== "checked") return null;
  return (
    <>
      <Button onPress={throwAway}>{t("contacts.discard")}</Button>
      <Button variant="primary" isDisabled={count === 0} onPress={() => run(apply({ importId }))}>
        {t("contacts.apply", { count })}
      </Button>
    </>
  );
}

function Lines({ importId, verdict }: { importId: Id<"contactImports">; verdict: Verdict }) {
  const { t } = useTranslation();
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.imports.queries.rows,
    { importId, verdict },
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return <SkeletonRows count={4} />;
  const rejects = verdict === "rejected" && <RejectsButton importId={importId} />;
  return (
    <div className="flex flex-col gap-3 pt-3">
      {rejects}
      {results.length === 0 && <p className="py-6 text-center text-sm text-muted">{t("contacts.noLines")}</p>}
      {results.length > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line">
          {results.map((row) => (
            <Line key={row.line} row={row} />
          ))}
        </ul>
      )}
      {status === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
    </div>
  );
}

function Line({ row: { line, written, problem } }: { row: Row }) {
  const { t } = useTranslation();
  const { name, firstName, lastName, email, phone, whatsapp } = written;
  const who = [name ?? [firstName, lastName].filter(Boolean).join(" "), email, phone, whatsapp].filter(Boolean);
  return (
    <li className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-0.5 px-3 py-2 text-sm">
      <span className="min-w-0 break-all">
        <span className="mr-2 text-xs text-faint">{t("contacts.line", { line })}</span>
        {who.join(" · ")}
      </span>
      {problem !== undefined && <span className="text-xs text-danger">{problemText(problem, t)}</span>}
    </li>
  );
}
