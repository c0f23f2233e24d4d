// Marks and limits of APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.5.3.
export const LOCAL_HEADER = 0x04034b50;
export const CENTRAL_HEADER = 0x02014b50;
export const END_RECORD = 0x06054b50;
export const ZIP64_END = 0x06064b50;
export const ZIP64_LOCATOR = 0x07064b50;
export const ZIP64_EXTRA = 0x0001;

/** Compression methods. */
export const STORED = 0;
export const DEFLATED = 8;

/** These values in a field mean that the real one is in the zip64 records. */
export const MAX_16 = 0xffff;
export const MAX_32 = 0xffff_ffff;
