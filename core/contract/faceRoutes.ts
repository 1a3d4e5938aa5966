import type { FunctionName } from './environment.ts';

/**
 * Faces beside the API of its own, for document systems of today: `vxp` speaks as the axis that the Java SDK knows, `lgsp` as a
 * province's REST service. Their shapes and codes are in docs/compatibility.md, not in the OpenAPI description.
 */
export type Face = 'vxp' | 'lgsp';

export interface FaceRoute {
  readonly face: Face;
  readonly method: 'GET' | 'POST' | 'ANY';
  readonly path: string;
  readonly function: FunctionName;
  /** Whether it asks for a change: refusals of a change leave a record. */
  readonly changes: boolean;
  /** The answer is a file: any body is taken for the file, so a refusal has none. */
  readonly file?: true;
}

const vxp = <F extends FunctionName>(operation: string, serving: F, changes = false) =>
  ({ face: 'vxp', method: 'POST', path: `/vxp/${operation}`, function: serving, changes }) as const;

const elsewhere = (face: Face, path: string) =>
  ({ face, method: 'ANY', path, function: 'compatTake', changes: false }) as const;

export const FACE_ROUTES = {
  sendEdoc: vxp('sendEdoc', 'compatSend', true),
  getReceivedEdocList: vxp('getReceivedEdocList', 'compatTake'),
  getEdoc: vxp('getEdoc', 'compatTake'),
  updateStatus: vxp('updateStatus', 'compatTake', true),
  getSentEdocList: vxp('getSentEdocList', 'compatTake'),
  countReceiveEdoc: vxp('countReceiveEdoc', 'compatTake'),
  countReceiveStatus: vxp('countReceiveStatus', 'compatTake'),
  downloadEdoc: {
    face: 'vxp',
    method: 'GET',
    path: '/vxp/downloadEdoc',
    function: 'compatTake',
    changes: false,
    file: true,
  },

  getAgenciesList: vxp('getAgenciesList', 'compatAgencies'),
  getAgenciesListQD20: vxp('getAgenciesListQD20', 'compatAgencies'),
  getSynchronizeUnit: vxp('getSynchronizeUnit', 'compatAgencies'),
  registerAgency: vxp('registerAgency', 'compatAgencies', true),
  deleteAgency: vxp('deleteAgency', 'compatAgencies', true),

  lgspSendEdoc: { face: 'lgsp', method: 'POST', path: '/lgsp/v1/sendEdoc', function: 'compatSend', changes: true },
  syncReceivedEdocList: {
    face: 'lgsp',
    method: 'GET',
    path: '/lgsp/v1/syncReceivedEdocList',
    function: 'compatTake',
    changes: false,
  },
  lgspGetEdoc: { face: 'lgsp', method: 'GET', path: '/lgsp/v1/getEdoc', function: 'compatTake', changes: false },
  lgspUpdateStatus: {
    face: 'lgsp',
    method: 'POST',
    path: '/lgsp/v1/updateStatus',
    function: 'compatTake',
    changes: true,
  },

  // What a face does not know is answered in its own shape: the gateway's would be unreadable for its clients.
  vxpElse: elsewhere('vxp', '/vxp/{proxy+}'),
  vxpBare: elsewhere('vxp', '/vxp'),
  lgspElse: elsewhere('lgsp', '/lgsp/{proxy+}'),
  lgspBare: elsewhere('lgsp', '/lgsp'),
} as const satisfies Record<string, FaceRoute>;

export type FaceRouteName = keyof typeof FACE_ROUTES;
/** Routes for which no operation stands. */
export type ElseRouteName = 'vxpElse' | 'vxpBare' | 'lgspElse' | 'lgspBare';
/** The operations that one function serves. */
export type FaceOperationsOf<F extends FunctionName> = {
  [R in Exclude<FaceRouteName, ElseRouteName>]: (typeof FACE_ROUTES)[R]['function'] extends F ? R : never;
}[Exclude<FaceRouteName, ElseRouteName>];

export const FACE_ROUTE_NAMES = Object.keys(FACE_ROUTES) as readonly FaceRouteName[];

/** API Gateway's route key, e.g. `POST /vxp/sendEdoc`. */
export const faceRouteKey = (name: FaceRouteName): string => `${FACE_ROUTES[name].method} ${FACE_ROUTES[name].path}`;
