import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { Section } from "../../../components/layout/page";
import { useOrgQuery } from "../../../lib/org";

/** The journeys that ask for a segment; nothing where there are none. */
export function UsedBy({ segmentId }: { segmentId: Id<"segments"> }) {
  const { t } = useTranslation();
  const uses = useOrgQuery(api.sequences.segmentUse.queries.list, { segmentId });
  if (uses === undefined || uses.length === 0) return null;
  return (
    <Section title={t("segments.usedBy")}>
      <ul className="flex flex-col gap-1">
        {uses.map(({ sequenceId, name, status }) => (
          <li key={sequenceId} className="text-sm">
            <Link
              to="/sequences/$sequenceId"
              params={{ sequenceId }}
              className="rounded-sm font-medium underline decoration-line-strong underline-offset-2"
            >
              {name}
            </Link>{" "}
            <span className="text-muted">({t(`sequenceStatus.${status}`)})</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
