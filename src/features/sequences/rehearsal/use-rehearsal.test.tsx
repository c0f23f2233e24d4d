import { act, useEffect } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Id } from "../../../../convex/_generated/dataModel";
import type { RehearsalPage } from "../../../lib/api-types";
import { type Gathered, useRehearsal } from "./use-rehearsal";

// Answers of the server by where they begin; absent: on their way.
let answers: Record<string, RehearsalPage> = {};
let asked: string[] = [];
let versions: (string | undefined)[] = [];

vi.mock("convex/react", async () => {
  const { useMemo } = await import("react");
  return {
    useQueries: (queries: Record<string, { args: { versionId?: string } }>) => {
      asked = Object.keys(queries);
      versions = Object.values(queries).map(({ args }) => args.versionId);
      const known = answers;
      return useMemo(() => Object.fromEntries(Object.keys(queries).map((key) => [key, known[key]])), [queries, known]);
    },
  };
});
vi.mock("../../../lib/org", () => ({ useOrg: () => ({ orgId: "o" }) }));

const place = (endsAt: number) => ({ endsAt, createdAt: 0 });
const page = (name: string, next: RehearsalPage["next"]): RehearsalPage => ({
  bookings: [{ id: name as Id<"bookings">, title: name, startsAt: 0, endsAt: 1 }],
  people: [],
  next,
});

let root: Root;
let shown: Gathered;

function Screen({ versionId = null }: { versionId?: Id<"sequenceVersions"> | null }) {
  const gathered = useRehearsal("s" as Id<"sequences">, versionId);
  useEffect(() => {
    shown = gathered;
  });
  return null;
}

const show = async (known: typeof answers, versionId: string | null = null) => {
  answers = known;
  await act(async () => root.render(<Screen versionId={versionId as Id<"sequenceVersions"> | null} />));
  return { titles: shown.pages.flatMap(({ bookings }) => bookings.map(({ title }) => title)), isWhole: shown.isWhole };
};

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  root = createRoot(document.createElement("div"));
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

const key = (at: number | null) => JSON.stringify(at === null ? null : place(at));

it("gathers answer after answer, and shows the last whole one while another is on its way", async () => {
  expect(await show({})).toEqual({ titles: [], isWhole: false });
  const first = { [key(null)]: page("a", place(1)) };
  expect(await show(first)).toEqual({ titles: ["a"], isWhole: false });
  expect(asked).toEqual([key(null), key(1)]);
  expect(await show({ ...first, [key(1)]: page("b", null) })).toEqual({ titles: ["a", "b"], isWhole: true });
  // A booking in between: the first answer ends elsewhere, and what follows it is asked for anew.
  const changed = { [key(null)]: page("a2", place(2)), [key(1)]: page("b", null) };
  expect(await show(changed)).toEqual({ titles: ["a", "b"], isWhole: false });
  expect(asked).toEqual([key(null), key(2)]);
  expect(await show({ ...changed, [key(2)]: page("b2", null) })).toEqual({ titles: ["a2", "b2"], isWhole: true });
});

it("shows nothing of one version while another is on its way", async () => {
  expect(await show({ [key(null)]: page("draft", null) })).toEqual({ titles: ["draft"], isWhole: true });
  expect(versions).toEqual([undefined]);
  expect(await show({}, "v1")).toEqual({ titles: [], isWhole: false });
  expect(versions).toEqual(["v1"]);
  expect(await show({ [key(null)]: page("old", null) }, "v1")).toEqual({ titles: ["old"], isWhole: true });
});
