/** The sentences that the sources mark for translation, by what their translations are found by. */
import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../..');

/** A file of translations in each language, and the sources whose sentences stand in it. */
export const rooms = {
  wording: ['src/core/**/*.ts', 'src/wording/**/*.ts'],
  vscode: ['src/vscode/**/*.ts', 'src/extension.ts'],
  page: ['media/session/**/*.{ts,tsx}'],
} as const;

export type Room = keyof typeof rooms;

export interface Marked {
  /** Where each sentence stands first. */
  sentences: Map<string, string>;
  /** Places at which `t` or a count is given what no one can look up. */
  unreadable: string[];
}

export function markedIn(room: Room): Marked {
  const marked: Marked = { sentences: new Map(), unreadable: [] };
  for (const file of rooms[room].flatMap((pattern) => globSync(pattern, { cwd: root })).sort()) {
    const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
    collect(source, source, marked);
  }
  return marked;
}

function collect(node: ts.Node, source: ts.SourceFile, marked: Marked): void {
  const place = () => `${source.fileName}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  // Core marks sentences and words none: a `count` there is another one.
  const sentences = source.fileName.startsWith('src/core/') ? markedBy('marked', node) : sentencesAt(node);
  for (const sentence of sentences ?? []) {
    if (!marked.sentences.has(sentence)) {
      marked.sentences.set(sentence, place());
    }
  }
  if (sentences === undefined) {
    marked.unreadable.push(place());
  }
  ts.forEachChild(node, (child) => collect(child, source, marked));
}

function markedBy(tag: 't' | 'marked', node: ts.Node): string[] {
  if (!ts.isTaggedTemplateExpression(node) || node.tag.getText() !== tag) {
    return [];
  }
  const { template } = node;
  return [ts.isNoSubstitutionTemplateLiteral(template) ? template.text : template.head.text + template.templateSpans.map(({ literal }, index) => `{${index}}${literal.text}`).join('')];
}

/** Undefined where it cannot be told. */
function sentencesAt(node: ts.Node): string[] | undefined {
  const [sentence] = markedBy('t', node);
  if (sentence !== undefined) {
    return [sentence];
  }
  if (!ts.isCallExpression(node)) {
    return [];
  }
  const name = node.expression.getText();
  const [first, one, many] = node.arguments;
  if (name === 't') {
    return isCountItself(node) ? [] : first && ts.isStringLiteralLike(first) ? [first.text] : undefined;
  }
  if (name === 'count' || name === 'counted') {
    const nouns = [one, ...(many ? [many] : [])];
    return nouns.every((noun) => noun !== undefined && ts.isStringLiteralLike(noun))
      ? [`{0} ${nouns[0]?.text ?? ''}`, `{0} ${nouns[1]?.text ?? `${nouns[0]?.text ?? ''}s`}`]
      : undefined;
  }
  return [];
}

function isCountItself(node: ts.Node): boolean {
  const owner = ts.findAncestor(node, ts.isFunctionDeclaration);
  return owner?.name?.text === 'count' || owner?.name?.text === 'counted';
}
