// The README as it is packed: the extension's page shows its pictures without a network, so they are in the text.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** The large picture that a repository shows, and the small one of the same scene that is packed. */
const small = {
  'images/connectors-dark.png': 'walkthrough/authorize-dark.png',
  'images/editor-light.png': 'walkthrough/connector-light.png',
  'images/plan-dark.png': 'walkthrough/push-dark.png',
};

export async function packedReadme() {
  let text = await readFile(join(root, 'README.md'), 'utf8');
  for (const [link] of text.matchAll(/(?<=\]\()(?!https:|#)[^)\s]+(?=\))/g)) {
    if (small[link] === undefined) {
      throw new Error(`README.md names ${link}: say in scripts/readme.mjs which picture is packed for it.`);
    }
    const picture = await readFile(join(root, small[link]));
    text = text.replace(link, `data:image/png;base64,${picture.toString('base64')}`);
  }
  return text;
}
