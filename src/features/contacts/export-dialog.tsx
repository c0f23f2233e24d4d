import { useConvex } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import { writeCsv } from "../../../convex/contacts/suppressions/csv";
import { Button } from "../../components/ui/button";
import { Checkbox } from "../../components/ui/checkbox";
import { Dialog } from "../../components/ui/dialog";
import { toast, toastError } from "../../components/ui/toast";
import { downloadText } from "../../lib/download";
import { describeError } from "../../lib/errors";
import { useOrg } from "../../lib/org";
import { exportTable } from "./export-rows";

type Page = FunctionReturnType<typeof api.contacts.queries.list>;

const PAGE_SIZE = 200;

/** Fetches everybody the search finds, page by page, and hands them over as CSV. */
export function ExportDialog({ text, onClose }: { text: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { orgId } = useOrg();
  const convex = useConvex();
  const [hasMark, setHasMark] = useState(true);
  const [isExporting, setIsExporting] = useState(false);
  const run = async () => {
    setIsExporting(true);
    try {
      const contacts: Page["page"] = [];
      let cursor: string | null = null;
      for (;;) {
        const paginationOpts: { numItems: number; cursor: string | null } = { numItems: PAGE_SIZE, cursor };
        const result: Page = await convex.query(api.contacts.queries.list, { orgId, text, paginationOpts });
        contacts.push(...result.page);
        if (result.isDone) break;
        cursor = result.continueCursor;
      }
      const { columns, rows } = exportTable(contacts);
      downloadText("contacts.csv", writeCsv(columns, rows, { hasMark }));
      toast(t("contacts.exportDone", { count: rows.length }));
      onClose();
    } catch (thrown) {
      toastError(describeError(thrown, t));
      setIsExporting(false);
    }
  };
  return (
    <Dialog
      title={t("contacts.export")}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <Button
          variant="primary"
          icon={<Download aria-hidden size={14} />}
          isPending={isExporting}
          onPress={() => void run()}
        >
          {t("contacts.export")}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">{t("contacts.exportText")}</p>
        <Checkbox isSelected={hasMark} onChange={setHasMark}>
          {t("contacts.exportMark")}
        </Checkbox>
      </div>
    </Dialog>
  );
}
