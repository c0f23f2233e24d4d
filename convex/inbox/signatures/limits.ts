// What a signature may have. Pure; the browser refuses before it uploads.

/** A picture goes along with each mail. */
export const MAX_LOGO_BYTES = 200_000;
