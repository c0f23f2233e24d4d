import type { InboundAttachment, InboundEmail } from "./inboundEmail";
import type { MailNote } from "./notes";
import { claimsAnother, isTnef } from "./fileTypes";
import { readTnef } from "./tnef";

// Makes of any parsed mail one that fits into rows and screens. Nothing is lost: what is cut comes along as a file, and a
// note says so. Pure.

/** RFC 5322 2.1.1: no line of a mail is longer. */
const MAX_SUBJECT_CHARS = 998;
/** An answer to all reaches everybody: from here on the team is told how many that is. */
const MANY_RECIPIENTS = 50;
/** Addresses kept in the row: with the words below Convex's 1 MiB. */
const MAX_RECIPIENTS = 500;
/** RFC 5321 4.5.3.1.3. */
const MAX_ADDRESS_CHARS = 254;
/** A screen shows no more; a mail with thousands of parts is an attack or a mistake. */
const MAX_FILES = 100;

export type ShapedMail = { email: InboundEmail; notes: MailNote[] };

/** `original` is the mail as it came, kept as a file when not all of its parts are. */
export function shapeMail(email: InboundEmail, original: InboundAttachment): ShapedMail {
  const notes: MailNote[] = [];
  const extra: InboundAttachment[] = [];
  const subject = shapeSubject(email.subject, notes, extra);
  const recipients = shapeRecipients(email, notes, extra);
  const opened = openTnef(email);
  const files = shapeFiles(opened.attachments, original, notes, extra);
  return { email: { ...opened, subject, ...recipients, attachments: [...files, ...extra] }, notes };
}

function textFile(name: string, text: string): InboundAttachment {
  return { name, contentType: "text/plain; charset=utf-8", bytes: new TextEncoder().encode(text) };
}

function shapeSubject(subject: string, notes: MailNote[], extra: InboundAttachment[]): string {
  if (subject.length <= MAX_SUBJECT_CHARS) return subject;
  notes.push({ kind: "subject_cut" });
  extra.push(textFile("subject.txt", subject));
  return `${subject.slice(0, MAX_SUBJECT_CHARS - 1)}…`;
}

function shapeRecipients(
  { to, cc }: InboundEmail,
  notes: MailNote[],
  extra: InboundAttachment[],
): Pick<InboundEmail, "to" | "cc"> {
  const count = to.length + cc.length;
  if (count > MANY_RECIPIENTS) notes.push({ kind: "many_recipients", detail: String(count) });
  const kept = [to, cc].map((list) => list.filter(({ address }) => address.length <= MAX_ADDRESS_CHARS));
  const [keptTo = [], keptCc = []] = kept;
  if (keptTo.length + keptCc.length === count && count <= MAX_RECIPIENTS) return { to, cc };
  extra.push(textFile("recipients.txt", [...to, ...cc].map(({ address }) => address).join("\n")));
  const shownTo = keptTo.slice(0, MAX_RECIPIENTS);
  return { to: shownTo, cc: keptCc.slice(0, MAX_RECIPIENTS - shownTo.length) };
}

/** The files in a winmail.dat take its place; it stays when it cannot be read or has the only words, which are RTF. */
function openTnef(email: InboundEmail): InboundEmail {
  const hasOwnWords = email.text.trim() !== "" || email.html !== undefined;
  let { text, html } = email;
  const attachments = email.attachments.flatMap((file) => {
    const inside = isTnef(file) ? readTnef(file.bytes) : null;
    if (inside === null) return [file];
    if (!hasOwnWords) {
      text ||= inside.text ?? "";
      html ??= inside.html;
    }
    const hasWords = text.trim() !== "" || html !== undefined;
    return hasWords ? inside.files : [...inside.files, file];
  });
  return { ...email, text, ...(html === undefined ? {} : { html }), attachments };
}

function shapeFiles(
  files: readonly InboundAttachment[],
  original: InboundAttachment,
  notes: MailNote[],
  extra: InboundAttachment[],
): InboundAttachment[] {
  if (files.length > MAX_FILES) {
    notes.push({ kind: "attachments_cut", detail: String(files.length) });
    extra.push(original);
  }
  return files.slice(0, MAX_FILES).map((file) => {
    if (!claimsAnother(file)) return file;
    notes.push({ kind: "wrong_type", detail: file.name.slice(-MAX_NAME_CHARS) });
    return { ...file, contentType: "application/octet-stream" };
  });
}

/** Names are told to their end: that is where the type is. */
const MAX_NAME_CHARS = 120;
