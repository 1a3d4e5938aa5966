import type { EdxmlMessage } from './message.ts';

/**
 * Most characters of each text, by its path without list places. From Decree 30/2020/NĐ-CP appendix VI, and where it is
 * silent from the widest limit that an implementation in use has.
 */
export const LENGTHS: Readonly<Record<string, number>> = {
  ...organization('From'),
  ...organization('To'),
  'MessageHeader.DocumentId': 200,
  'MessageHeader.Code.CodeNumber': 11,
  'MessageHeader.Code.CodeNotation': 30,
  'MessageHeader.PromulgationInfo.Place': 50,
  'MessageHeader.DocumentType.TypeName': 100,
  'MessageHeader.Subject': 500,
  'MessageHeader.Content': 500,
  'MessageHeader.SignerInfo.Competence': 100,
  'MessageHeader.SignerInfo.Position': 100,
  'MessageHeader.SignerInfo.FullName': 50,
  'MessageHeader.ToPlaces.Place': 150,
  'MessageHeader.OtherInfo.SphereOfPromulgation': 100,
  'MessageHeader.OtherInfo.TyperNotation': 10,
  'MessageHeader.OtherInfo.Appendixes.Appendix': 250,
  'MessageHeader.ResponseFor.OrganId': 35,
  'MessageHeader.ResponseFor.DocumentId': 200,
  'TraceHeaderList.Bussiness.DocumentId': 200,
  'edXMLManifest.Reference.ContentId': 100,
  'edXMLManifest.Reference.AttachmentName': 500,
  'edXMLManifest.Reference.Description': 500,
};

export interface OverlongText {
  /** With list places: `MessageHeader.To[1].OrganName`. */
  readonly path: string;
  readonly length: number;
  readonly most: number;
}

/** The texts of a message that are longer than the table allows, counted in characters of composed (NFC) text. */
export function overlongTexts(message: EdxmlMessage): readonly OverlongText[] {
  const { MessageHeader, TraceHeaderList, edXMLManifest } = message;
  return [...walk({ MessageHeader, TraceHeaderList, edXMLManifest }, '', '')];
}

function* walk(value: unknown, path: string, rule: string): Generator<OverlongText> {
  if (typeof value === 'string') {
    const most = LENGTHS[rule];
    // A text of no more UTF-16 units than allowed cannot have more characters.
    if (most === undefined || value.length <= most) return;
    const { length } = [...value.normalize('NFC')];
    if (length > most) yield { path, length, most };
  } else if (Array.isArray(value)) {
    for (const [place, entry] of value.entries()) yield* walk(entry, `${path}[${place}]`, rule);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      yield* walk(inner, path === '' ? name : `${path}.${name}`, rule === '' ? name : `${rule}.${name}`);
    }
  }
}

function organization(element: 'From' | 'To'): Record<string, number> {
  const path = `MessageHeader.${element}`;
  return {
    [`${path}.OrganId`]: 35,
    [`${path}.OrganizationInCharge`]: 500,
    [`${path}.OrganName`]: 200,
    [`${path}.OrganAdd`]: 500,
    [`${path}.Email`]: 100,
    [`${path}.Telephone`]: 50,
    [`${path}.Fax`]: 50,
    [`${path}.Website`]: 100,
  };
}
