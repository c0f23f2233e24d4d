import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cx } from "../../components/ui/classes";
import type { DrillView } from "../../lib/api-types";

type Figures = DrillView["figures"];

const FATES = ["first_time", "retried", "fell_back", "open", "in_doubt", "dead", "stopped"] as const;
/** Shown when there are any: usually there are none. */
const RARE: readonly (typeof FATES)[number][] = ["in_doubt", "stopped"];

/** What became of the messages, and the proof that none was lost or came twice: counted on the devices. */
export function DrillFigures({ figures, isPartial }: { figures: Figures; isPartial: boolean }) {
  const { t } = useTranslation();
  const shown = FATES.filter((fate) => !RARE.includes(fate) || figures.fates[fate] > 0);
  return (
    <section aria-label={t("drill.figures")} className="flex flex-col gap-2">
      <dl className="flex flex-wrap gap-px overflow-hidden rounded-lg border border-line bg-line">
        <Figure name={t("drill.messages")} value={figures.messages} />
        {shown.map((fate) => (
          <Figure key={fate} name={t(`drill.fates.${fate}`)} value={figures.fates[fate]} />
        ))}
        <Figure name={t("drill.lost")} value={figures.lost} isBad={figures.lost > 0} />
        <Figure name={t("drill.doubled")} value={figures.doubled} isBad={figures.doubled > 0} />
      </dl>
      {isPartial && <p className="text-xs text-muted">{t("drill.partial")}</p>}
      {figures.fates.dead > 0 && (
        <Link
          to="/queue"
          search={{ group: "dead" }}
          className="self-start text-sm text-accent-text underline underline-offset-2"
        >
          {t("drill.toDeadLetters")}
        </Link>
      )}
    </section>
  );
}

function Figure({ name, value, isBad = false }: { name: string; value: number; isBad?: boolean }) {
  return (
    <div className="flex grow basis-28 flex-col-reverse justify-end gap-0.5 bg-surface px-4 py-3">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className={cx("text-xl font-semibold tabular-nums", isBad && "text-danger")}>{value}</dd>
    </div>
  );
}
