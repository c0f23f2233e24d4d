import { useTranslation } from "react-i18next";
import { exitsOf } from "../../../../convex/sequences/flow/edges";
import { cx } from "../../../components/ui/classes";
import { AddButton } from "./add-button";
import { useBuilder } from "./context";
import { type Item, type Line, placeKey, stepItem } from "./layout";
import { usePlaceText, useWayText } from "./node-text";
import { StepCard } from "./step-card";

/** Arms stand in by this much, at most so often: a phone is narrow. */
const INDENTS = ["", "ml-4", "ml-8", "ml-12"];

/** The same journey one below the other: for phones, and for those who would rather read than look. */
export function StepList() {
  const { t } = useTranslation();
  const { layout } = useBuilder();
  return (
    <ol aria-label={t("builder.list")} className="mx-auto flex w-full max-w-xl flex-col gap-1 p-4 pb-24">
      {layout.items.map((item, i) => (
        <li key={item.id} className={cx("flex flex-col gap-1", INDENTS[Math.min(item.depth, INDENTS.length - 1)])}>
          <Row
            item={item}
            lines={layout.lines.filter(({ from }) => from === item.id)}
            below={layout.items[i + 1]?.id ?? null}
          />
        </li>
      ))}
    </ol>
  );
}

type RowProps = {
  item: Item;
  lines: readonly Line[];
  /** What is shown next: where else a path leads is said. */
  below: string | null;
};

function Row({ item, lines, below }: RowProps) {
  const { t } = useTranslation();
  const { flow, canEdit } = useBuilder();
  const way = useWayText();
  const before = usePlaceText();
  const adding = (after: string) =>
    canEdit && lines.map(({ place }) => place !== null && <Adding key={placeKey(place)} place={place} after={after} />);
  const elsewhere = lines.find(({ to, place }) => place !== null && to !== below);
  const next = elsewhere && flow.nodes.find(({ stepId }) => stepItem(stepId) === elsewhere.to);
  const goesOn = next !== undefined && (
    <p className="text-center text-xs text-muted">{t("builder.goesOnWith", { name: next.name })}</p>
  );
  switch (item.kind) {
    case "entrance": {
      const name = t(`builder.entrances.${item.way}`);
      return (
        <>
          <h2 className="pt-4 text-sm font-semibold text-accent-text">{name}</h2>
          {adding(name)}
        </>
      );
    }
    case "step":
      return (
        <>
          {item.phase !== null && (
            <p className="self-center rounded-full bg-accent-soft px-3 py-0.5 text-xs font-semibold text-accent-text">
              {t(`phases.${item.phase}`)}
            </p>
          )}
          <div className="h-19">
            <StepCard node={item.node} />
          </div>
          {exitsOf(item.node).length === 1 && adding(item.node.name)}
          {goesOn}
        </>
      );
    case "arm": {
      const name = way(item.node, item.way);
      return (
        <>
          <h3 className="pt-2 text-xs font-semibold text-info">{name}</h3>
          {adding(name)}
          {goesOn}
        </>
      );
    }
    case "end":
      return canEdit ? (
        <Adding place={item.place} after={before(flow, item.place)} />
      ) : (
        <p className="text-center text-xs text-faint">{t("builder.end")}</p>
      );
  }
}

function Adding(props: { place: NonNullable<Line["place"]>; after: string }) {
  return (
    <span className="flex justify-center">
      <AddButton
        {...props}
        isTabStop
        className="size-7 max-md:size-11 max-md:border-transparent max-md:bg-transparent"
      />
    </span>
  );
}
