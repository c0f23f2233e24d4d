// The time zones that a field offers, and how one is searched. Pure but for what this browser knows.

/** Every zone this browser knows by its IANA name, its own and UTC among them; others are accepted all the same. */
export function knownZones(): readonly string[] {
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([...Intl.supportedValuesOf("timeZone"), own, "UTC"])].sort((a, b) => (a < b ? -1 : 1));
}

/** Whether each word of the search stands in the name: "new york", "berl", "europe par". What is written out is no find. */
export function matchesZone(zone: string, search: string): boolean {
  if (zone === search.trim()) return false;
  const name = plain(zone);
  return plain(search)
    .split(" ")
    .every((word) => name.includes(word));
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[_/\s]+/g, " ")
    .trim();
}
