import type { AutomaticRule } from "../../convex/intake/email/automatic";

// What a reader of each mail in tests/fixtures/mail would say is in it: written by hand from the mails, not from what the
// parser answers. `text` is the newest words; `quoted` and `html` are pieces that must be there; absent = nothing there.

export type Expected = {
  facts: {
    from: { name?: string; address: string };
    to: string[];
    cc?: string[];
    subject: string;
    ids: [id: string, inReplyTo: string[], references: string[]];
    sentAt: string | null;
    text: string;
    files?: [name: string, type: string, bytes: number, contentId: string][];
    automatic?: AutomaticRule;
    isForward?: boolean;
    reports?: [kind: string, address: string, code: string][];
  };
  quoted?: string[];
  html?: string[];
};

const US = "info@haff-segeln.example";
const FIRST = "k1.first@haff-segeln.example";
const SECOND = "k2.second@haff-segeln.example";
const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

export const CORPUS: Record<string, Expected> = {
  "outlook-reply-de": {
    facts: {
      from: { name: "Muster, Erika", address: "Erika.Muster@kunde.example" },
      to: [US],
      subject: "AW: Ihr Kurs – Preis 120 €",
      ids: ["FR0P281MB0001A1@FR0P281MB0001.DEUP281.PROD.OUTLOOK.COM", [SECOND], [FIRST, SECOND]],
      sentAt: "2026-11-20T09:12:31.000Z",
      text: "Guten Tag,\n\n„120 €“ passt uns – wir nehmen zwei Plätze.\n\nMit freundlichen Grüßen\nErika Muster",
    },
    quoted: ["Von: Segelschule am Haff", "der Kurs kostet 120 €."],
    html: ["„120 €“ passt uns – wir nehmen zwei Plätze.", "Grüßen"],
  },
  "outlook-inline-image": {
    facts: {
      from: { name: "Jan de Vries", address: "jan@firma.example" },
      to: [US],
      subject: "Foto van de boot",
      ids: ["AM0PR01MB1@AM0PR01MB1.eurprd01.prod.exchangelabs.com", [], []],
      sentAt: "2026-11-19T15:40:02.000Z",
      text: "Hallo,\n\nzie de foto hieronder.\n\n[cid:image001.png@01DB3B5C.7A0E1230]",
      files: [
        ["image001.png", "image/png", 79, "image001.png@01DB3B5C.7A0E1230"],
        ["offerte.pdf", "application/pdf", 17, ""],
      ],
    },
    html: ['src="cid:image001.png@01DB3B5C.7A0E1230"'],
  },
  "gmail-reply-fr": {
    facts: {
      from: { name: "Claire Dupont", address: "claire.dupont@gmail.com" },
      to: [US],
      cc: ["paul@dupont.example", "famille@dupont.example"],
      subject: "Re: Votre cours de voile – confirmation",
      ids: ["CAFr3nch+abc=DEF@mail.gmail.com", [SECOND], [SECOND]],
      sentAt: "2026-11-20T09:02:00.000Z",
      text: "Bonjour,\n\nc’est parfait pour nous, à samedi !",
    },
    quoted: ["Le jeu. 19 nov. 2026 à 08:00, École de voile", "> Bonjour Claire, votre cours commence samedi à 9 h."],
    html: ["gmail_quote", "à samedi !"],
  },
  "apple-mail-photo": {
    facts: {
      from: { name: "Mia Sommer", address: "mia@icloud.example" },
      to: [US],
      subject: "Foto vom Steg",
      ids: ["8D1A2B3C-0001@icloud.example", [], []],
      sentAt: "2026-11-20T10:30:00.000Z",
      text: "Hallo,\n\nso sieht der Steg heute aus:\n\nLiebe Grüße\nMia",
      files: [["Bildschirmfoto 2026-11-20 u\u0308ber.png", "image/png", 74, ""]],
    },
    quoted: ["Von meinem iPhone gesendet"],
    html: ["so sieht der Steg heute aus:", "Liebe Grüße"],
  },
  "exchange-winmail": {
    facts: {
      from: { name: "Karl Behrens", address: "karl@behrens.example" },
      to: [US],
      subject: "Angebot",
      ids: ["000001db39bc$1a2b3c40$4e81b4c0$@behrens.example", [], []],
      sentAt: "2026-11-18T13:05:00.000Z",
      text: "Anbei das Angebot für Ihre Gäste.",
      files: [
        ["Angebot für Gäste.pdf", "application/pdf", 17, ""],
        ["Karte.png", "image/png", 74, ""],
      ],
    },
  },
  "mailing-list": {
    facts: {
      from: { name: "Ute Harms via Segler", address: "segler@listen.example" },
      to: ["segler@listen.example"],
      subject: "[Segler] Regatta im Mai",
      ids: ["mailman.12.1763400000.77.segler@listen.example", [], []],
      sentAt: "2026-11-17T19:00:00.000Z",
      text: "Wer kommt zur Regatta im Mai?\n\n_______________________________________________\nSegler mailing list\nsegler@listen.example",
      automatic: "precedence",
    },
  },
  "bounce-postfix": {
    facts: {
      from: { name: "Mail Delivery System", address: "MAILER-DAEMON@mx.haff-segeln.example" },
      to: [US],
      subject: "Undelivered Mail Returned to Sender",
      ids: ["20261120070005.4D2A1@mx.haff-segeln.example", [], []],
      sentAt: "2026-11-20T07:00:05.000Z",
      text: "This is the mail system at host mx.haff-segeln.example.\n\n<weg@kunde.example>: host mx.kunde.example[192.0.2.4] said: 550 5.1.1 User unknown",
      files: [
        ["attachment.delivery-status", "message/delivery-status", 294, ""],
        ["message.eml", "message/rfc822", 126, ""],
      ],
      automatic: "auto_submitted",
      reports: [["bounced", "weg@kunde.example", "5.1.1"]],
    },
  },
  "bounce-exchange": {
    facts: {
      from: { address: "postmaster@kunde.example" },
      to: [US],
      subject: "Unzustellbar: Ihr Kurs",
      ids: ["ndr-1@AM0PR01.prod.outlook.com", [SECOND], [SECOND]],
      sentAt: "2026-11-20T07:00:07.000Z",
      text: "Ihre Nachricht konnte nicht zugestellt werden: Postfach voll für voll@kunde.example.",
      files: [
        ["attachment.delivery-status", "message/delivery-status", 163, ""],
        ["attachment.rfc822-headers", "text/rfc822-headers", 98, ""],
      ],
      automatic: "auto_submitted",
      reports: [["bounced", "voll@kunde.example", "5.2.2"]],
    },
    html: ["konnte nicht zugestellt werden"],
  },
  "out-of-office-outlook-de": {
    facts: {
      from: { name: "Erika Muster", address: "erika.muster@kunde.example" },
      to: [US],
      subject: "Automatische Antwort: Ihr Kurs für März",
      ids: ["ooo-1@kunde.example", [SECOND], [SECOND]],
      sentAt: "2026-11-20T07:01:00.000Z",
      text: "Ich bin bis 30.11. nicht im Büro.",
      automatic: "auto_submitted",
    },
  },
  "out-of-office-gmail-nl": {
    facts: {
      from: { name: "Sanne Bakker", address: "sanne@bakker.example" },
      to: [US],
      subject: "Afwezigheid Re: Uw cursus",
      ids: ["autoreply-9@mail.gmail.com", [SECOND], [SECOND]],
      sentAt: "2026-11-20T07:01:10.000Z",
      text: "Ik ben er niet; vanaf 1 december beantwoord ik uw bericht. Groetjes, Sanne – 🙂",
      automatic: "auto_submitted",
    },
  },
  "out-of-office-fr-bare": {
    facts: {
      from: { name: "Luc Martin", address: "luc@martin.example" },
      to: [US],
      subject: "Réponse automatique : Votre cours",
      ids: ["ooo-fr@martin.example", [], []],
      sentAt: "2026-11-20T07:02:00.000Z",
      text: "Je suis absent jusqu’au 30 novembre.",
      automatic: "automatic_subject",
    },
  },
  "forward-de-outlook": {
    facts: {
      from: { name: "Hotel Seeblick", address: "empfang@seeblick.example" },
      to: [US],
      subject: "WG: Anfrage Gruppenkurs",
      ids: ["fw-de@seeblick.example", ["orig-77@gast.example"], ["orig-77@gast.example"]],
      sentAt: "2026-11-16T08:00:00.000Z",
      text: "Können Sie das übernehmen?\n\n-----Ursprüngliche Nachricht-----\nVon: Gast Eins <gast@gast.example>\nGesendet: Sonntag, 15. November 2026 18:00\nAn: Hotel Seeblick\nBetreff: Anfrage Gruppenkurs\n\nWir sind zwölf Personen.",
      isForward: true,
    },
  },
  "forward-nl-gmail": {
    facts: {
      from: { name: "Piet Jansen", address: "piet@jansen.example" },
      to: [US],
      subject: "Fwd: Groepsles",
      ids: ["CAfw-nl@mail.gmail.com", [], []],
      sentAt: "2026-11-16T09:00:00.000Z",
      text: "Kunnen jullie dit oppakken?\n\n---------- Forwarded message ---------\nVan: Gast Twee <twee@gast.example>\nDate: zo 15 nov 2026 om 18:00\nSubject: Groepsles\nTo: Piet Jansen <piet@jansen.example>\n\n\nWij zijn met z’n twaalven.",
      isForward: true,
    },
  },
  "forward-fr-apple": {
    facts: {
      from: { name: "Anne Petit", address: "anne@petit.example" },
      to: [US],
      subject: "TR\u00a0: Cours de groupe",
      ids: ["fw-fr@petit.example", [], []],
      sentAt: "2026-11-16T10:00:00.000Z",
      text: "Pouvez-vous répondre ?\n\n> Début du message réexpédié :\n>\n> De: Client <client@gast.example>\n> Objet: Cours de groupe\n> Date: 15 novembre 2026 à 18:00:00 UTC+1\n>\n> Nous sommes douze.",
      isForward: true,
    },
  },
  "forward-attached": {
    facts: {
      from: { name: "Piet Jansen", address: "piet@jansen.example" },
      to: [US],
      subject: "Doorst: Factuur",
      ids: ["fw-att@jansen.example", [], []],
      sentAt: "2026-11-16T11:00:00.000Z",
      text: "Zie bijlage.",
      files: [["Factuur 12.eml", "message/rfc822", 183, ""]],
      isForward: true,
    },
  },
  "thunderbird-flowed-8859-15": {
    facts: {
      from: { name: "Jürgen Weiß", address: "juergen@posteo.example" },
      to: [US],
      subject: "Preis in €",
      ids: ["tb-1@posteo.example", [], []],
      sentAt: "2026-11-20T11:00:00.000Z",
      text: "Dieser Absatz ist so lang, dass ihn das Mailprogramm auf mehrere Zeilen verteilt hat; er kostet 5 € und ist doch ein einziger Satz.\n\nFrom hier steht ein Leerzeichen davor.",
    },
    quoted: ["-- \nJürgen Weiß"],
  },
  "flowed-delsp-ja": {
    facts: {
      from: { name: "田中", address: "tanaka@example.jp" },
      to: [US],
      subject: "講座の質問",
      ids: ["delsp-1@example.jp", [], []],
      sentAt: "2026-11-20T11:00:00.000Z",
      text: "セーリングの講座について教えてください。",
    },
  },
  gb18030: {
    facts: {
      from: { name: "王伟", address: "wang@example.cn" },
      to: [US],
      subject: "帆船课程咨询",
      ids: ["gb-1@example.cn", [], []],
      sentAt: "2026-11-20T10:00:00.000Z",
      text: "您好，我想了解课程价格。𠀀",
    },
  },
  "koi8-r-html": {
    facts: {
      from: { address: "ivan@example.ru" },
      to: [US],
      subject: "Вопрос",
      ids: ["koi-1@example.ru", [], []],
      sentAt: "2026-11-20T10:00:00.000Z",
      text: "",
    },
    html: ["Сколько стоит <b>курс</b>?"],
  },
  // Decoded as UTF-7 this would be a script; no browser and no mail program does that any more (WHATWG Encoding 14.6).
  "utf-7-trap": {
    facts: {
      from: { address: "trap@angriff.example" },
      to: [US],
      subject: "+ADw-b+AD4-",
      ids: ["utf7@angriff.example", [], []],
      sentAt: "2026-11-20T12:00:00.000Z",
      text: "",
    },
    html: ["<p>Harmlos</p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-"],
  },
  "rfc2231-names": {
    facts: {
      from: { name: "Max", address: "max@kunde.example" },
      to: [US],
      subject: "Namen",
      ids: ["n2231@kunde.example", [], []],
      sentAt: "2026-11-20T12:10:00.000Z",
      text: "Drei Dateien.",
      files: [
        ["Große Übersicht der Kurse im Winter.pdf", "application/pdf", 10, ""],
        ["Gästeliste.csv", "text/csv", 4, ""],
        ["../../etc/passwd", "application/octet-stream", 4, ""],
      ],
    },
  },
  "eight-bit-headers-utf-8": {
    facts: {
      from: { name: "Jörg Müller", address: "joerg@kunde.example" },
      to: [US],
      subject: "Grüße vom Müggelsee",
      ids: ["h8@kunde.example", [], []],
      sentAt: "2026-11-20T12:20:00.000Z",
      text: "Schöne Grüße",
    },
  },
  "eight-bit-headers-latin-1": {
    facts: {
      from: { name: "Jörg Müller", address: "joerg@kunde.example" },
      to: [US],
      subject: "Grüße vom Müggelsee – 5 €",
      ids: ["h8l@kunde.example", [], []],
      sentAt: "2026-11-20T12:21:00.000Z",
      text: "Schöne Grüße, 5 €",
    },
  },
  "unlabelled-part-latin-1": {
    facts: {
      from: { address: "alt@kunde.example" },
      to: [US],
      subject: "Ohne Angabe",
      ids: ["unl@kunde.example", [], []],
      sentAt: "2026-11-20T12:22:00.000Z",
      text: "Schöne Grüße aus Köln\n\nMüller",
    },
  },
  "calendar-invite": {
    facts: {
      from: { name: "Max", address: "max@kunde.example" },
      to: [US],
      subject: "Einladung: Probefahrt",
      ids: ["cal@kunde.example", [], []],
      sentAt: "2026-11-20T12:30:00.000Z",
      text: "Probefahrt am 1. Dezember",
      files: [
        ["invite.ics", "text/calendar", 145, ""],
        ["invite.ics", "application/ics", 145, ""],
      ],
    },
    html: ["<p>Probefahrt am 1. Dezember</p>"],
  },
  "scan-without-words": {
    facts: {
      from: { name: "Scanner", address: "scanner@drucker.example" },
      to: [US],
      subject: "",
      ids: ["scan@drucker.example", [], []],
      sentAt: "2026-11-20T12:40:00.000Z",
      text: "",
      files: [["scan.pdf", "application/pdf", 13, ""]],
    },
  },
  empty: {
    facts: {
      from: { address: "leer@kunde.example" },
      to: [US],
      subject: "",
      ids: ["leer@kunde.example", [], []],
      sentAt: null,
      text: "",
    },
  },
  "no-message-id": {
    facts: {
      from: { name: "Alt System", address: "meldung@altsystem.example" },
      to: [US],
      subject: "Bestellung 4711",
      ids: ["fallback@switchboard.invalid", [], []],
      sentAt: "2026-11-20T12:50:00.000Z",
      text: "Eine Bestellung ist eingegangen.",
    },
  },
  "signed-nested": {
    facts: {
      from: { name: "Dr. Recht", address: "recht@kanzlei.example" },
      to: [],
      subject: "Signiert",
      ids: ["signed@kanzlei.example", [], []],
      sentAt: "2026-11-20T13:00:00.000Z",
      text: "Siehe Vertrag.",
      files: [
        ["attachment.png", "image/png", 79, "logo@kanzlei"],
        ["Vertrag.docx", DOCX, 8, ""],
        ["smime.p7s", "application/pkcs7-signature", 5, ""],
      ],
    },
    html: ["Siehe <b>Vertrag</b>", "cid:logo@kanzlei"],
  },
  "iphone-nl": {
    facts: {
      from: { name: "Sanne", address: "sanne@bakker.example" },
      to: [US],
      subject: "Antw: Uw cursus",
      ids: ["IPHONE-1@bakker.example", [SECOND], [FIRST, SECOND]],
      sentAt: "2026-11-20T13:10:00.000Z",
      text: "Tot zaterdag!",
    },
    quoted: ["Verstuurd vanaf mijn iPhone", "heeft Zeilschool", "Uw cursus begint zaterdag."],
  },
};
