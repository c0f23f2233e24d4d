// Which files of inbound texts are shown as what they are, and how large they may be. Pure.

/** WhatsApp allows documents of 100 MB; one action reads a file into memory, and nobody photographs more than this. */
export const MAX_MEDIA_BYTES = 25 * 1024 * 1024;

const PLAIN_BYTES = "application/octet-stream";

/** Types browsers show without running anything in them; all others are kept as bytes to be downloaded. */
const SHOWN =
  /^(image\/(jpeg|png|gif|webp|heic)|video\/(mp4|3gpp|quicktime)|audio\/[\w.+-]+|application\/pdf|text\/(plain|vcard|x-vcard|calendar|csv)|application\/(msword|vnd\.(openxmlformats-officedocument|ms-excel|ms-powerpoint|oasis\.opendocument)[\w.+-]*))$/;

const EXTENSIONS: Record<string, string> = {
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/gif": "gif",
  "image/webp": "webp",
  "video/mp4": "mp4",
  "video/3gpp": "3gp",
  "audio/ogg": "ogg",
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/amr": "amr",
  "application/pdf": "pdf",
  "text/plain": "txt",
  "text/vcard": "vcf",
  "text/x-vcard": "vcf",
};

const MAX_NAME_CHARS = 120;

/** The type a file is kept under: its own, without parameters, unless a browser could run what is in it. */
export function shownType(contentType: string): string {
  const bare = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  return SHOWN.test(bare) ? bare : PLAIN_BYTES;
}

/** The file's own name without paths, else one by its type: "image.jpg". */
export function fileNameOf({ name }: { name?: string }, contentType: string): string {
  const own = (name ?? "")
    .replace(/^.*[\\/]/, "")
    .replace(/\p{Cc}/gu, "")
    .trim();
  if (own !== "") return own.slice(-MAX_NAME_CHARS);
  const kind = contentType === PLAIN_BYTES ? "file" : (contentType.split("/")[0] ?? "file");
  const extension = EXTENSIONS[contentType];
  return extension === undefined ? kind : `${kind}.${extension}`;
}
