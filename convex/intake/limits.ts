/** Convex takes bodies up to 20 MB; below it so that our answer, which stops retries, comes before the platform's. */
export const MAX_EMAIL_BYTES = 18 * 1024 * 1024;
