import { useEffect, useState } from "react";

/** A mail's source as text, and where the whole of it is saved from. */
export type Source =
  { kind: "coming" } | { kind: "here"; text: string; url: string; isCut: boolean } | { kind: "failed" };

type Kept = { url: string | null; text: string | null; isMime: boolean };

/** A screen shows no more of a source; files in it are text of no use to anybody. */
const MAX_SHOWN_BYTES = 256 * 1024;

/** The source of a kept mail. Only bytes are read and only text is handed on: nothing in it is ever a page. */
export function useSource(kept: Kept | null | undefined): Source {
  const [source, setSource] = useState<Source>({ kind: "coming" });
  const url = kept?.url ?? null;
  const text = kept?.text ?? null;
  useEffect(() => {
    const ending = new AbortController();
    let own: string | null = null;
    const load = async (): Promise<Source | null> => {
      if (url !== null) return { kind: "here", url, ...(await beginningOf(url, ending.signal)) };
      if (text === null) return null;
      own = URL.createObjectURL(new Blob([text], { type: "application/octet-stream" }));
      return { kind: "here", text, url: own, isCut: false };
    };
    load().then(
      (loaded) => loaded !== null && !ending.signal.aborted && setSource(loaded),
      () => !ending.signal.aborted && setSource({ kind: "failed" }),
    );
    return () => {
      ending.abort();
      if (own !== null) URL.revokeObjectURL(own);
    };
  }, [url, text]);
  return source;
}

async function beginningOf(url: string, signal: AbortSignal): Promise<{ text: string; isCut: boolean }> {
  const answer = await fetch(url, { signal });
  if (!answer.ok || answer.body === null) throw new Error("The source did not come.");
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let size = 0; size < MAX_SHOWN_BYTES;) {
    const { value, done } = await reader.read();
    if (done) return { text: text + decoder.decode(), isCut: false };
    const piece = value.subarray(0, MAX_SHOWN_BYTES - size);
    text += decoder.decode(piece, { stream: true });
    size += value.length;
  }
  await reader.cancel();
  return { text, isCut: true };
}
