// What may be a picture of a template. Pure; the browser refuses before it uploads, the server again.

/** Two megabytes: what a phone's photo comes to once made smaller; mails with more are slow to open. */
const MAX_IMAGE_BYTES = 2 * 1_024 * 1_024;

/** What mail clients show; SVG is not, and may hold scripts. */
export const IMAGE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Why a file cannot be a picture of a template. */
export const IMAGE_PROBLEMS = ["type", "size"] as const;
type ImageProblem = (typeof IMAGE_PROBLEMS)[number];

/** What is wrong with a file as a picture, or null. */
export function imageProblem(file: { contentType: string; sizeBytes: number }): ImageProblem | null {
  if (!IMAGE_TYPES.includes(file.contentType)) return "type";
  return file.sizeBytes > MAX_IMAGE_BYTES ? "size" : null;
}
