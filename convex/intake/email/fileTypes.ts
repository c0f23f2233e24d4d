import type { InboundAttachment } from "./inboundEmail";

// What a file is by its first bytes, against what its mail says it is. Pure.

type Kind = "picture" | "pdf" | "program" | "page";

const PICTURES: readonly (readonly number[])[] = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
];
const PROGRAMS: readonly (readonly number[])[] = [
  [0x4d, 0x5a],
  [0x7f, 0x45, 0x4c, 0x46],
  [0x23, 0x21],
];
const PDF = [0x25, 0x50, 0x44, 0x46];

const PAGE = /^\s*(?:<!doctype html|<html|<script|<svg|<\?xml[^>]*>\s*<svg)/i;
const PAGE_CHARS = 512;

function beginsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

function kindOf(bytes: Uint8Array): Kind | null {
  if (PICTURES.some((start) => beginsWith(bytes, start))) return "picture";
  if (beginsWith(bytes, PDF)) return "pdf";
  if (PROGRAMS.some((start) => beginsWith(bytes, start))) return "program";
  return PAGE.test(new TextDecoder("latin1").decode(bytes.subarray(0, PAGE_CHARS))) ? "page" : null;
}

function claimedKind({ name, contentType }: InboundAttachment): Kind | null {
  const said = `${contentType.toLowerCase()} ${name.toLowerCase()}`;
  if (/^image\/(?!svg)|\.(?:png|jpe?g|gif|webp)$/.test(said)) return "picture";
  return /^application\/pdf|\.pdf$/.test(said) ? "pdf" : null;
}

/** True for a picture or PDF, by type or name, whose bytes are a program, a web page or the other of the two. */
export function claimsAnother(file: InboundAttachment): boolean {
  const claimed = claimedKind(file);
  const found = claimed === null ? null : kindOf(file.bytes);
  return found !== null && found !== claimed;
}

/** True for Outlook's winmail.dat. */
export function isTnef({ name, contentType }: InboundAttachment): boolean {
  return /^application\/(?:vnd\.)?ms-tnef/i.test(contentType) || name.toLowerCase() === "winmail.dat";
}
