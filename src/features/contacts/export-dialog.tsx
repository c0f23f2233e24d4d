import { type ConvexReactClient, useConvex } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { writeCsv } from "../../../convex/lib/csv";
import { Button } from "../../components/ui/button";
import { Checkbox } from "../../components/ui/checkbox";
import { Dialog } from "../../components/ui/dialog";
import { toast, toastError } from "../../components/ui/toast";
import { downloadText } from "../../lib/download";
import { describeError } from "../../lib/errors";
import { useOrg } from "../../lib/org";
import { exportTable } from "./export-rows";

type Page = FunctionReturnType<typeof api.contacts.queries.list>;
type Orders = FunctionReturnType<typeof api.contacts.orders.queries.ofContact>;

const PAGE_SIZE = 200;

type ExportDialogProps = { filter: { text: string; accountId?: Id<"accounts"> }; onClose: () => void };

/** Fetches everybody the filter finds, page by page, and hands them over as CSV. */
export function ExportDialog({ filter, onClose }: ExportDialogProps) {
  const { t } = useTranslation();
  const { orgId } = useOrg();
  const convex = useConvex();
  const [hasMark, setHasMark] = useState(true);
  const [isExporting, setIsExporting] = useState(false);
  const run = async () => {
    setIsExporting(true);
    try {
      const contacts: Page["page"] = [];
      const orders = new Map<Id<"contacts">, Orders["page"]>();
      let cursor: string | null = null;
      for (;;) {
        const paginationOpts: { numItems: number; cursor: string | null } = { numItems: PAGE_SIZE, cursor };
        const result: Page = await convex.query(api.contacts.queries.list, { orgId, ...filter, paginationOpts });
        contacts.push(...result.page);
        await addOrders(convex, orgId, { contactIds: result.page.map(({ id }) => id), to: orders });
        if (result.isDone) break;
        cursor = result.continueCursor;
      }
      const { columns, rows } = exportTable(contacts, orders);
      downloadText("contacts.csv", writeCsv(columns, rows, { hasMark }));
      toast(t("contacts.exportDone", { count: contacts.length }));
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

type Collected = { contactIds: Id<"contacts">[]; to: Map<Id<"contacts">, Orders["page"]> };

/** Fetches the orders of a page of contacts: of all at once, then all of whoever has many. */
async function addOrders(convex: ConvexReactClient, orgId: Id<"organisations">, { contactIds, to }: Collected) {
  const found = await convex.query(api.contacts.orders.queries.ofContacts, { orgId, contactIds });
  for (const { contactId, orders, hasMore } of found) {
    to.set(contactId, hasMore ? await everyOrder(convex, orgId, contactId) : orders);
  }
}

async function everyOrder(convex: ConvexReactClient, orgId: Id<"organisations">, contactId: Id<"contacts">) {
  const all: Orders["page"] = [];
  let cursor: string | null = null;
  for (;;) {
    const paginationOpts: { numItems: number; cursor: string | null } = { numItems: PAGE_SIZE, cursor };
    const asked = { orgId, contactId, paginationOpts };
    const result: Orders = await convex.query(api.contacts.orders.queries.ofContact, asked);
    all.push(...result.page);
    if (result.isDone) return all;
    cursor = result.continueCursor;
  }
}
