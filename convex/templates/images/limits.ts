// What may be a picture of a template. Pure; the browser refuses before it uploads, the server again.

/** Two megabytes: what a phone's photo comes to once made smaller; mails with more are slow to open. */
const MAX_IMAGE_BYTES = 2 * 1_024 * 1_024;

/** What mail clients show; SVG is not, and may hold scripts. */
export const IMAGE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Why a file cannot be a picture of a template. */
export const IMAGE_PROBLEMS = ["type", "size"] as const;
type ImageProblem = (typeof IMAGE_PROBLEMS)[number];

/** How many bytes of a file tell whether it is a picture. */
export const HEAD_BYTES = 12;

// From where in the file, and the bytes that stand there.
const SIGNATURES: readonly (readonly [at: number, bytes: string][])[] = [
  [[0, "\x89PNG\r\n\x1a\n"]],
  [[0, "\xff\xd8\xff"]],
  [[0, "GIF87a"]],
  [[0, "GIF89a"]],
  [
    [0, "RIFF"],
    [8, "WEBP"],
  ],
];

/** True when a file begins as a picture of these types does: names and declared types are whatever somebody wrote. */
export function beginsAsImage(head: Uint8Array): boolean {
  const text = String.fromCodePoint(...head.subarray(0, HEAD_BYTES));
  return SIGNATURES.some((parts) => parts.every(([at, bytes]) => text.startsWith(bytes, at)));
}

/** What is wrong with a file as a picture, or null. */
export function imageProblem(file: { contentType: string; sizeBytes: number }): ImageProblem | null {
  if (!IMAGE_TYPES.includes(file.contentType)) return "type";
  return file.sizeBytes > MAX_IMAGE_BYTES ? "size" : null;
}
