import { createEngine } from '../../adapters/xml/engine.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import type { KitReply, KitRequest } from './behaviour.ts';
import { headlineOf, type KitDocument, sha256Of } from './kitDocuments.ts';
import { dispatchIdOf, kitId } from './kitIds.ts';
import { KitInbox } from './kitInbox.ts';
import type { KitReceipt, KitReceipts } from './kitReceipts.ts';
import { json, refusalReply } from './kitReply.ts';
import { KitUploads } from './kitUploads.ts';

interface KitDispatch extends KitReceipt {
  readonly dispatchId: string;
  readonly document: KitDocument;
}

export interface KitTruthOptions {
  readonly axis: string;
  readonly system: string;
  readonly receipts: KitReceipts;
  /** What waits in the inbox. */
  readonly offers: readonly KitDocument[];
  readonly now: () => number;
  /** Where links lead; known when the store runs. */
  readonly storeUrl: () => string;
}

const NOT_JUDGED = { v: 1, checks: [] } as const;

/** What the axis would answer if it behaved: just enough of it to tell whether a client does. One system, no recipients but itself. */
export class KitTruth {
  readonly #options: KitTruthOptions;
  readonly #dispatches = new Map<string, KitDispatch>();
  readonly inbox: KitInbox;
  readonly uploads: KitUploads;
  /** How often a submission in the background says that it is still at work. */
  looksLeft = 2;

  constructor(options: KitTruthOptions) {
    const { offers, now, storeUrl } = options;
    this.#options = options;
    this.inbox = new KitInbox({ offers, now, storeUrl });
    this.uploads = new KitUploads(storeUrl);
  }

  get dispatches(): readonly KitDispatch[] {
    return [...this.#dispatches.values()];
  }

  /** Where the links lead. */
  get storeUrl(): string {
    return this.#options.storeUrl();
  }

  /** Accepts a document as `POST /v1/dispatches` does, and answers its receipt. */
  accept(document: KitDocument): KitReply {
    const known = this.#dispatches.get(document.documentId);
    if (known && known.document.sha256 !== document.sha256)
      return refusalReply('document-conflict', { documentId: document.documentId });
    const dispatchId = dispatchIdOf(document);
    const dispatch = known ?? { dispatchId, document, ...this.#options.receipts.of(dispatchId, document) };
    this.#dispatches.set(document.documentId, dispatch);
    return json(known ? 200 : 201, this.acceptedAnswer(dispatch, known ? 'again' : 'accepted'));
  }

  acceptedAnswer({ dispatchId, document, receipt, receiptCertificate }: KitDispatch, outcome: string): object {
    return {
      dispatchId,
      outcome,
      receipt,
      receiptCertificate,
      recipients: [{ code: document.recipient, name: document.recipient, deliveryId: kitId('dlv', dispatchId) }],
      report: { ...NOT_JUDGED, at: this.#time(), signed: document.signed },
    };
  }

  /** A receipt that holds, of a document that nobody sent here. */
  otherReceipt(): KitReceipt {
    const bytes = Buffer.from('another document');
    const signed = 'none' as const;
    const document = { documentId: 'other', sender: 'X', recipient: 'X', signed, bytes, sha256: sha256Of(bytes) };
    return this.#options.receipts.of(dispatchIdOf(document), document);
  }

  handle(request: KitRequest): KitReply {
    const { route, path, query } = request;
    const [id = ''] = path;
    switch (route) {
      case 'submit':
        return this.#submit(request);
      case 'submission':
        return this.#submission(id);
      case 'dispatch':
        return this.#dispatch(id);
      case 'content':
        return this.inbox.content(id, query);
      case 'startUpload':
      case 'upload':
      case 'uploadParts':
      case 'completeUpload':
      case 'put':
        return this.uploads.handle(request);
      case 'health':
      case 'axis':
        return this.#about();
      case 'me':
        return json(200, { systemId: this.#options.system, name: 'docaxis kit', agencies: { items: [] } });
      default:
        return this.inbox.handle(request) ?? refusalReply('route-not-found', { method: 'this', path: route });
    }
  }

  #submit(request: KitRequest): KitReply {
    const type = String(request.headers['content-type']);
    const bytes = type === 'application/json' ? this.uploads.sealed(request.body) : request.body;
    if (bytes === undefined) return refusalReply('upload-not-found', { hours: LIMITS.uploadHours });
    if (bytes === request.body && bytes.length > LIMITS.messageBytes)
      return refusalReply('body-too-large', { bytes: bytes.length, limit: LIMITS.messageBytes });
    const document = documentOf(bytes);
    return document === undefined
      ? refusalReply('edxml-malformed', { rule: 'unreadable', ruleVi: 'không đọc được', position: 0 })
      : this.accept(document);
  }

  /** In the background: at work for two looks, then accepted. */
  #submission(submissionId: string): KitReply {
    const dispatch = this.dispatches.find(({ dispatchId }) => kitId('sub', dispatchId) === submissionId);
    if (!dispatch) return refusalReply('submission-not-found', { hours: LIMITS.uploadHours });
    const about = { submissionId, dispatchId: dispatch.dispatchId, expiresAt: this.#time(3_600_000) };
    this.looksLeft -= 1;
    if (this.looksLeft >= 0) return json(200, { ...about, state: 'working' });
    return json(200, { ...about, state: 'accepted', answer: this.acceptedAnswer(dispatch, 'accepted') });
  }

  #dispatch(dispatchId: string): KitReply {
    const sent = this.dispatches.find((dispatch) => dispatch.dispatchId === dispatchId);
    if (!sent) return refusalReply('dispatch-not-found');
    const { document, receipt, receiptCertificate } = sent;
    const headline = headlineOf(document, this.#time());
    const at = this.#time();
    const entry = { n: 1, ev: 'SubmissionAcceptance', at, by: 'axis', from: 'none', to: 'accepted' };
    return json(200, {
      dispatchId,
      state: 'dispatched',
      headline,
      sender: document.sender,
      recipientCount: 1,
      receipt,
      receiptCertificate,
      report: { ...NOT_JUDGED, at, signed: document.signed },
      timeline: { entries: [entry], repeated: [] },
      deliveries: [
        {
          deliveryId: kitId('dlv', dispatchId),
          dispatchId,
          state: 'acknowledged',
          recipient: document.recipient,
          urgent: false,
          headline,
          timeline: { entries: [entry], repeated: [] },
        },
      ],
    });
  }

  #about(): KitReply {
    const { axis, receipts } = this.#options;
    const about = { axis, stage: 'kit', version: '1', limits: {}, receiptIssuer: receipts.issuer };
    return json(200, { ...about, status: 'ok', now: this.#time() });
  }

  #time(later = 0): string {
    return new Date(this.#options.now() + later).toISOString();
  }
}

/** What was sent, as far as it can be read. */
function documentOf(bytes: Buffer): KitDocument | undefined {
  try {
    const { message, signature } = createEngine().open(bytes);
    const { DocumentId: documentId, From, To } = message.MessageHeader;
    if (documentId === undefined) return undefined;
    const recipient = To[0]?.OrganId ?? '';
    const signed = signature ? 'xmldsig' : 'none';
    return { documentId, sender: From.OrganId ?? '', recipient, signed, bytes, sha256: sha256Of(bytes) };
  } catch {
    return undefined;
  }
}
