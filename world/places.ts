/** The invented agencies and systems of the miniature world. Nothing here names a real body. */

export interface Place {
  readonly code: string;
  readonly name: string;
  /** The body above it, as `OrganizationInCharge` says it. */
  readonly inCharge?: string;
  readonly address: string;
  readonly email: string;
  /** Place line of its documents. */
  readonly seat: string;
  /** What stands behind the number of its documents. */
  readonly notation: string;
  /** Kind of its signing key. */
  readonly key: 'rsa-2048' | 'p-256';
  /** Which system serves it. */
  readonly system: WorldSystemName;
}

export type WorldSystemName = 'trung-tam-mau' | 'bo-minh-hoa';

export const systemTitles: Readonly<Record<WorldSystemName, string>> = {
  'trung-tam-mau': 'Trung tâm Mẫu',
  'bo-minh-hoa': 'Bộ Minh họa',
};

/** Two agencies behind one provincial centre; a ministry with a system of its own, which serves its department too. */
export const places = [
  {
    code: 'X91.04',
    name: 'Sở Thử nghiệm',
    inCharge: 'UBND tỉnh Mẫu',
    address: '1 Đường Ví Dụ',
    email: 'vanthu@so-thu-nghiem.example',
    seat: 'Tỉnh Mẫu',
    notation: 'STN-VP',
    key: 'rsa-2048',
    system: 'trung-tam-mau',
  },
  {
    code: 'X91.05',
    name: 'Sở Giả định',
    inCharge: 'UBND tỉnh Mẫu',
    address: '5 Đường Ví Dụ',
    email: 'vanthu@so-gia-dinh.example',
    seat: 'Tỉnh Mẫu',
    notation: 'SGD-VP',
    key: 'p-256',
    system: 'trung-tam-mau',
  },
  {
    code: 'X92',
    name: 'Bộ Minh họa',
    address: '92 Phố Thí Dụ',
    email: 'vanthu@bo-minh-hoa.example',
    seat: 'Thủ đô Mẫu',
    notation: 'BMH-PC',
    key: 'p-256',
    system: 'bo-minh-hoa',
  },
  {
    code: 'X92.03',
    name: 'Cục Thí dụ',
    inCharge: 'Bộ Minh họa',
    address: '93 Phố Thí Dụ',
    email: 'vanthu@cuc-thi-du.example',
    seat: 'Thủ đô Mẫu',
    notation: 'CTD-TH',
    key: 'p-256',
    system: 'bo-minh-hoa',
  },
] as const satisfies readonly Place[];

export type PlaceCode = (typeof places)[number]['code'];

/** The place with this code. */
export function placeOf(code: PlaceCode): Place {
  const place = places.find((candidate) => candidate.code === code);
  if (place === undefined) throw new RangeError(`no place has the code ${code}`);
  return place;
}
