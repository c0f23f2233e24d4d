import { useConvex } from "convex/react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { CSV_FIELDS } from "../../../convex/contacts/suppressions/csv";
import { writeCsv } from "../../../convex/lib/csv";
import { toast, toastError } from "../../components/ui/toast";
import { describeError } from "../../lib/errors";
import { useOrg } from "../../lib/org";
import { downloadText } from "../../lib/download";

const PAGE_SIZE = 500;

const COLUMNS = [...CSV_FIELDS, "source", "added_by", "added_at"] as const;

/** Fetches the whole list page by page and saves it as CSV that our own import reads again. */
export function useExport(): { isExporting: boolean; startExport: () => Promise<void> } {
  const { t } = useTranslation();
  const { orgId } = useOrg();
  const convex = useConvex();
  const [isExporting, setIsExporting] = useState(false);
  const collect = async () => {
    const rows: string[][] = [];
    let cursor: string | null = null;
    for (;;) {
      const paginationOpts: { numItems: number; cursor: string | null } = { numItems: PAGE_SIZE, cursor };
      const result = await convex.query(api.contacts.suppressions.queries.list, { orgId, paginationOpts });
      for (const row of result.page) {
        const { channel, address, purpose = "", topic = "", reason, note = "", source = "", addedByName, at } = row;
        const when = new Date(at).toISOString();
        rows.push([channel, address, purpose, topic, reason, note, source, addedByName ?? "", when]);
      }
      if (result.isDone) return rows;
      cursor = result.continueCursor;
    }
  };
  const startExport = async () => {
    setIsExporting(true);
    try {
      const rows = await collect();
      downloadText("suppressions.csv", writeCsv(COLUMNS, rows));
      toast(t("consent.exported", { count: rows.length }));
    } catch (thrown) {
      toastError(describeError(thrown, t));
    } finally {
      setIsExporting(false);
    }
  };
  return { isExporting, startExport };
}
