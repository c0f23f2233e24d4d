import type { TFunction } from "i18next";
import { asAppError } from "../../convex/lib/errors";

/** One sentence for whoever is looking at the screen: by code where the code says enough, else the server's own words. */
export function describeError(thrown: unknown, t: TFunction): string {
  const error = asAppError(thrown);
  if (error === null) return t("errors.unexpected");
  switch (error.code) {
    case "unauthenticated":
      return t("errors.unauthenticated");
    case "forbidden":
      return t("errors.forbidden");
    case "not_found":
      return t("errors.notFound");
    case "rate_limited":
      return t("errors.rateLimited");
    case "unavailable":
      return t("errors.unavailable");
    case "invalid":
    case "conflict":
      return error.message;
  }
}
