import { readStored, useStored } from "./stored";

// Where one is after a conversation is done with (product.md 3.1, "Done and next"): everybody's own choice, of this browser.

export const AFTER_DONE = ["next", "stay", "list"] as const;
export type AfterDone = (typeof AFTER_DONE)[number];

const KEY = "afterDone";

export function readAfterDone(): AfterDone {
  return known(readStored<unknown>(KEY, "next"));
}

export function useAfterDone(): [AfterDone, (choice: AfterDone) => void] {
  const [stored, setStored] = useStored<string>(KEY, "next");
  return [known(stored), setStored];
}

/** What is stored may be of another version, or nobody's choice at all. */
function known(stored: unknown): AfterDone {
  return AFTER_DONE.find((each) => each === stored) ?? "next";
}
