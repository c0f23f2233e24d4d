import { useTranslation } from "react-i18next";
import type { LedgerEntry } from "./types";

const FIELDS = ["ip", "userAgent", "url", "evidence", "reference"] as const;

/** How a statement can be shown to be true. */
export function StatementProof({ proof }: { proof: LedgerEntry["proof"] }) {
  const { t } = useTranslation();
  const shown = FIELDS.flatMap((field) => {
    const value = proof?.[field];
    return value === undefined ? [] : [{ field, value }];
  });
  if (shown.length === 0) return null;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-xs">
      {shown.map(({ field, value }) => (
        <div key={field} className="contents">
          <dt className="text-faint">{t(`consent.proof.${field}`)}</dt>
          <dd className="min-w-0 break-words text-muted">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
