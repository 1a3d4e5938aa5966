const DATE = /^(\d{4})\/(\d{2})\/(\d{2})$/;
const DATE_TIME = /^(\d{4}\/\d{2}\/\d{2}) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

/** True for `yyyy/MM/dd` naming a day that exists. */
export function isEdxmlDate(text: string): boolean {
  const found = DATE.exec(text);
  if (found === null) return false;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1000 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** True for `yyyy/MM/dd HH:mm:ss` naming a second that exists. */
export function isEdxmlDateTime(text: string): boolean {
  const found = DATE_TIME.exec(text);
  return found !== null && isEdxmlDate(found[1] ?? '');
}
