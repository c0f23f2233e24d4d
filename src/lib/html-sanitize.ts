import DOMPurify from "dompurify";
import {
  dimSignature,
  foldQuotes,
  holdBackRemote,
  keepInFlow,
  keepLight,
  openLinksOutside,
  placePictures,
} from "./mail-dom";

// Foreign HTML is cleaned here and then shown in a sandboxed frame without scripts. Two doors, both shut.

export type CleanMail = {
  html: string;
  /** True when pictures or styles from elsewhere were held back: loading them tells the sender that it was read. */
  hasRemoteContent: boolean;
  hasQuote: boolean;
};

type Cleaning = {
  showRemote: boolean;
  showQuote: boolean;
  /** Addresses of the mail's own pictures by their Content-ID. */
  pictures: ReadonlyMap<string, string>;
};

/** Mail keeps its looks; what could run, ask, play or frame goes. */
export const MAIL_RULES = {
  FORCE_BODY: true,
  ADD_TAGS: ["style"],
  FORBID_TAGS: ["form", "input", "button", "textarea", "select", "video", "audio", "source", "iframe", "svg", "math"],
  FORBID_ATTR: ["srcset", "ping", "action", "formaction", "poster"],
};

/** What our own editor can write, and nothing else. */
export const RICH_TEXT_RULES = {
  ALLOWED_TAGS: ["p", "br", "strong", "b", "em", "i", "u", "s", "ul", "ol", "li", "a", "code", "pre", "blockquote"],
  ALLOWED_ATTR: ["href"],
};

/** The same with pictures, of which only those that went along stay. */
export const RULES_WITH_PICTURES = {
  ALLOWED_TAGS: [...RICH_TEXT_RULES.ALLOWED_TAGS, "img"],
  ALLOWED_ATTR: [...RICH_TEXT_RULES.ALLOWED_ATTR, "src", "alt"],
};

/** Cleans a mail for the frame. Remote pictures are left out unless `showRemote`, the quoted tail unless `showQuote`. */
export function cleanMailHtml(html: string, options: Cleaning): CleanMail {
  const body = DOMPurify.sanitize(html, { ...MAIL_RULES, RETURN_DOM: true }) as HTMLElement;
  placePictures(body, options.pictures);
  const hasRemoteContent = holdBackRemote(body, options.showRemote);
  const hasQuote = foldQuotes(body, options.showQuote);
  keepLight(body);
  keepInFlow(body);
  openLinksOutside(body);
  return { html: body.innerHTML, hasRemoteContent, hasQuote };
}

/** Cleans what our own editor wrote, to be shown inline. Only pictures that went with it are shown. */
export function cleanRichText(html: string, pictures: ReadonlyMap<string, string>): string {
  const body = DOMPurify.sanitize(html, { ...RULES_WITH_PICTURES, RETURN_DOM: true }) as HTMLElement;
  placePictures(body, pictures);
  holdBackRemote(body, false);
  openLinksOutside(body);
  dimSignature(body);
  return body.innerHTML;
}

/** The document put into the sandboxed frame. The policy repeats in the browser what the cleaning already did. */
export function frameDocument(html: string, showRemote: boolean, pictures: ReadonlyMap<string, string>): string {
  const own = [...new Set([...pictures.values()].map((address) => new URL(address).origin))];
  const images = showRemote ? "https: http: data:" : ["data:", ...own].join(" ");
  return `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${images}; style-src 'unsafe-inline'">
<style>html{overflow:hidden}body{margin:0;padding:1px;font:14px/1.5 -apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;color:#191e25;background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}a{color:#0b6b75}blockquote{margin:0 0 0 8px;padding-left:12px;border-left:2px solid #c9ced5}.gmail_signature,.gmail_signature_prefix,.moz-signature,#Signature,#ms-outlook-mobile-signature,.protonmail_signature_block{opacity:.7}</style>
</head><body>${html}</body></html>`;
}
