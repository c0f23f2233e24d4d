import { Link } from "@tanstack/react-router";
import { Check, X } from "lucide-react";
import type { FunctionReturnType } from "convex/server";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Section } from "../../../components/layout/page";
import { Badge } from "../../../components/ui/badge";
import type { SegmentFinding } from "../../../lib/api-types";
import { useOrgQuery } from "../../../lib/org";
import { useTestText } from "./test-text";

type Standing = FunctionReturnType<typeof api.contacts.segments.queries.ofContact>[number];

/** Which segments somebody is in, those first, and which not; each opens with why (product.md O-11). */
export function ContactSegments({ contactId }: { contactId: Id<"contacts"> }) {
  const { t } = useTranslation();
  const segments = useOrgQuery(api.contacts.segments.queries.ofContact, { contactId });
  if (segments === undefined || segments.length === 0) return null;
  const sorted = segments.toSorted((a, b) => Number(b.isIn) - Number(a.isIn));
  return (
    <Section title={t("segments.ofContact")}>
      <ul className="flex flex-col rounded-md border border-line">
        {sorted.map((segment) => (
          <li key={segment.id} className="border-b border-line last:border-b-0">
            <Row segment={segment} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Row({ segment: { id, name, isIn, findings } }: { segment: Standing }) {
  const { t } = useTranslation();
  return (
    <details data-testid="contact-segment">
      <summary className="flex min-h-11 cursor-pointer items-center gap-3 rounded-md px-3 py-2 hover:bg-hover">
        <span className="min-w-0 grow truncate text-sm font-medium">{name}</span>
        <Badge tone={isIn ? "ok" : "neutral"}>{t(isIn ? "segments.isIn" : "segments.isOut")}</Badge>
      </summary>
      <div className="flex flex-col gap-2 px-3 pt-2 pb-3">
        <p className="text-xs font-semibold text-faint">{t(isIn ? "segments.inBecause" : "segments.outBecause")}</p>
        <Findings findings={findings} />
        <Link
          to="/segments/$segmentId"
          params={{ segmentId: id }}
          className="self-start rounded-sm text-sm underline decoration-line-strong underline-offset-2"
        >
          {t("segments.open")}
        </Link>
      </div>
    </details>
  );
}

/** Every test of a rule with its answer for one person. */
function Findings({ findings }: { findings: readonly SegmentFinding[] }) {
  const { t } = useTranslation();
  const text = useTestText();
  return (
    <ul className="flex flex-col gap-1">
      {findings.map((finding, i) => (
        // The same test may stand twice.
        <li key={i} className="flex items-start gap-2 text-sm">
          {finding.holds ? (
            <Check aria-hidden size={15} className="mt-0.5 shrink-0 text-ok" />
          ) : (
            <X aria-hidden size={15} className="mt-0.5 shrink-0 text-muted" />
          )}
          <span className="min-w-0">
            <span className="sr-only">{t(finding.holds ? "segments.holds" : "segments.holdsNot")}: </span>
            {text(finding.test)} <FoundValue found={finding.found} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function FoundValue({ found }: { found: SegmentFinding["found"] }) {
  const { t } = useTranslation();
  if (found === undefined) return null;
  const value = Array.isArray(found) ? found.join(", ") : String(found ?? "");
  return (
    <span className="text-muted">({value === "" ? t("segments.foundNothing") : t("segments.found", { value })})</span>
  );
}
