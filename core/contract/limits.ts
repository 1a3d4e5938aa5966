/** Every number that bounds the axis, declared once: the stack, the handlers, the client and the docs read it here. */
export const LIMITS = {
  /** Bytes of a message in the body of `POST /v1/dispatches`. API Gateway hands over 6 MB after base64. */
  messageBytes: 4 * 1024 * 1024,
  /** Bytes of a message that was uploaded: it is verified in memory. Larger files travel as detached attachments. */
  uploadedMessageBytes: 32 * 1024 * 1024,
  /** Bytes of one upload, and so of a detached attachment. */
  uploadBytes: 2 * 1024 * 1024 * 1024,
  /** Bytes up to which an upload is a single PUT that S3 checks; a larger one is sent in parts. */
  singlePutBytes: 64 * 1024 * 1024,
  /** Bytes of each part of an upload but the last one. */
  partBytes: 16 * 1024 * 1024,
  /** Links to parts that one call hands out. */
  partLinks: 50,
  /** Seconds within which the use of a link to upload to must begin. */
  uploadLinkSeconds: 900,
  /** Hours after which an upload is gone unless a dispatch used it. */
  uploadHours: 24,
  /** Bytes of detached attachments that a submission copies while its sender waits; above it goes on in the background. */
  copiedAtOnceBytes: 256 * 1024 * 1024,
  /** Seconds that the background may take for one submission; after that it is asked for again. */
  concludeSeconds: 300,
  /** Uploads that one system may have open at once. */
  openUploads: 100,
  /** Bytes of all texts of a message together, attachments' content aside: they are kept in one item of 400 KB. */
  messageTextBytes: 320 * 1024,
  /** Bytes of a JSON answer of the compatibility faces; a larger one lies behind a link. A function can answer 6 MB. */
  faceAnswerBytes: 4 * 1024 * 1024,
  /** Problems of one message that an answer lists. */
  problemsShown: 100,
  /** Bytes of a JSON body. */
  jsonBytes: 64 * 1024,
  /** Characters of the `Document-Signature` header: the gateway caps all headers at 10,240 bytes. */
  documentSignatureChars: 4096,
  /** Recipients of one dispatch. */
  recipients: 1000,
  /** Recipients that one fan-out message covers. */
  recipientsPerFanOut: 100,
  /** How far back operators look: minutes of numbers, and hours in which the lines of a request are looked for. */
  stats: {
    minutes: { least: 5, most: 180, usual: 60 },
    hours: { least: 1, most: 720, usual: 24 },
  },
  /** Seconds a client token may live (RFC 7523). */
  tokenSeconds: 300,
  /** Seconds of clock difference that a token is forgiven. */
  clockSkewSeconds: 60,
  /** Seconds for which an instance may believe what it read from the registry: a suspension takes effect within them. */
  registryCacheSeconds: 15,
  /** Seconds for which an instance may believe whether the tables were put back. */
  memorySeconds: 60,
  /** Records that one call rebuilds at most, seconds that it takes, records a minute unless an operator says otherwise. */
  rebuild: { atOnce: 10, seconds: 15, perMinute: 300 },
  /** Deliveries that one `receive` leases at most. */
  receiveMax: 10,
  /** Seconds for which `receive` may wait. */
  receiveWaitSeconds: 20,
  /** `receive` calls that may wait at once in a stage; above it they answer at once with `Retry-After`. */
  waiters: 50,
  /** Seconds of a lease: what a caller may ask for, and what it gets without asking. */
  leaseSeconds: { least: 30, usual: 300, most: 43_200 },
  /** Offers without acknowledgement after which a delivery is set aside. */
  fruitlessOffers: 20,
  /** Entries of one timeline. */
  timelineEntries: 60,
  /** The last entries of a timeline, kept for final states. */
  timelineReserve: 10,
  /** Deliveries that a list of everything waiting shows at once: one read of the index, and well below 1 MB of JSON. */
  mailboxList: 2000,
  /** Reads of 1 MB each that a list of one agency or of a period may take: about 100,000 deliveries are looked through. */
  mailboxReads: 30,
  /** Reads of 1 MB each that counting may take: 9,000 to 16,000 deliveries are counted, and beyond that "at least". */
  countReads: 3,
  /** Items, one a recipient, that a list of everything sent shows: as many as one dispatch may have. */
  sentItems: 1000,
  /** Dispatches that such a list looks through, the newest first. */
  sentDispatches: 1000,
  /** Agencies of one system that such a list asks for. */
  sentAgencies: 500,
  /** Characters of a title in such a list: the field size of Decree 30 appendix VI. */
  titleChars: 500,
  /** Characters of number and notation in such a list: more than both field sizes of the same appendix together. */
  notationChars: 100,
  /** Seconds for which a system holds what it takes by name, without a lease token. */
  nameLeaseSeconds: 900,
  /** Seconds within which taking by name again counts as the same fruitless offer: such systems poll every few minutes. */
  nameOfferSeconds: 3600,
  /** Seconds after which what a system failed to take is offered again: doubled with each failure. */
  backOffSeconds: { least: 60, most: 3600 },
  /** Deliveries in one batch acknowledgement. */
  acknowledgeBatch: 25,
  /** Seconds a presigned link to content lives. */
  linkSeconds: 60,
  /** Characters of a reason that a person writes. */
  reasonChars: 500,
  /** Items of one page of a list. */
  pageSize: { usual: 25, most: 100 },
  /** Seconds after which work that did not move is overdue and the watchman redoes it. */
  overdueSeconds: 120,
  /** The evidence log: seconds until a step is logged, so that what follows soon goes with it, and until it is late; sizes of a batch; seconds of a round. */
  log: { seconds: 240, lateSeconds: 600, itemsPerShard: 100, entriesPerBatch: 2000, roundSeconds: 40 },
  /** Shards of the due and log indexes. */
  shards: 16,
  /** Budget of one system unless an operator sets another: requests, bytes of messages and uploads, seconds of a window. */
  budget: { requests: 6000, bytes: 4 * 1024 * 1024 * 1024, windowSeconds: 60 },
  /** Seconds after which a system asks again while the axis is paused. */
  pauseRetrySeconds: 30,
  /** Most of a budget that an instance of a function draws by one write. */
  budgetChunk: { requests: 50, bytes: 64 * 1024 * 1024 },
  /** Most that an operator gives one system as its budget. */
  budgetMost: { requests: 1_000_000, bytes: 1024 * 1024 * 1024 * 1024 },
  /** Days after which a delivery that nobody collected expires, unless its sender said otherwise. */
  deliveryDays: 30,
  /** Hours from now within which a sender may let deliveries expire. */
  deliveryHours: { least: 1, most: 365 * 24 },
  /** Days before its end at which the sender of a delivery that nobody collected is warned; half of a short life. */
  uncollectedWarningDays: 3,
  /** Earlier documents that one message can recall, update or replace. */
  actTargets: 20,
  /** Earlier documents that one message can be linked with as those that it answers. */
  links: 10,
  /** Documents of one number that are looked through for the one that a message means. */
  sameNumber: 25,
  /** Updates of one delivery that a recall reaches. */
  revisions: 50,
  /** Reports on one delivery that are remembered, so that a worker that repeats one does not count it twice. */
  recentReports: 10,
  /** Messages of a thread that one view shows in each direction. */
  thread: 25,
  /** Later messages of a thread, the newest, among which those are looked for that the viewer may see. */
  threadLooked: 75,
  /** Refusal records kept per system, and for how many days. */
  refusalRecords: { perSystem: 200, days: 7 },
  /** The trust list: bytes of the document, members of its lists, characters of a certificate in base64, hours of old news. */
  trust: {
    bytes: 512 * 1024,
    anchors: 64,
    intermediates: 128,
    agencies: 256,
    policies: 64,
    certificateChars: 21_848,
    staleHours: 720,
    history: 50,
    /** Certificates that one page of a trial judges. */
    trialPage: 100,
    /** Days before the end of a certificate at which it is counted as expiring. */
    expiryDays: 60,
    /** Certificates about to expire that one look names. */
    urgentCertificates: 200,
  },
  /** One page of report lines: dispatches, deliveries after which it takes no further one, index keys and looks, parts of the whole, task codes of a line and their characters. */
  reportPage: {
    dispatches: 100,
    deliveries: 2000,
    firstKeys: 100,
    mostKeys: 5000,
    looks: 10,
    segments: 64,
    tasks: 10,
    taskChars: 100,
  },
  /** Days of a report's period, days after it within which answers count, and days after it when the report is cut off. */
  reportDays: { period: 93, after: 60, cutOff: 10 },
  /** Directives to one recipient each that a report follows, agencies that a printed one lists, open directives that it names. */
  report: { directives: 500_000, printedAgencies: 300, openDirectives: 20 },
  /** Keys that one system holds at once. */
  keysPerSystem: 8,
  /** Secrets for the compatibility faces that one system holds at once: the old and the new one overlap. */
  secretsPerSystem: 4,
  /** Characters of the note that an operator puts beside a secret. */
  secretNoteChars: 100,
  /** Certificates that one agency holds at once. */
  certificatesPerAgency: 16,
  /** Earlier versions of the published directory from which there is a difference to the newest. */
  directoryVersions: 24,
  /** Agencies in one call of a directory's import. */
  importAgencies: 100,
  /** Agencies that a system serves, and as many that it closed, up to which it may register further ones of its own. */
  servedAgencies: 5000,
  /** Characters of an agency's name, as many as its field in a message takes. */
  agencyNameChars: 200,
  /** Characters of an agency's mail address (RFC 5321 section 4.5.3.1). */
  mailChars: 254,
  /** Codes that one agency has had, has and will have, beside its present one. */
  aliasesPerAgency: 32,
  /** Mergers followed from the agency that a code names to the one that answers for it now. */
  successors: 8,
  /** Seconds for which a move looks after deliveries that were still put into the old inbox. */
  moveSeconds: 180,
  /** News of revoked certificates: addresses asked, responders among them that are asked for one certificate each, fetches at once. */
  revocation: { sources: 256, responders: 128, atOnce: 8 },
  /** Bytes of one revocation list, of one OCSP answer, and of all that is held. */
  revocationBytes: { list: 12 * 1024 * 1024, answer: 16 * 1024, held: 64 * 1024 * 1024 },
  /** Minutes after which a source that gave news is asked again, and registered certificates are looked through for new ones. */
  revocationMinutes: { ask: 60, look: 60 },
  /** Seconds of one fetch of news of revocation, and of a round of them. */
  revocationSeconds: { fetch: 20, round: 180 },
  /** Characters of the `Document-Revocation` header: an OCSP answer, DER in base64. */
  documentRevocationChars: 4096,
  /** Webhooks: characters of the address, seconds for an answer and bytes of it that are read, failures until left alone, for how many minutes. */
  webhook: { urlChars: 2048, seconds: 10, replyBytes: 4096, failures: 5, probeMinutes: 15 },
  /** Minutes after each failed notification until the next try; after the last it is given up. */
  webhookBackOffMinutes: [1, 5, 15, 60, 180, 360, 600],
  /** Days before the end of a certificate at which the system of its agency is told, the fewest first. */
  expiryWarningDays: [7, 30, 60],
  /** Warnings of certificates that expire which one look sends; the next day goes on. */
  expiryWarnings: 500,
} as const;
