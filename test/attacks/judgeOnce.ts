import { attackFile } from './attackTable.ts';
import { engineJudge } from './engineJudge.ts';

// Judges one document and ends: what a process does before it has seen any other document.
const [, , id = '', file = ''] = process.argv;
const { verdict, reason } = await engineJudge()(attackFile(file), {
  id,
  file,
  expected: 'refuse',
  category: '',
  sha256: '',
});
process.stdout.write(`${verdict} ${reason}`);
