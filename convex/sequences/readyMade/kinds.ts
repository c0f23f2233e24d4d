import { BEAUTY } from "./kinds/beauty";
import { COURSE } from "./kinds/course";
import { RENTAL } from "./kinds/rental";
import { RESTAURANT } from "./kinds/restaurant";
import { SAILING_SCHOOL } from "./kinds/sailingSchool";
import { TRADES } from "./kinds/trades";
import type { ReadyMade } from "./shape";

/** The trades there is a journey for (product.md B-06), in the order in which they are shown. */
export const READY_MADE_KINDS = ["sailing_school", "restaurant", "beauty", "trades", "course", "rental"] as const;
export type ReadyMadeKind = (typeof READY_MADE_KINDS)[number];

/** A journey to start from for each of them. */
export const READY_MADE: Record<ReadyMadeKind, ReadyMade> = {
  sailing_school: SAILING_SCHOOL,
  restaurant: RESTAURANT,
  beauty: BEAUTY,
  trades: TRADES,
  course: COURSE,
  rental: RENTAL,
};
