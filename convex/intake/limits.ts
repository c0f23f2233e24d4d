/** Bytes kept of what is too large: all headers of a real mail, or the first fields of a provider's JSON. */
export const KEPT_HEAD_BYTES = 64 * 1024;
/** Mail fetched from the provider that keeps it; an action holds it, its files and its text in memory at once. */
export const MAX_FETCHED_EMAIL_BYTES = 40 * 1024 * 1024;
/** Convex takes bodies up to 20 MB; below it so that our answer, which stops retries, comes before the platform's. */
export const MAX_EMAIL_BYTES = 18 * 1024 * 1024;
