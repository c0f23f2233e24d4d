// html-to-text ships no types; this is the part used here.
declare module "html-to-text" {
  export interface ConvertOptions {
    /** Line length, or false to leave lines as they are. */
    wordwrap?: number | false;
    selectors?: { selector: string; format?: string; options?: Record<string, unknown> }[];
  }
  /** The readable text of an HTML document. */
  export function convert(html: string, options?: ConvertOptions): string;
}
