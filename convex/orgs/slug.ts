const MAX_SLUG_LENGTH = 48;

/** A name as part of an address: "Segelschule Müller & Söhne" → "segelschule-mueller-soehne"; "workspace" when empty. */
export function slugOf(name: string): string {
  const latin = name
    .toLowerCase()
    .replace(/ä/g, "ae")
    .replace(/ö/g, "oe")
    .replace(/ü/g, "ue")
    .replace(/ß/g, "ss")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "");
  const slug = latin
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_SLUG_LENGTH)
    .replace(/^-+|-+$/g, "");
  return slug === "" ? "workspace" : slug;
}
