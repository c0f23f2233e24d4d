import { useQueries } from "convex/react";
import { getFunctionName, makeFunctionReference } from "convex/server";
import { useMemo, useState } from "react";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { RehearsalPage } from "../../../lib/api-types";
import { useOrg } from "../../../lib/org";

type Place = RehearsalPage["next"];

/** Answers that are gathered: a thousand bookings. */
const MAX_PAGES = 10;

const PAGE = getFunctionName(api.sequences.rehearsal.queries.page);
const keyOf = (place: Place) => JSON.stringify(place);

export type Gathered = {
  pages: readonly RehearsalPage[];
  /** Everything is there; until then what has come so far, or what was there before the last change. */
  isWhole: boolean;
  /** There are more bookings than are looked at. */
  isCut: boolean;
  error: Error | null;
};

const NOTHING: Gathered = { pages: [], isWhole: false, isCut: false, error: null };

/**
 * The whole rehearsal, live: each answer says where the next one begins, so that there is no gap and nobody twice whatever
 * changes meanwhile. `versionId` null: the draft, or what is live where there is none.
 */
export function useRehearsal(sequenceId: Id<"sequences">, versionId: Id<"sequenceVersions"> | null): Gathered {
  const { orgId } = useOrg();
  const [since] = useState(() => Date.now());
  const [placesText, setPlaces] = useState(() => JSON.stringify([null]));
  const asked = useMemo(() => {
    const places = JSON.parse(placesText) as Place[];
    const query = makeFunctionReference<"query">(PAGE);
    const what = { orgId, sequenceId, ...(versionId === null ? {} : { versionId }), since };
    return Object.fromEntries(places.map((after) => [keyOf(after), { query, args: { ...what, after } }]));
  }, [placesText, orgId, sequenceId, versionId, since]);
  const answers = useQueries(asked) as Record<string, RehearsalPage | Error | undefined>;
  const { places, gathered } = useMemo(() => chainOf(answers), [answers]);
  const wanted = JSON.stringify(places);
  if (wanted !== placesText) setPlaces(wanted);
  const [whole, setWhole] = useState<{ of: typeof versionId; gathered: Gathered } | null>(null);
  if (gathered.isWhole && gathered !== whole?.gathered) setWhole({ of: versionId, gathered });
  if (gathered.isWhole || gathered.error !== null || whole?.of !== versionId) return gathered;
  return { ...whole.gathered, isWhole: false };
}

function chainOf(answers: Record<string, RehearsalPage | Error | undefined>): { places: Place[]; gathered: Gathered } {
  const places: Place[] = [null];
  const pages: RehearsalPage[] = [];
  for (let place: Place = null; ;) {
    const answer: RehearsalPage | Error | undefined = answers[keyOf(place)];
    if (answer === undefined) return { places, gathered: { ...NOTHING, pages } };
    if (answer instanceof Error) return { places, gathered: { ...NOTHING, pages, error: answer } };
    pages.push(answer);
    const isCut = answer.next !== null && pages.length === MAX_PAGES;
    if (answer.next === null || isCut) return { places, gathered: { pages, isWhole: true, isCut, error: null } };
    place = answer.next;
    places.push(place);
  }
}
