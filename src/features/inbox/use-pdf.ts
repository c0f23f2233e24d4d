import { useEffect, useState } from "react";

type Pdf = { kind: "coming" } | { kind: "shown"; url: string } | { kind: "not_here" };

/** How every PDF begins. */
const MARK = "%PDF-";
/** Some have a few bytes of something else before it. */
const LOOKED_AT = 1_024;

/**
 * A PDF for the browser's own viewer. Its bytes are handed over as a PDF and nothing else: a page that only calls itself
 * one is not shown, and could not run as a page either. Browsers without a viewer show none.
 */
export function usePdf(url: string | null): Pdf {
  const [pdf, setPdf] = useState<Pdf>({ kind: "coming" });
  useEffect(() => {
    const ending = new AbortController();
    let own: string | null = null;
    const load = async (): Promise<Pdf> => {
      if (url === null || !navigator.pdfViewerEnabled) return { kind: "not_here" };
      const bytes = await (await fetch(url, { signal: ending.signal })).arrayBuffer();
      const start = new TextDecoder("latin1").decode(bytes.slice(0, LOOKED_AT));
      if (!start.includes(MARK) || ending.signal.aborted) return { kind: "not_here" };
      own = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
      return { kind: "shown", url: own };
    };
    load().then(
      (next) => !ending.signal.aborted && setPdf(next),
      () => !ending.signal.aborted && setPdf({ kind: "not_here" }),
    );
    return () => {
      ending.abort();
      if (own !== null) URL.revokeObjectURL(own);
    };
  }, [url]);
  return pdf;
}
