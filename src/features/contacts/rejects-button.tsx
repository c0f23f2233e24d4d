import { useConvex } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { CONTACT_FIELDS } from "../../../convex/contacts/imports/columns";
import { writeCsv } from "../../../convex/contacts/suppressions/csv";
import { Button } from "../../components/ui/button";
import { toastError } from "../../components/ui/toast";
import { downloadText } from "../../lib/download";
import { describeError } from "../../lib/errors";
import { useOrg } from "../../lib/org";
import { problemText } from "./problem-text";

type Rows = FunctionReturnType<typeof api.contacts.imports.queries.rows>;

const PAGE_SIZE = 500;

/** The lines that were not used, each with its reason, in the columns an import reads again. */
export function RejectsButton({ importId }: { importId: Id<"contactImports"> }) {
  const { t } = useTranslation();
  const { orgId } = useOrg();
  const convex = useConvex();
  const collect = async (read: (cursor: string | null) => Promise<Rows>) => {
    const rows: Rows["page"] = [];
    let cursor: string | null = null;
    for (;;) {
      const result: Rows = await read(cursor);
      rows.push(...result.page);
      if (result.isDone) return rows;
      cursor = result.continueCursor;
    }
  };
  const download = async () => {
    try {
      const { rows, failedRows } = api.contacts.imports.queries;
      const page = (cursor: string | null) => ({ numItems: PAGE_SIZE, cursor });
      const rejected = await collect((cursor) =>
        convex.query(rows, { orgId, importId, verdict: "rejected", paginationOpts: page(cursor) }),
      );
      const failed = await collect((cursor) =>
        convex.query(failedRows, { orgId, importId, paginationOpts: page(cursor) }),
      );
      const all = [...rejected, ...failed];
      const keys = [...new Set(all.flatMap(({ written }) => Object.keys(written.attributes)))];
      const lines = all.map(({ line, written, problem = "" }) => [
        String(line),
        ...CONTACT_FIELDS.map((field) => written[field] ?? ""),
        ...keys.map((key) => written.attributes[key] ?? ""),
        problemText(problem, t),
      ]);
      downloadText("rejected.csv", writeCsv(["line", ...CONTACT_FIELDS, ...keys, "problem"], lines));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    }
  };
  return (
    <Button size="sm" className="self-start" icon={<Download aria-hidden size={13} />} onPress={() => void download()}>
      {t("contacts.rejects")}
    </Button>
  );
}
