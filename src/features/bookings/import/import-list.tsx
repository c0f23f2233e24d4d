import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { ImportList, IMPORTS_PER_PAGE } from "../../../components/import/import-list";
import { useOrgPaginatedQuery } from "../../../lib/org";
import { BookingDryRun } from "./dry-run";

/** Files of bookings that were imported, or are being; each opens with what it did and the way back. */
export function BookingImports() {
  const { t } = useTranslation();
  const [openId, setOpenId] = useState<Id<"bookingImports"> | null>(null);
  const page = useOrgPaginatedQuery(api.bookings.imports.queries.list, {}, { initialNumItems: IMPORTS_PER_PAGE });
  return (
    <ImportList
      page={page}
      none={t("bookingImport.none")}
      testId="booking-import"
      summary={({ state, planned, result }) => {
        if (state === "reading" || state === "checked") return t("bookingImport.planned", planned);
        const { undone = 0, kept = 0 } = result;
        if (state === "undoing" || state === "undone") return t("bookingImport.undoResult", { undone, kept });
        return t("bookingImport.result", result);
      }}
      onOpen={setOpenId}
    >
      {openId !== null && <BookingDryRun importId={openId} onClose={() => setOpenId(null)} />}
    </ImportList>
  );
}
