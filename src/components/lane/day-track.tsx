import { type PointerEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LaneMessage, PersonLaneItem } from "../../lib/api-types";
import { useLanguage } from "../../lib/i18n";
import { useNow } from "../../lib/now";
import { clock, dateTime, localZone } from "../../lib/time-format";
import { cx } from "../ui/classes";
import { dayOf, instantOn, shareOfDay } from "./lane-days";
import type { LaneDeeds } from "./use-lane-deeds";

const HOURS = [6, 12, 18];

type DayTrackProps = { day: string; items: readonly PersonLaneItem[]; deeds: LaneDeeds };

/** The hours of one day with what lies in them; messages can be dragged along it and onto other days' tracks. */
export function DayTrack({ day, items, deeds }: DayTrackProps) {
  const now = useNow();
  const zone = localZone();
  const isToday = dayOf(now, zone) === day;
  const heights = heightsOf(items);
  return (
    // The cards below say and do the same for those who use no pointer.
    <div aria-hidden className="relative h-8 rounded-sm bg-sunken">
      {HOURS.map((hour) => (
        <span key={hour} style={{ left: `${(hour / 24) * 100}%` }} className="absolute inset-y-0 w-px bg-line">
          <span className="absolute bottom-0 left-0.5 text-2xs text-faint tabular-nums">{hour}</span>
        </span>
      ))}
      {isToday && (
        <span
          data-testid="lane-now"
          style={{ left: `${shareOfDay(now, zone) * 100}%` }}
          className="absolute -inset-y-0.5 w-0.5 bg-accent"
        />
      )}
      {items.map((item, index) =>
        item.kind === "message" ? (
          <Marker key={item.id} message={item} deeds={deeds} zone={zone} height={heights[index] ?? "35%"} />
        ) : (
          item.at !== null && (
            <span
              key={item.id}
              style={{ left: `${shareOfDay(item.at, zone) * 100}%` }}
              className="absolute top-1/2 size-2 -translate-1/2 rounded-full border border-edge bg-surface"
            />
          )
        ),
      )}
    </div>
  );
}

/** Marks nearer to each other than this would cover each other. */
const CLOSE_MS = 60 * 60_000;

// One above the other where they are close, so that each can be taken.
function heightsOf(items: readonly PersonLaneItem[]): string[] {
  let run = 0;
  return items.map(({ at }, index) => {
    const before = items[index - 1]?.at ?? null;
    run = at !== null && before !== null && at - before < CLOSE_MS ? run + 1 : 0;
    return run % 2 === 0 ? "35%" : "75%";
  });
}

/** `height`: how far down the track it lies. */
type MarkerProps = { message: LaneMessage; deeds: LaneDeeds; zone: string; height: string };

function Marker({ message, deeds, zone, height }: MarkerProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [drag, setDrag] = useState<{
    x: number;
    y: number;
    fromX: number;
    fromY: number;
    begunAt: number;
    at: number | null;
  } | null>(null);
  const mayMove = deeds.mayChange(message);
  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    if (!mayMove || event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    const { clientX: x, clientY: y } = event;
    setDrag({ x, y, fromX: x, fromY: y, begunAt: Date.now(), at: null });
  };
  const go = ({ clientX: x, clientY: y }: PointerEvent) => {
    setDrag((old) => old && { ...old, x, y, at: instantAt(x, y, zone) });
  };
  const drop = () => {
    if (drag !== null && drag.at !== null && drag.at !== message.dueAt) void deeds.move(message, drag.at);
    setDrag(null);
  };
  const { foreseen, at } = message;
  const offset = drag === null ? "" : `translate(${drag.x - drag.fromX}px, ${drag.y - drag.fromY}px)`;
  return (
    <span
      data-testid="lane-marker"
      title={`${clock(at, language)} ${message.subject || message.sourceLabel}`}
      onPointerDown={begin}
      onPointerMove={drag === null ? undefined : go}
      onPointerUp={drop}
      onPointerCancel={() => setDrag(null)}
      style={{ left: `${shareOfDay(at, zone) * 100}%`, top: height, transform: `translate(-50%, -50%) ${offset}` }}
      className={cx(
        "absolute z-10 flex size-4 touch-none items-center justify-center select-none",
        mayMove && (drag === null ? "cursor-grab" : "z-20 cursor-grabbing"),
      )}
    >
      <span
        className={cx(
          "size-3 rounded-full border-2",
          foreseen?.kind === "dropped" ? "border-danger bg-surface" : MARKERS[foreseen?.kind ?? "leaves"],
        )}
      />
      {drag !== null && (
        <span className="absolute bottom-full mb-1 rounded-md border border-line bg-raised px-2 py-1 text-xs whitespace-nowrap shadow-float">
          {drag.at === null ? t("lane.nowhere") : dateTime(drag.at, language, drag.begunAt)}
        </span>
      )}
    </span>
  );
}

const MARKERS = { leaves: "border-accent bg-accent", waits: "border-warn bg-surface", dropped: "" };

/** The time at a place of the page, on whichever day's band it is; null: on none. */
function instantAt(x: number, y: number, zone: string): number | null {
  const bands = document.elementsFromPoint(x, y).filter((element) => element instanceof HTMLElement);
  const band = bands.find(({ dataset }) => dataset["laneDay"] !== undefined);
  if (band?.dataset["laneDay"] === undefined) return null;
  const { left, width } = band.getBoundingClientRect();
  return instantOn(band.dataset["laneDay"], (x - left) / width, zone);
}
