import { FileUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { Button } from "../../components/ui/button";
import { EmptyState } from "../../components/ui/empty-state";
import { SkeletonRows } from "../../components/ui/skeleton";
import { RelativeTime } from "../../components/ui/time";
import { useOrgPaginatedQuery } from "../../lib/org";
import { DryRun } from "./dry-run";

const PAGE_SIZE = 20;

/** Files of contacts that were imported; each opens with what it did and the way back. */
export function ImportList() {
  const { t } = useTranslation();
  const [openId, setOpenId] = useState<Id<"contactImports"> | null>(null);
  const { results, status, loadMore } = useOrgPaginatedQuery(
    api.contacts.imports.queries.list,
    {},
    { initialNumItems: PAGE_SIZE },
  );
  if (status === "LoadingFirstPage") return <SkeletonRows count={3} />;
  if (results.length === 0) return <EmptyState icon={FileUp} title={t("contacts.noImports")} />;
  return (
    <div className="flex flex-col gap-3 overflow-y-auto px-6 py-4 max-md:px-4">
      <ul className="divide-y divide-line rounded-lg border border-line">
        {results.map((row) => (
          <li
            key={row.id}
            data-testid="contact-import"
            className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3"
          >
            <span className="min-w-0 grow">
              <button
                type="button"
                onClick={() => setOpenId(row.id)}
                className="block max-w-full truncate rounded-sm text-left text-sm font-medium underline decoration-line-strong underline-offset-2"
              >
                {row.fileName}
              </button>
              <span className="block text-xs text-faint">
                <RelativeTime at={row.createdAt} /> ·{" "}
                {row.state === "reading" || row.state === "checked"
                  ? t("contacts.planned", row.planned)
                  : t("contacts.result", row.result)}
              </span>
            </span>
            <span className="text-xs text-muted">{t(`contacts.states.${row.state}`)}</span>
          </li>
        ))}
      </ul>
      {status === "CanLoadMore" && (
        <Button className="self-center" onPress={() => loadMore(PAGE_SIZE)}>
          {t("common.more")}
        </Button>
      )}
      {openId !== null && <DryRun importId={openId} onClose={() => setOpenId(null)} />}
    </div>
  );
}
