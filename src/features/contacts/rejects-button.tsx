import { useConvex } from "convex/react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { CONTACT_FIELDS } from "../../../convex/contacts/imports/columns";
import { allRows, RejectsButton } from "../../components/import/rejects-button";
import { useOrg } from "../../lib/org";
import { problemText } from "./problem-text";

/** Lines of contacts that were not used. */
export function ContactRejects({ importId }: { importId: Id<"contactImports"> }) {
  const { t } = useTranslation();
  const { orgId } = useOrg();
  const convex = useConvex();
  const collect = async () => {
    const { rows, failedRows } = api.contacts.imports.queries;
    const rejected = await allRows((paginationOpts) =>
      convex.query(rows, { orgId, importId, verdict: "rejected", paginationOpts }),
    );
    const failed = await allRows((paginationOpts) => convex.query(failedRows, { orgId, importId, paginationOpts }));
    const all = [...rejected, ...failed];
    const keys = [...new Set(all.flatMap(({ written }) => Object.keys(written.attributes)))];
    const lines = all.map(({ line, written, problem = "", about }) => [
      String(line),
      ...CONTACT_FIELDS.map((field) => written[field] ?? ""),
      ...keys.map((key) => written.attributes[key] ?? ""),
      problemText(problem, about, t),
    ]);
    return { columns: ["line", ...CONTACT_FIELDS, ...keys, "problem"], lines };
  };
  return <RejectsButton collect={collect} />;
}
