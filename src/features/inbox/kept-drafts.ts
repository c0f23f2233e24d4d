import { joinDocs } from "../../../convex/inbox/sending/joinDocs";
import type { Id } from "../../../convex/_generated/dataModel";
import { docText, parseDoc } from "../../editor/doc-text";
import type { DraftParts } from "./use-draft";
import type { AttachedFile } from "./use-uploads";

// What is written and not yet on the server lies in this browser until it is: a tab may be closed, or the machine die,
// while the network is away. By person, as several may share a computer.

type DraftMode = "reply" | "note";

export type KeptDraft = {
  /** Tiptap JSON text. */
  doc: string;
  parts?: DraftParts | undefined;
  files: readonly AttachedFile[];
  /** UTC ms by this browser's clock. */
  keptAt: number;
};

export type DraftKey = {
  memberId: Id<"members">;
  threadId: Id<"threads">;
  mode: DraftMode;
  /** The browser's id of the message it was sent as, while it is not known whether that arrived. */
  sentAs?: string | undefined;
};

type StoredDraft = {
  doc: string;
  updatedAt: number;
  parts?: DraftParts | undefined;
  files: AttachedFile[];
};

const PREFIX = "switchboard.unsent.";
const DAY_MS = 24 * 60 * 60 * 1_000;
/** What nobody came back for is forgotten. */
const KEEP_MS = 30 * DAY_MS;

export function readKept(key: DraftKey): KeptDraft | null {
  return readNamed(nameOf(key));
}

function readNamed(name: string): KeptDraft | null {
  try {
    const raw = localStorage.getItem(name);
    return raw === null ? null : asKept(JSON.parse(raw));
  } catch {
    // Storage is blocked, or holds what we did not write.
    return null;
  }
}

export function keepDraft(key: DraftKey, draft: Omit<KeptDraft, "keptAt">): void {
  try {
    localStorage.setItem(nameOf(key), JSON.stringify({ ...draft, keptAt: Date.now() }));
  } catch {
    // Storage is blocked or full: the page and the server have it.
  }
}

/** Removes it; with `doc` only when nothing newer was written since. */
export function forgetKept(key: DraftKey, doc?: string): void {
  if (doc !== undefined && readKept(key)?.doc !== doc) return;
  try {
    localStorage.removeItem(nameOf(key));
  } catch {
    // There is nothing then.
  }
}

/** Messages this page has handed over itself and will hear of. */
const underWay = new Set<string>();

/** Keeps what is being sent until `forgetSent`: the page may be gone before it is known whether it arrived. */
export function keepSent(key: DraftKey, sentAs: string, draft: Omit<KeptDraft, "keptAt">): void {
  underWay.add(sentAs);
  keepDraft({ ...key, sentAs }, draft);
  forgetKept(key);
}

/** It arrived, or was given back to its writer. */
export function forgetSent(key: DraftKey, sentAs: string): void {
  underWay.delete(sentAs);
  forgetKept({ ...key, sentAs });
}

/** What an earlier page sent and did not hear of, oldest first. */
export function readUnheard(key: DraftKey): { sentAs: string; draft: KeptDraft }[] {
  const start = `${nameOf(key)}.`;
  return namesKept()
    .filter((name) => name.startsWith(start))
    .map((name) => name.slice(start.length))
    .filter((sentAs) => !underWay.has(sentAs))
    .flatMap((sentAs) => {
      const draft = readKept({ ...key, sentAs });
      return draft === null ? [] : [{ sentAs, draft }];
    })
    .sort((a, b) => a.draft.keptAt - b.draft.keptAt);
}

/** Several of one field as one. */
export function joinKept(drafts: readonly KeptDraft[]): KeptDraft | null {
  const [first, ...others] = drafts;
  if (first === undefined) return null;
  return others.reduce(
    (all, next) => ({
      doc: joinDocs(all.doc, next.doc),
      parts: all.parts ?? next.parts,
      files: [...all.files, ...next.files],
      keptAt: Math.max(all.keptAt, next.keptAt),
    }),
    first,
  );
}

/** The conversation was put into another one: what was written in it is meant for that one. */
export function moveKept(from: Omit<DraftKey, "mode">, threadId: Id<"threads">): void {
  for (const mode of ["reply", "note"] as const) {
    const source = { ...from, mode };
    const target = { memberId: from.memberId, threadId, mode };
    const moved = [readKept(source), readKept(target)].filter((kept) => kept !== null);
    const joined = readKept(source) === null ? null : joinKept(moved);
    if (joined !== null) keepDraft(target, joined);
    for (const { sentAs, draft } of readUnheard(source)) {
      keepDraft({ ...target, sentAs }, draft);
      forgetKept({ ...source, sentAs });
    }
    forgetKept(source);
  }
}

/** Removes what was kept long ago, whoever wrote it. */
export function pruneKept(now: number): void {
  for (const name of namesKept()) {
    const keptAt = readNamed(name)?.keptAt ?? 0;
    if (keptAt < now - KEEP_MS) localStorage.removeItem(name);
  }
}

function namesKept(): string[] {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    // Storage is blocked.
    return [];
  }
}

/**
 * What the field begins with: what this browser kept, as nothing newer is on the server. Where something is that was
 * written elsewhere since, both stand in the field: nobody's words are thrown away.
 */
export function restoredDraft(kept: KeptDraft | null, stored: StoredDraft | null): StoredDraft | null {
  if (kept === null) return stored;
  const { doc, parts, files, keptAt } = kept;
  const mine = { doc, updatedAt: keptAt, parts, files: [...files] };
  if (stored === null) return mine;
  const hasOther = stored.updatedAt > keptAt && !textOf(doc).includes(textOf(stored.doc));
  return { ...mine, parts: parts ?? stored.parts, doc: hasOther ? joinDocs(doc, stored.doc) : doc };
}

function textOf(doc: string): string {
  const parsed = parseDoc(doc);
  return parsed === null ? "" : docText(parsed);
}

function nameOf({ memberId, threadId, mode, sentAs }: DraftKey): string {
  return `${PREFIX}${memberId}.${threadId}.${mode}${sentAs === undefined ? "" : `.${sentAs}`}`;
}

function asKept(found: unknown): KeptDraft | null {
  if (typeof found !== "object" || found === null || !("doc" in found) || typeof found.doc !== "string") return null;
  return { files: [], keptAt: 0, ...found, doc: found.doc };
}
