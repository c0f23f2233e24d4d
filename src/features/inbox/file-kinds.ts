import type { MessageRow } from "../../lib/api-types";

export type MessageFile = MessageRow["files"][number];

/** What the browser can make of a file without running anything in it. */
export type FileKind = "picture" | "sound" | "pdf" | "other";

/** Types a browser shows as a picture and nothing else: no SVG, which is a page. */
const PICTURE = /^image\/(?:png|jpeg|gif|webp|avif)$/;

const bare = (contentType: string) => (contentType.split(";")[0] ?? "").trim().toLowerCase();

/** By what the sender called it: shown as that kind only, and never opened as a page, whatever is in it. */
export function kindOf({ contentType, url }: Pick<MessageFile, "contentType" | "url">): FileKind {
  const type = bare(contentType);
  if (url === null) return "other";
  if (PICTURE.test(type)) return "picture";
  if (type.startsWith("audio/")) return "sound";
  return type === "application/pdf" ? "pdf" : "other";
}

export function isPicture({ contentType }: Pick<MessageFile, "contentType">): boolean {
  return PICTURE.test(bare(contentType));
}

/** What people call the type: "PDF", "DOCX"; by the name's ending, else by the type itself. */
export function typeName({ name, contentType }: Pick<MessageFile, "name" | "contentType">): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? bare(contentType).split("/")[1] ?? "";
  return ending.replace(/^x-/, "").slice(0, 12).toUpperCase();
}

const ORDER: readonly FileKind[] = ["picture", "sound", "pdf", "other"];

/** Those of one kind beside each other, as they came. */
export function inOrder(files: readonly MessageFile[]): MessageFile[] {
  return ORDER.flatMap((kind) => files.filter((file) => kindOf(file) === kind));
}

/** Room that pictures and players take, before and after they are there. */
export const THUMB_PX = { width: 176, height: 128 } as const;
const SOUND_PX = 66;
const CHIP_PX = 30;
const GAP_PX = 8;
const THUMBS_A_ROW = 3;
const CHIPS_A_ROW = 2;

/** About how tall the files of a message will be. */
export function filesHeight(files: readonly MessageFile[]): number {
  const count = (kind: FileKind) => files.filter((file) => kindOf(file) === kind).length;
  const pictures = Math.ceil(count("picture") / THUMBS_A_ROW) * (THUMB_PX.height + GAP_PX);
  const chips = Math.ceil((count("pdf") + count("other")) / CHIPS_A_ROW) * (CHIP_PX + GAP_PX);
  return pictures + count("sound") * (SOUND_PX + GAP_PX) + chips;
}
