import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { ImportList as Frame, IMPORTS_PER_PAGE } from "../../components/import/import-list";
import { useOrgPaginatedQuery } from "../../lib/org";
import { DryRun } from "./dry-run";

/** Files of contacts that were imported; each opens with what it did and the way back. */
export function ImportList() {
  const { t } = useTranslation();
  const [openId, setOpenId] = useState<Id<"contactImports"> | null>(null);
  const page = useOrgPaginatedQuery(api.contacts.imports.queries.list, {}, { initialNumItems: IMPORTS_PER_PAGE });
  return (
    <Frame
      page={page}
      none={t("contacts.noImports")}
      testId="contact-import"
      summary={({ state, planned, result }) =>
        state === "reading" || state === "checked" ? t("contacts.planned", planned) : t("contacts.result", result)
      }
      onOpen={setOpenId}
    >
      {openId !== null && <DryRun importId={openId} onClose={() => setOpenId(null)} />}
    </Frame>
  );
}
