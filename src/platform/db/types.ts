/** How columns arrive: as the wire wants them, so that rows need no mapping. */
import pg from 'pg';

const timestamptz = 1184;
const int8 = 20;

/**
 * PostgreSQL's text of an instant as ISO 8601 in UTC with milliseconds. A session in UTC, the usual
 * case, costs a few slices; any other goes by way of `Date`.
 */
export function isoInstant(text: string): string {
  if (text[4] !== '-' || !text.endsWith('+00') || text.length > 26) return byDate(text);
  const fraction = text.slice(20, -3);
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0')}Z`;
}

/** What even `Date` cannot read (`infinity`, a year before Christ) stays as PostgreSQL says it. */
function byDate(text: string): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}

export const wireTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (oid === timestamptz) return isoInstant;
    if (oid === int8) return Number; // counts; nothing here reaches 2^53
    return pg.types.getTypeParser(oid, format);
  },
};
