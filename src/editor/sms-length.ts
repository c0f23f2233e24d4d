// How many SMS a text costs (3GPP TS 23.038): GSM 7-bit where every character is in its table, UCS-2 otherwise.

const GSM_BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/** These take two places. */
const GSM_EXTENDED = "^{}\\[~]|€\f";

const GSM = { single: 160, part: 153 };
const UCS2 = { single: 70, part: 67 };

export function smsLength(text: string): { characters: number; segments: number } {
  let septets = 0;
  let isGsm = true;
  for (const character of text) {
    if (GSM_BASIC.includes(character)) septets += 1;
    else if (GSM_EXTENDED.includes(character)) septets += 2;
    else isGsm = false;
  }
  const size = isGsm ? septets : text.length;
  const limit = isGsm ? GSM : UCS2;
  const segments = size === 0 ? 0 : size <= limit.single ? 1 : Math.ceil(size / limit.part);
  return { characters: Array.from(text).length, segments };
}
