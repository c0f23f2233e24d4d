import type { ContactKey } from "./people";

// The bookings of the demo workspace, relative to the day it is made: three weeks back to six weeks ahead.

/** Something that happened to a booking, in days before (or, negative, after) its first start. */
export type DemoHappening =
  | { what: "moved"; daysBefore: number; byDays: number }
  | { what: "cancelled"; daysBefore: number; reason: string }
  | { what: "completed" }
  | { what: "no_show" };

export type DemoBooking = {
  title: string;
  source: "website" | "calcom";
  /** First day, counted from today. */
  day: number;
  start: string;
  hours: number;
  bookedDaysBefore: number;
  people: ContactKey[];
  /** Absent: online. */
  place?: string;
  happened?: DemoHappening[];
  /** What the form asked besides. */
  attributes?: Record<string, string | number | boolean>;
};

const HARBOUR = "Hafen Ueckermünde, Steg 3";
const CLUBHOUSE = "Vereinshaus, Am Strand 12, Ueckermünde";

export const BOOKINGS: DemoBooking[] = [
  {
    title: "SBF Binnen Praxiskurs",
    source: "website",
    day: -21,
    start: "09:00",
    hours: 8,
    bookedDaysBefore: 24,
    people: ["karl"],
    place: HARBOUR,
    happened: [{ what: "completed" }],
  },
  {
    title: "Opti-Kinderkurs",
    source: "website",
    day: -16,
    start: "10:00",
    hours: 5,
    bookedDaysBefore: 20,
    people: ["martina"],
    place: HARBOUR,
    happened: [{ what: "completed" }],
  },
  {
    title: "Funkschein SRC",
    source: "calcom",
    day: -12,
    start: "18:00",
    hours: 3,
    bookedDaysBefore: 15,
    people: ["lukas"],
    happened: [{ what: "no_show" }],
  },
  {
    title: "Skippertraining Hafenmanöver",
    source: "website",
    day: -9,
    start: "09:30",
    hours: 7,
    bookedDaysBefore: 12,
    people: ["jonas", "timo"],
    place: HARBOUR,
    happened: [{ what: "completed" }],
  },
  {
    title: "Jollen-Grundkurs",
    source: "website",
    day: -4,
    start: "09:00",
    hours: 6,
    bookedDaysBefore: 10,
    people: ["elena"],
    place: HARBOUR,
    happened: [{ what: "completed" }],
  },
  {
    title: "SBF See Praxiskurs",
    source: "calcom",
    day: -1,
    start: "09:00",
    hours: 7,
    bookedDaysBefore: 18,
    people: ["mehmet"],
    place: HARBOUR,
    happened: [{ what: "completed" }],
  },
  {
    title: "Katamaran-Schnupperkurs",
    source: "website",
    day: 1,
    start: "11:00",
    hours: 4,
    bookedDaysBefore: 16,
    people: ["sophie"],
    place: HARBOUR,
  },
  {
    title: "Jollen-Grundkurs",
    source: "website",
    day: 2,
    start: "09:00",
    hours: 6,
    bookedDaysBefore: 3,
    people: ["paul"],
    place: HARBOUR,
  },
  {
    title: "SBF See Praxiskurs",
    source: "calcom",
    day: 4,
    start: "09:00",
    hours: 7,
    bookedDaysBefore: 21,
    people: ["anna", "tom"],
    place: HARBOUR,
    attributes: { schwimmabzeichen: "Silber", boot: "Jolle 3", westen: 2 },
  },
  {
    title: "SBF See Theorieabend",
    source: "calcom",
    day: 6,
    start: "18:30",
    hours: 2.5,
    bookedDaysBefore: 13,
    people: ["david"],
    attributes: { vorkenntnisse: "SBF Binnen", unterlagen_erhalten: true },
  },
  {
    title: "Sonnenuntergangstörn",
    source: "website",
    day: 8,
    start: "16:00",
    hours: 3,
    bookedDaysBefore: 19,
    people: ["ines"],
    place: HARBOUR,
    happened: [{ what: "cancelled", daysBefore: 9, reason: "Krankheit" }],
  },
  {
    title: "SBF Binnen Praxiskurs",
    source: "website",
    day: 9,
    start: "09:00",
    hours: 8,
    bookedDaysBefore: 12,
    people: ["vogt"],
    place: HARBOUR,
    happened: [{ what: "moved", daysBefore: 11, byDays: -3 }],
  },
  {
    title: "Katamaran-Schnupperkurs",
    source: "website",
    day: 12,
    start: "13:00",
    hours: 4,
    bookedDaysBefore: 17,
    people: ["julia"],
    place: HARBOUR,
    happened: [{ what: "moved", daysBefore: 14, byDays: 7 }],
  },
  {
    title: "SKS-Törnvorbereitung",
    source: "calcom",
    day: 20,
    start: "10:00",
    hours: 6,
    bookedDaysBefore: 22,
    people: ["sabine", "frank"],
    place: CLUBHOUSE,
  },
  {
    title: "Opti-Kinderkurs",
    source: "website",
    day: 27,
    start: "10:00",
    hours: 5,
    bookedDaysBefore: 30,
    people: ["nele"],
    place: HARBOUR,
  },
  {
    title: "Jollen-Grundkurs",
    source: "website",
    day: 41,
    start: "09:00",
    hours: 6,
    bookedDaysBefore: 42,
    people: ["greta"],
    place: HARBOUR,
  },
];
