// Convex documents hold 1 MiB (convex limits); a mail's words and HTML share one row. Pure.

/** In UTF-16 units, at most three bytes each in UTF-8: together with all other fields below 1 MiB. */
const MAX_TEXT_CHARS = 60_000;
const MAX_HTML_CHARS = 180_000;

export type FittedBody = {
  text: string;
  quotedText?: string;
  html?: string;
  /** What did not fit, whole, to be kept as files. */
  overflow: { name: string; contentType: string; text: string }[];
};

/** Cuts what is too long for a row and hands it back whole as a file, so that nothing is lost. */
export function fitBody(body: { text: string; quoted?: string; html?: string }): FittedBody {
  const overflow: FittedBody["overflow"] = [];
  const keep = (text: string, limit: number, file: { name: string; contentType: string }): string | null => {
    if (text.length <= limit) return text;
    overflow.push({ ...file, text });
    return null;
  };
  const plain = "text/plain; charset=utf-8";
  const text = keep(body.text, MAX_TEXT_CHARS, { name: "message.txt", contentType: plain });
  const quoted = keep(body.quoted ?? "", MAX_TEXT_CHARS, { name: "quoted.txt", contentType: plain });
  const html = keep(body.html ?? "", MAX_HTML_CHARS, { name: "message.html", contentType: "text/html; charset=utf-8" });
  return {
    text: text ?? `${body.text.slice(0, MAX_TEXT_CHARS)}…`,
    ...(quoted === null || quoted === "" ? {} : { quotedText: quoted }),
    ...(html === null || html === "" ? {} : { html }),
    overflow,
  };
}
