import { CHANNEL_NAMES } from "../../contacts/wordings/defaults";
import type { LocalText } from "../../contacts/topics/schema";
import { customerLanguage, type CustomerLanguage } from "../../lib/languages";
import { markup, pageDocument, type Html } from "../pages/frame";
import { cellText, FIELDS, FREQUENCY_DAYS, PAUSE_DAYS } from "./form";
import type { PreferencePage, Saved } from "./model";
import { PREFERENCE_WORDS, type PreferenceWords } from "./words";

export type PreferenceView =
  { kind: "page"; page: PreferencePage; token: string; saved: Saved | null } | { kind: "unknown" } | { kind: "later" };

type Topic = PreferencePage["topics"][number];
type Cell = Topic["cells"][number];

/** One page in one language. */
type Told = { language: CustomerLanguage; words: PreferenceWords; page: PreferencePage; token: string };

/** The preference page as a whole HTML document in the person's language (BCP 47), English when it is another. */
export function preferenceHtml(locale: string, view: PreferenceView): string {
  const language = customerLanguage(locale);
  const words = PREFERENCE_WORDS[language];
  if (view.kind !== "page") {
    const text = view.kind === "unknown" ? words.unknown : words.tooMany;
    return pageDocument({ language, title: words.title, brand: null, body: markup`<p>${text}</p>` });
  }
  const { page, token, saved } = view;
  const told = { language, words, page, token };
  const languages = { path: `/p/${token}`, label: words.languages };
  const body = markup`${saved !== null && noticeOf(words, saved)}
<p>${words.intro(page.brand.name, page.address)}</p>
${choicesForm(told)}
${endAllForm(told)}
${onFile(told)}`;
  return pageDocument({ language, title: words.title, brand: page.brand, languages, body });
}

function noticeOf(words: PreferenceWords, { changes, confirmationsSent, confirmationsLater }: Saved): Html {
  const isWaiting = confirmationsSent + confirmationsLater > 0;
  const note = (isShown: boolean, kind: string, text: string) =>
    isShown && markup`<p class="${kind}" role="status">${text}</p>`;
  return markup`${note(changes > 0, "note", words.saved)}
${note(confirmationsSent > 0, "note warn", words.confirm(confirmationsSent))}
${note(confirmationsLater > 0, "note warn", words.later)}
${note(changes === 0 && !isWaiting, "note", words.unchanged)}`;
}

function choicesForm(told: Told): Html {
  const { language, words, page, token } = told;
  return markup`<form method="post" action="/p/${token}?lang=${language}">
${page.topics.map((topic) => topicFields(told, topic))}
<fieldset><legend>${words.pauseTitle}</legend>
<p>${words.pauseText}</p>
${pauseField(told)}
${frequencyField(told)}
</fieldset>
<p class="actions"><button>${words.save}</button></p>
</form>`;
}

function topicFields(told: Told, topic: Topic): Html {
  const { language } = told;
  return markup`<fieldset><legend>${inLanguage(topic.name, language)}</legend>
<p>${inLanguage(topic.description, language)}</p>
${topic.cells.map((cell) => cellField(told, topic, cell))}
</fieldset>`;
}

function cellField({ language, words }: Told, topic: Topic, cell: Cell): Html {
  const value = cellText({ topic: topic.key, channel: cell.channel });
  const isOpen = cell.state === "open";
  const flags = markup`${cell.isOn && " checked"}${!isOpen && " disabled"}`;
  const hint = cell.state === "open" ? false : markup`<small>${words[cell.state]}</small>`;
  const name = markup`${CHANNEL_NAMES[language][cell.channel]} <span class="muted">${cell.address}</span>${hint}`;
  return markup`<label><input type="checkbox" name="${FIELDS.wanted}" value="${value}"${flags}><span>${name}</span>
${isOpen && markup`<input type="hidden" name="${FIELDS.shown}" value="${value}">`}</label>
`;
}

type Option = { value: string; label: string; isChosen: boolean };

function selectField(label: string, name: string, options: readonly Option[]): Html {
  const choices = options.map(
    (option) => markup`<option value="${option.value}"${option.isChosen && " selected"}>${option.label}</option>`,
  );
  return markup`<label class="stacked"><span>${label}</span><select name="${name}">${choices}</select></label>`;
}

function pauseField({ language, words, page }: Told): Html {
  const { pausedUntil } = page;
  const keep = pausedUntil === null ? words.pauseNone : words.pauseKeep(dateText(pausedUntil, language, page.zone));
  return selectField(words.pauseLabel, FIELDS.pause, [
    { value: "keep", label: keep, isChosen: true },
    ...(pausedUntil === null ? [] : [{ value: "end", label: words.pauseEnd, isChosen: false }]),
    ...PAUSE_DAYS.map((days) => ({ value: String(days), label: words.days[days], isChosen: false })),
  ]);
}

function frequencyField({ words, page }: Told): Html {
  return selectField(words.often, FIELDS.frequency, [
    { value: "0", label: words.oftenAlways, isChosen: page.everyDays === null },
    ...FREQUENCY_DAYS.map((days) => ({
      value: String(days),
      label: words.oftenDays[days],
      isChosen: page.everyDays === days,
    })),
  ]);
}

function endAllForm({ language, words, page, token }: Told): Html {
  return markup`<h2>${words.allTitle}</h2>
<form method="post" action="/p/${token}?lang=${language}">
<p class="muted">${words.allText(page.brand.name)}</p>
<button class="plain" name="${FIELDS.all}" value="end">${words.all}</button>
</form>`;
}

function onFile({ language, words, page }: Told): Html {
  if (page.entries.length === 0) return markup`<h2>${words.file}</h2><p class="muted">${words.fileEmpty}</p>`;
  const lines = page.entries.map(({ at, state, channel, purpose, topicName, until }) => {
    const what = topicName === null ? words.purposes[purpose] : inLanguage(topicName, language);
    const end = until === undefined ? "" : `, ${dateText(until, language, page.zone)}`;
    return markup`<li><b>${words.states[state]}</b>: ${what}, ${CHANNEL_NAMES[language][channel]}${end}
<time datetime="${new Date(at).toISOString()}">${dateText(at, language, page.zone)}</time></li>`;
  });
  return markup`<h2>${words.file}</h2><ul class="file">${lines}</ul>`;
}

function inLanguage(text: LocalText, language: CustomerLanguage): string {
  return text[language] || text.de;
}

function dateText(at: number, language: CustomerLanguage, zone: string): string {
  const locale = language === "en" ? "en-GB" : language;
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: zone }).format(at);
}
