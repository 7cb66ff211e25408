/** Names explain themselves, files say what they are, and nothing is left for later. */
import { allFolders, committedFiles, sources } from './source.ts';

/** Names that say nothing, in the singular and the plural. */
const empty = /^(util|helper|common|manager|misc|shared)s?$/i;
const later = /\b(TODO|FIXME|XXX|HACK)\b/;

/** The words of a name: `userManager.test` is `user`, `Manager` and `test`. */
const wordsOf = (name: string) => name.split(/[-_.]|(?<=[a-z\d])(?=[A-Z])/);

function names(root: string): string[] {
  const told = new Set<string>();
  return committedFiles(root).flatMap((file) => {
    const parts = file.split('/');
    if (!allFolders.some((folder) => folder === parts[0])) return [];
    const at = parts.findIndex((part) => wordsOf(part).some((word) => empty.test(word)));
    const named = parts.slice(0, at + 1).join('/');
    if (at === -1 || told.has(named)) return [];
    told.add(named);
    return `${file}:1: ${parts[at]} says nothing; name it after what it holds`;
  });
}

/** @returns a sentence for every name and comment that says too little */
export function words(root: string): string[] {
  const said = sources(root, allFolders).flatMap(({ path, text, comments }) => {
    const start = text.startsWith('#!') ? 2 : 1;
    const [first] = comments;
    const isHeader =
      first?.line === start && first.text.startsWith('/**') && /\p{L}/u.test(first.text);
    const sentences = comments.flatMap((comment) =>
      comment.text.split('\n').flatMap((line, index) => {
        const word = later.exec(line)?.[1];
        return word
          ? `${path}:${comment.line + index}: ${word}; do it now, or say it in an issue`
          : [];
      }),
    );
    if (!isHeader)
      sentences.unshift(`${path}:${start}: begin with a /** … */ that says what the file is`);
    return sentences;
  });
  return [...names(root), ...said];
}
