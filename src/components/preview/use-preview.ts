import { useEffect, useRef, useState } from "react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import type { PreviewAnswer, PreviewQuestion } from "../../lib/api-types";
import { useOrgMutation, useOrgQuery } from "../../lib/org";

/** While somebody types nobody asks. */
const TYPING_MS = 350;

type Preview = {
  previewId: Id<"messagePreviews"> | null;
  /** Null until the first answer. */
  answer: PreviewAnswer | null;
  error: unknown;
};

/** What a template says to somebody who booked, live while it is typed. */
export function usePreview(question: PreviewQuestion): Preview {
  const ask = useOrgMutation(api.sequences.preview.mutations.ask);
  const [previewId, setPreviewId] = useState<Id<"messagePreviews"> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const known = useRef<Id<"messagePreviews"> | undefined>(undefined);
  // The same question must not be asked again because its object is another one.
  const text = JSON.stringify(question);
  useEffect(() => {
    let isWanted = true;
    const timer = setTimeout(
      () => {
        ask({ ...(JSON.parse(text) as PreviewQuestion), previewId: known.current }).then(
          (id) => {
            if (!isWanted) return;
            known.current = id;
            setPreviewId(id);
            setError(null);
          },
          (thrown: unknown) => {
            if (isWanted) setError(thrown);
          },
        );
      },
      known.current === undefined ? 0 : TYPING_MS,
    );
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [ask, text]);
  const answer = useOrgQuery(api.sequences.preview.queries.get, previewId === null ? "skip" : { previewId });
  return { previewId, answer: answer ?? null, error };
}
