import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { certificateInspector } from '../../../adapters/trust/inspectCertificate.ts';
import type { AnswerOf } from '../../../core/contract/answers.ts';
import { TRUST_LIST, type TrustList } from '../../../core/contract/trustList.ts';
import { diffTrustLists, type TrustChange } from '../../../core/trust/diffTrustLists.ts';
import { type Command, type CommandContext, EXIT } from '../../command.ts';
import type { OperatorClient } from '../../operatorClient.ts';
import { readPemCertificates } from '../../pemCertificates.ts';
import { printable } from '../../table.ts';
import { operatorCommand, reasonOf } from './operatorCommand.ts';
import { revocationText } from './revocationText.ts';
import { lintTrustFile, problemLines, readTrustFile } from './trustFile.ts';
import { trustText } from './trustText.ts';

/** Affected certificates that are shown; `--json` tells all. */
const SHOWN = 50;

const begin: Command = {
  name: 'trust new',
  aliases: [],
  summary: { en: 'Print a trust list with the usual rules', vi: 'In danh sách tin cậy với quy tắc thông thường' },
  usage: 'ANCHOR.pem… [--intermediate FILE]…',
  example: 'docaxis trust new goc.pem --intermediate cap-phat.pem > trust.json',
  options: {
    intermediate: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'certificates of authorities below them, PEM',
    },
  },
  takes: [1, 64],
  async run(invocation, context) {
    const read = async (name: string) =>
      readPemCertificates(await readFile(resolve(context.cwd, name), 'utf8')).map((der) => der.toString('base64'));
    const anchors = (await Promise.all(invocation.positionals.map(read))).flat();
    const intermediates = (await Promise.all(invocation.texts('intermediate').map(read))).flat();
    const list = TRUST_LIST.parse({
      v: 1,
      anchors: anchors.map((certificate) => ({ certificate })),
      intermediates,
    });
    context.say(JSON.stringify(list, null, 2));
    context.result(list);
    return EXIT.done;
  },
};

const lint: Command = {
  name: 'trust lint',
  aliases: [],
  summary: { en: 'Judge a trust list, offline', vi: 'Kiểm tra danh sách tin cậy, không cần mạng' },
  usage: 'FILE',
  example: 'docaxis trust lint trust.json',
  options: {},
  takes: [1, 1],
  async run(invocation, context) {
    const { list, problems } = await lintTrustFile(invocation.argument, context);
    for (const line of problemLines(problems, context)) context.say(line);
    context.say(context.word(list ? 'trustListGood' : 'trustListBroken'));
    context.result({ ok: list !== undefined, problems });
    return list ? EXIT.done : EXIT.refused;
  },
};

const show = operatorCommand<AnswerOf<'showTrust'>>({
  name: 'trust show',
  summary: { en: 'See the trust list in force', vi: 'Xem danh sách tin cậy hiện hành' },
  usage: '[--list]',
  example: '--list > trust.json',
  options: { list: { type: 'boolean', help: 'print the document alone, to be changed and published' } },
  takes: [0, 0],
  changes: false,
  act: async (operator, invocation) => {
    const view = await operator.call('showTrust');
    if (!invocation.flag('list')) return view;
    return { version: view.version, history: [], ...(view.list ? { list: view.list } : {}) };
  },
  show: (view, context) =>
    view.sha256 === undefined && view.list ? JSON.stringify(view.list, null, 2) : trustText(view, context),
});

const revocation = operatorCommand<AnswerOf<'showRevocation'>>({
  name: 'trust revocation',
  summary: {
    en: 'See how old the news of revoked certificates are, and what fails',
    vi: 'Xem độ mới của thông tin thu hồi chứng thư và các lỗi',
  },
  usage: '',
  example: '--json',
  options: {},
  takes: [0, 0],
  changes: false,
  act: (operator) => operator.call('showRevocation'),
  show: revocationText,
});

const diff: Command = {
  name: 'trust diff',
  aliases: [],
  summary: { en: 'Say what a trust list would change', vi: 'Cho biết danh sách tin cậy sẽ thay đổi gì' },
  usage: 'FILE [OTHER]',
  example: 'docaxis trust diff trust.json',
  options: {},
  takes: [1, 2],
  async run(invocation, context) {
    const [file = '', other] = invocation.positionals;
    const after = await readTrustFile(file, context);
    const before =
      other === undefined ? await inForce(await context.operator()) : { list: await readTrustFile(other, context) };
    const changes = diffTrustLists(before.list, after, certificateInspector);
    sayChanges(changes, context);
    context.result({ changes });
    return EXIT.done;
  },
};

const publish: Command = {
  name: 'trust publish',
  aliases: [],
  summary: { en: 'Publish a trust list, or only try it', vi: 'Công bố danh sách tin cậy, hoặc chỉ thử' },
  usage: 'FILE [--dry-run] --reason TEXT',
  example: 'docaxis trust publish trust.json --dry-run',
  options: {
    'dry-run': { type: 'boolean', help: 'say which agencies it would affect and publish nothing' },
    reason: { type: 'string', value: 'TEXT', help: 'why; it stands in the history beside your name' },
  },
  takes: [1, 1],
  async run(invocation, context) {
    const dryRun = invocation.flag('dry-run');
    const reason = dryRun ? '' : reasonOf(invocation);
    const list = await readTrustFile(invocation.argument, context);
    const operator = await context.operator();
    const current = await inForce(operator);
    const changes = diffTrustLists(current.list, list, certificateInspector);
    sayChanges(changes, context);
    if (dryRun) {
      const trial = await tryEverywhere(list, operator, context);
      sayTrial(trial, context);
      context.result({ changes, ...trial });
      return EXIT.done;
    }
    const view = await operator.call('setTrust', { body: { list, replaces: current.version, reason } });
    context.say(trustText(view, context));
    context.result(view);
    return EXIT.done;
  },
};

/** The operators' commands about the trust list. */
export const trustCommands: readonly Command[] = [begin, lint, diff, publish, show, revocation];

async function inForce(operator: OperatorClient): Promise<{ readonly version: number; readonly list?: TrustList }> {
  const { version, list } = await operator.call('showTrust');
  return { version, ...(list ? { list } : {}) };
}

function sayChanges(changes: readonly TrustChange[], { say, word, language }: CommandContext): void {
  if (changes.length === 0) say(word('trustListSame'));
  for (const change of changes) say(printable(`${change.about}: ${change[language]}`));
}

interface WholeTrial extends Pick<AnswerOf<'tryTrust'>, 'checked' | 'refusedByBoth' | 'expiring'> {
  readonly affected: readonly AnswerOf<'tryTrust'>['affected'][number][];
}

/** Every page of a trial. */
async function tryEverywhere(list: TrustList, operator: OperatorClient, context: CommandContext): Promise<WholeTrial> {
  const affected: AnswerOf<'tryTrust'>['affected'] = [];
  const count = { checked: 0, refusedByBoth: 0, expiring: 0 };
  let after: string | undefined;
  do {
    const page = await operator.call('tryTrust', { body: { list, ...(after ? { after } : {}) } });
    affected.push(...page.affected);
    for (const member of ['checked', 'refusedByBoth', 'expiring'] as const) count[member] += page[member];
    context.progress(`${context.word('certificates')} ${count.checked}`);
    after = page.next;
  } while (after !== undefined);
  context.progress('');
  return { ...count, affected };
}

function sayTrial({ affected, checked, refusedByBoth, expiring }: WholeTrial, context: CommandContext): void {
  const { word } = context;
  for (const { agency, name, becomes, reason } of affected.slice(0, SHOWN))
    context.say(printable(`${agency}  ${name}  ${word(becomes === 'refused' ? 'refuse' : 'accept')}: ${reason}`));
  context.say(
    [
      `${word('certificates')} ${checked}`,
      `${word('affected')} ${affected.length}`,
      `${word('refusedByBoth')} ${refusedByBoth}`,
      `${word('expiringSoon')} ${expiring}`,
    ].join(', '),
  );
}
