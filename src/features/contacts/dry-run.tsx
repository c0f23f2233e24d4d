import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { DecideButtons, DryRunDialog, Lines, LINES_PER_PAGE, UndoButton } from "../../components/import/dry-run-dialog";
import { useCan, useOrgMutation, useOrgPaginatedQuery, useOrgQuery } from "../../lib/org";
import { problemText } from "./problem-text";
import { ContactRejects } from "./rejects-button";

type Verdict = "create" | "update" | "unchanged" | "repeated" | "rejected";
type Row = FunctionReturnType<typeof api.contacts.imports.queries.rows>["page"][number];
type Import = FunctionReturnType<typeof api.contacts.imports.queries.get>;

/** What an import of contacts would do, then how far it is, and the way back. */
export function DryRun({ importId, onClose }: { importId: Id<"contactImports">; onClose: () => void }) {
  const { t } = useTranslation();
  const found = useOrgQuery(api.contacts.imports.queries.get, { importId });
  if (found === undefined) return null;
  const verdict = (id: Verdict) => ({ id, label: t(`contacts.verdicts.${id}`), count: found.planned[id] });
  return (
    <DryRunDialog
      title={found.fileName}
      onClose={onClose}
      actions={<Actions found={found} onClose={onClose} />}
      status={<Status found={found} />}
      verdicts={[verdict("create"), verdict("update"), verdict("unchanged"), verdict("repeated"), verdict("rejected")]}
      lines={(shown) => <VerdictLines key={shown} importId={importId} verdict={shown} />}
    />
  );
}

function Status({ found }: { found: Import }) {
  const { t } = useTranslation();
  return (
    <p>
      {t(`imports.states.${found.state}`)}
      {found.state !== "reading" && found.state !== "checked" && ` · ${t("contacts.result", found.result)}`}
      {found.state === "undone" && ` · ${t("contacts.undoResult", found.result)}`}
    </p>
  );
}

function Actions({ found, onClose }: { found: Import; onClose: () => void }) {
  const { t } = useTranslation();
  const mayImport = useCan("consent.manage");
  const apply = useOrgMutation(api.contacts.imports.mutations.apply);
  const undo = useOrgMutation(api.contacts.imports.mutations.undo);
  const discard = useOrgMutation(api.contacts.imports.mutations.discard);
  const importId = found.id;
  const count = found.planned.create + found.planned.update;
  if (!mayImport) return null;
  if (found.state === "applied") return <UndoButton onUndo={() => undo({ importId })} />;
  if (found.state !== "checked") return null;
  return (
    <DecideButtons
      applyLabel={t("contacts.apply", { count })}
      isEmpty={count === 0}
      onApply={() => apply({ importId })}
      onDiscard={() => discard({ importId })}
      onClose={onClose}
    />
  );
}

function VerdictLines({ importId, verdict }: { importId: Id<"contactImports">; verdict: Verdict }) {
  const { t } = useTranslation();
  const page = useOrgPaginatedQuery(
    api.contacts.imports.queries.rows,
    { importId, verdict },
    { initialNumItems: LINES_PER_PAGE },
  );
  return (
    <Lines
      page={page}
      head={verdict === "rejected" && <ContactRejects importId={importId} />}
      show={(row) => ({
        text: personOf(row),
        problem: row.problem === undefined ? undefined : problemText(row.problem, row.about, t),
      })}
    />
  );
}

function personOf({ written }: Row): string {
  const { name, firstName, lastName, email, phone, whatsapp, orderNumber, orders } = written;
  const who = [name ?? [firstName, lastName].filter(Boolean).join(" "), email, phone, whatsapp, orderNumber, orders];
  return who.filter(Boolean).join(" · ");
}
