import { beforeEach, expect, it } from "vitest";
import type { Id } from "../../../convex/_generated/dataModel";
import { docOfText } from "../../../convex/inbox/sending/joinDocs";
import {
  forgetKept,
  forgetSent,
  joinKept,
  keepDraft,
  keepSent,
  type KeptDraft,
  moveKept,
  pruneKept,
  readKept,
  readUnheard,
  restoredDraft,
} from "./kept-drafts";

const anna = { memberId: "anna" as Id<"members">, threadId: "t1" as Id<"threads">, mode: "reply" as const };
const ben = { ...anna, memberId: "ben" as Id<"members"> };
const draftOf = (text: string) => ({ doc: docOfText(text), files: [] });
const keptOf = (text: string, keptAt = 1_000): KeptDraft => ({ ...draftOf(text), keptAt });
const storedOf = (text: string, updatedAt: number) => ({ ...draftOf(text), files: [], updatedAt });

beforeEach(() => {
  localStorage.clear();
});

it("is its writer's only, and of one conversation and field", () => {
  keepDraft(anna, draftOf("Guten Tag"));
  expect(readKept(anna)?.doc).toBe(docOfText("Guten Tag"));
  expect(readKept(ben)).toBeNull();
  expect(readKept({ ...anna, mode: "note" })).toBeNull();
  expect(readKept({ ...anna, threadId: "t2" as Id<"threads"> })).toBeNull();
});

it("is forgotten once the server has it, but not what was written since", () => {
  keepDraft(anna, draftOf("Eins, zwei"));
  forgetKept(anna, docOfText("Eins"));
  expect(readKept(anna)).not.toBeNull();
  forgetKept(anna, docOfText("Eins, zwei"));
  expect(readKept(anna)).toBeNull();
});

it("what is being sent is nobody's draft on this page, and gone when it arrived", () => {
  keepDraft(anna, draftOf("Fertig"));
  keepSent(anna, "own", draftOf("Fertig"));
  expect(readKept(anna)).toBeNull();
  expect(readUnheard(anna)).toEqual([]);
  // Of a page that is gone.
  keepDraft({ ...anna, sentAs: "lost" }, draftOf("Verloren"));
  expect(readUnheard(anna)).toMatchObject([{ sentAs: "lost" }]);
  expect(readUnheard(ben)).toEqual([]);
  forgetSent(anna, "lost");
  forgetSent(anna, "own");
  expect(localStorage.length).toBe(0);
});

it("stands before what was written elsewhere since, and instead of what it goes on from", () => {
  expect(restoredDraft(null, storedOf("Dort", 1))?.doc).toBe(docOfText("Dort"));
  expect(restoredDraft(keptOf("Hier"), null)?.doc).toBe(docOfText("Hier"));
  expect(restoredDraft(keptOf("Hier"), storedOf("Alt", 500))?.doc).toBe(docOfText("Hier"));
  expect(restoredDraft(keptOf("Hier und mehr"), storedOf("Hier", 2_000))?.doc).toBe(docOfText("Hier und mehr"));
  expect(restoredDraft(keptOf("Hier"), storedOf("Dort", 2_000))?.doc).toBe(docOfText("Hier\nDort"));
});

it("several of one field are one, oldest first", () => {
  expect(joinKept([])).toBeNull();
  expect(joinKept([keptOf("Eins"), keptOf("Zwei", 2_000)])).toMatchObject({
    doc: docOfText("Eins\nZwei"),
    keptAt: 2_000,
  });
});

it("goes along when its conversation is merged", () => {
  const target = { ...anna, threadId: "t2" as Id<"threads"> };
  keepDraft(anna, draftOf("Von hier"));
  keepDraft(target, draftOf("Von dort"));
  keepDraft({ ...anna, sentAs: "lost" }, draftOf("Verloren"));
  moveKept(anna, target.threadId);
  expect(readKept(anna)).toBeNull();
  expect(readKept(target)?.doc).toBe(docOfText("Von hier\nVon dort"));
  expect(readUnheard(anna)).toEqual([]);
  expect(readUnheard(target)).toMatchObject([{ sentAs: "lost" }]);
});

it("is forgotten when nobody came back for it, and what is no draft is none", () => {
  keepDraft(anna, draftOf("Alt"));
  localStorage.setItem("switchboard.unsent.ben.t1.reply", "kein JSON");
  expect(readKept(ben)).toBeNull();
  pruneKept(Date.now());
  expect(readKept(anna)).not.toBeNull();
  expect(localStorage.length).toBe(1);
  pruneKept(Date.now() + 31 * 24 * 60 * 60 * 1_000);
  expect(localStorage.length).toBe(0);
});
