import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { ruleProblem } from "../../../../convex/contacts/segments/rules";
import type { SegmentRule } from "../../../lib/api-types";
import { useOrgQuery } from "../../../lib/org";

/** How many people a rule lets in at present; nothing for a rule that cannot stand. */
export function SegmentSize({ rule }: { rule: SegmentRule }) {
  const { t } = useTranslation();
  const isRight = ruleProblem(rule) === null;
  const size = useOrgQuery(api.contacts.segments.queries.count, isRight ? { rule } : "skip");
  if (!isRight) return null;
  if (size === undefined) return <>{t("segments.counting")}</>;
  const { count, isAll } = size;
  return <>{isAll ? t("segments.counted", { count }) : t("segments.atLeast", { count })}</>;
}
