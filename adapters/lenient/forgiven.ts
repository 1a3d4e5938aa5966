/** What the lenient reader forgives. Closed: anything else outside the strict profile is refused. */
export const FORGIVEN = {
  'byte-order-mark': 'a byte order mark at the start',
  'text-before': 'text before the XML declaration',
  'declared-encoding': 'UTF-8 that is declared as another encoding',
  'soap-envelope': 'a SOAP envelope around the message',
  'no-namespace': 'elements in no namespace',
  'obsolete-namespace': 'elements in an obsolete namespace',
  'undeclared-prefix': 'a prefix that is not declared where it is used',
  comment: 'a comment between elements',
  'processing-instruction': 'a processing instruction',
  cdata: 'a text written as CDATA',
  'null-organ-id': "an OrganId of 'null', read as absent",
} as const;

export type Forgiven = keyof typeof FORGIVEN;
