// The invented customers of the demo workspace. Phone numbers come from the range the German regulator keeps free for
// fiction (0171-39200-00 to -99); mail addresses from domains nobody can own.

export type DemoContact = {
  name: string;
  email: string;
  /** E.164; on SMS, and on WhatsApp too where `hasWhatsapp`. */
  phone?: string;
  hasWhatsapp?: boolean;
  locale?: string;
  timezone?: string;
  /** Mail to this address comes back: the demo shows what happens then. */
  bounces?: boolean;
};

export const CONTACTS = {
  anna: { name: "Anna Weber", email: "anna.weber@example.org", phone: "+491713920001", hasWhatsapp: true },
  tom: { name: "Tom Weber", email: "tom.weber@example.org" },
  heike: { name: "Heike Lorenz", email: "heike.lorenz@example.com", phone: "+491713920002" },
  mehmet: { name: "Mehmet Yılmaz", email: "m.yilmaz@example.net", phone: "+491713920003", hasWhatsapp: true },
  sophie: { name: "Sophie Brandt", email: "sophie.brandt@example.org", phone: "+491713920004", hasWhatsapp: true },
  karl: { name: "Karl-Heinz Ohlsen", email: "kh.ohlsen@example.com", phone: "+491713920005" },
  julia: { name: "Julia Neumann", email: "julia.neumann@example.net", phone: "+491713920006", hasWhatsapp: true },
  paul: { name: "Paul Schröder", email: "paul.schroeder@example.org", phone: "+491713920007" },
  ines: { name: "Ines Falk", email: "ines.falk@example.com", phone: "+491713920008", hasWhatsapp: true },
  lukas: { name: "Lukas Hartwig", email: "lukas.hartwig@example.net", phone: "+491713920009" },
  martina: { name: "Martina Kruse", email: "martina.kruse@example.org", phone: "+491713920010" },
  jonas: { name: "Jonas Behrend", email: "jonas.behrend@example.com", phone: "+491713920011", hasWhatsapp: true },
  elena: { name: "Elena Sokolowa", email: "elena.sokolowa@example.net", phone: "+491713920012", hasWhatsapp: true },
  vogt: { name: "Heinrich Vogt", email: "h.vogt@unbekannt.example", phone: "+491713920013", bounces: true },
  sabine: { name: "Sabine Reuter", email: "sabine.reuter@example.org", phone: "+491713920014" },
  david: {
    name: "David Miller",
    email: "david.miller@example.com",
    phone: "+491713920015",
    hasWhatsapp: true,
    locale: "en-GB",
    timezone: "Europe/London",
  },
  nele: { name: "Nele Christiansen", email: "nele.christiansen@example.net", phone: "+491713920016" },
  frank: { name: "Frank Dombrowski", email: "frank.dombrowski@example.org", phone: "+491713920017" },
  greta: { name: "Greta Lindholm", email: "greta.lindholm@example.com", phone: "+491713920018", hasWhatsapp: true },
  omar: { name: "Omar Haddad", email: "omar.haddad@example.net", phone: "+491713920019", hasWhatsapp: true },
  birgit: { name: "Birgit Sommer", email: "birgit.sommer@example.org" },
  timo: { name: "Timo Peters", email: "timo.peters@example.com", phone: "+491713920020" },
  carla: { name: "Carla Wendt", email: "carla.wendt@example.net", phone: "+491713920021", hasWhatsapp: true },
  rolf: { name: "Rolf Eggers", email: "rolf.eggers@example.org", phone: "+491713920022" },
  mia: { name: "Mia Hoffmann", email: "mia.hoffmann@example.com", phone: "+491713920023", hasWhatsapp: true },
} as const satisfies Record<string, DemoContact>;
export type ContactKey = keyof typeof CONTACTS;
