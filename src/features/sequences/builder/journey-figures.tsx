import { useTranslation } from "react-i18next";
import { api } from "../../../../convex/_generated/api";
import { cx } from "../../../components/ui/classes";
import type { SequenceBuilderView } from "../../../lib/api-types";
import { useIsPhone } from "../../../lib/media";
import { useOrgQuery } from "../../../lib/org";
import { FigureButtons } from "../people/figure-buttons";
import { type FigureName, groupsOfJourney } from "../people/groups";

const NAMES: readonly FigureName[] = [
  "entered",
  "active",
  "passed",
  "sent",
  "delivered",
  "opened",
  "clicked",
  "replied",
  "converted",
  "skipped",
  "failed",
];

/** How much of what is sent has to arrive (product.md B-14). */
const TARGETS = { email: 0.99, sms: 0.95 } as const;

/** What became of the whole journey so far, and how much of it arrived; nothing while it was never live. */
export function JourneyFigures({ view }: { view: SequenceBuilderView }) {
  const { t, i18n } = useTranslation();
  const isPhone = useIsPhone();
  const all = useOrgQuery(
    api.sequences.figures.queries.get,
    view.versionNumber === null ? "skip" : { sequenceId: view.id },
  );
  if (all === undefined) return null;
  const percentOf = (share: number, digits = 1) =>
    new Intl.NumberFormat(i18n.language, { style: "percent", maximumFractionDigits: digits }).format(share);
  return (
    <section
      aria-label={t("sequences.allFigures")}
      tabIndex={isPhone ? 0 : undefined}
      className="flex shrink-0 flex-wrap items-center justify-between gap-x-6 gap-y-1 border-t border-line px-4 py-1.5 outline-offset-[-2px] max-md:flex-nowrap max-md:overflow-x-auto max-md:whitespace-nowrap"
    >
      <div className="max-md:shrink-0">
        <FigureButtons
          sequenceId={view.id}
          of={view.name}
          names={NAMES}
          figures={all.total}
          groupsOf={groupsOfJourney}
        />
      </div>
      <ul className="flex shrink-0 gap-4 text-xs">
        {all.channels.flatMap(({ channel, delivered, lost }) => {
          if (channel !== "email" && channel !== "sms") return [];
          const share = delivered / (delivered + lost);
          const target = TARGETS[channel];
          return [
            <li key={channel} className={cx("flex flex-col", share < target ? "text-danger" : "text-ok")}>
              {t("sequences.success", { channel: t(`channels.${channel}`), percent: percentOf(share) })}
              <span className="text-2xs text-muted">
                {t("sequences.successTarget", { percent: percentOf(target) })}
              </span>
            </li>,
          ];
        })}
      </ul>
    </section>
  );
}
