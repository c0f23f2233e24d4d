import type { Channel } from "../../lib/closedSets";

// What may be attached to an answer. Pure; the browser refuses before it uploads, the server again.

const MB = 1_000_000;

/** One file; mail servers refuse more than 25 MB as a rule, and the organisation's own limit for a whole mail is lower. */
export const MAX_FILE_BYTES = 25 * MB;
export const MAX_FILES = 20;
/** providers.md 13: WhatsApp takes one file a message, images up to 5 MB, other media 16 MB. */
const WHATSAPP_IMAGE_BYTES = 5 * MB;
const WHATSAPP_FILE_BYTES = 16 * MB;

/** Programs: mail servers refuse them, and nobody should open them. */
const PROGRAMS = new Set(
  "ade adp apk app appx bat cab chm cmd com cpl dll dmg exe gadget hta ins iso isp jar js jse lib lnk mde msc msi msix msp mst nsh pif ps1 reg scr sct shb sys vb vbe vbs vhd vxd wsc wsf wsh".split(
    " ",
  ),
);

type File = { name: string; contentType: string; sizeBytes: number };

/** Why a set of files cannot go out on a channel: which rule, the file it is about, and the limit where there is one. */
export type AttachmentProblem =
  | { kind: "program" | "empty"; name: string }
  | { kind: "too_large"; name: string; maxBytes: number }
  | { kind: "too_many"; max: number }
  | { kind: "no_files" };

/** The first thing that is wrong with these files on this channel, or null. */
export function attachmentProblem(files: readonly File[], channel: Channel): AttachmentProblem | null {
  const [first] = files;
  if (first === undefined) return null;
  if (channel === "sms" || channel === "webhook") return { kind: "no_files" };
  const max = channel === "whatsapp" ? 1 : MAX_FILES;
  for (const file of files) {
    const extension = file.name.split(".").at(-1)?.toLowerCase() ?? "";
    if (PROGRAMS.has(extension)) return { kind: "program", name: file.name };
    if (file.sizeBytes === 0) return { kind: "empty", name: file.name };
    const maxBytes = maxBytesOf(file, channel);
    if (file.sizeBytes > maxBytes) return { kind: "too_large", name: file.name, maxBytes };
  }
  return files.length > max ? { kind: "too_many", max } : null;
}

function maxBytesOf({ contentType }: File, channel: Channel): number {
  if (channel !== "whatsapp") return MAX_FILE_BYTES;
  return contentType.startsWith("image/") ? WHATSAPP_IMAGE_BYTES : WHATSAPP_FILE_BYTES;
}

/** Types every mail program shows between words. */
const PICTURE = /^image\/(?:png|jpeg|gif|webp)$/i;

/** True for what may stand between the words of a mail. */
export function isInlinePicture({ contentType }: Pick<File, "contentType">): boolean {
  return PICTURE.test(contentType);
}

/** The ids of those pictures that an editor's HTML names as `cid:` and their id. */
export function picturesIn<Id extends string>(files: readonly { _id: Id; contentType: string }[], html: string): Id[] {
  const named = new Set([...html.matchAll(/<img\b[^>]*\ssrc="cid:([^"]+)"/gi)].map((match) => match[1]));
  return files.filter((file) => isInlinePicture(file) && named.has(file._id)).map(({ _id }) => _id);
}

/** The same in a sentence, for whoever calls without a screen. */
export function problemText(problem: AttachmentProblem): string {
  switch (problem.kind) {
    case "program":
      return `"${problem.name}" is a program; such files are not sent.`;
    case "empty":
      return `"${problem.name}" is empty.`;
    case "too_large":
      return `"${problem.name}" is larger than ${problem.maxBytes / MB} MB.`;
    case "too_many":
      return `At most ${problem.max} files go with one message.`;
    case "no_files":
      return "This channel takes no files.";
  }
}
